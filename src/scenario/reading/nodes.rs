//! What the reader asks of the nodes of a tree.

use crate::scenario::diagnostic::Span;
use crate::scenario::syntax::{Field as Written, Kind as Tree, Node};

/// The fields of a struct; nothing where the node is none.
pub(super) fn fields_of(node: &Node) -> Option<&[Written]> {
    match &node.kind {
        Tree::Struct(_, fields) => Some(fields),
        Tree::Tuple(_, items) if items.is_empty() => Some(&[]),
        _ => None,
    }
}

/// The text of a struct's field `name`, where it has one that is not empty.
pub(in crate::scenario) fn name_of(node: &Node) -> Option<&str> {
    fields_of(node)?.iter().find_map(|field| match &field.value.kind {
        Tree::Text(text) if field.name.text == "name" && !text.trim().is_empty() => {
            Some(text.as_str())
        }
        _ => None,
    })
}

/// The value within `Some(…)`, or the value itself.
pub(in crate::scenario) fn without_some(mut node: &Node) -> &Node {
    while let Tree::Tuple(Some(name), items) = &node.kind
        && let ("Some", [inner]) = (name.text.as_str(), items.as_slice())
    {
        node = inner;
    }
    node
}

/// A short place to point at for a value as a whole: its name, or its first character.
pub(super) fn head(node: &Node) -> Span {
    match (&node.kind, node.name()) {
        (_, Some(name)) => name.span,
        (Tree::List(_) | Tree::Map(_) | Tree::Tuple(..) | Tree::Struct(..), None) => {
            Span { end: node.span.start.saturating_add(1), ..node.span }
        }
        _ => node.span,
    }
}
