//! From text to tree: recursive descent with bounded depth and size, which goes on after a fault.
//!
//! The grammar is that of RON as `ron` 0.12 reads it, described in its `docs/grammar.md`. After a
//! fault the rest of the item is left out up to the next comma or bracket of its own level, so
//! that several faults are told at once. What is left out cannot be missed: a text with any fault
//! gives no tree.

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::cursor::{Cursor, Stop};
use super::literal::number_word;
use super::tree::{Extensions, Field, Interval, Kind, Name, Node, Number, shortened};

/// What a text may hold at most, so that no file takes the memory or the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The text's length \[bytes\].
    pub bytes: usize,
    /// How deep brackets may nest; more than 256 count as 256.
    pub depth: usize,
    /// How many values there may be, all told.
    pub nodes: usize,
}

impl Default for Limits {
    /// 4 MiB of text, 64 levels, a quarter of a million values: no file takes 64 MiB to refuse.
    fn default() -> Self {
        Self { bytes: 4 << 20, depth: 64, nodes: 250_000 }
    }
}

/// Reads a text within the limits. The length is the caller's to check.
///
/// # Errors
/// All faults of the syntax that could be told apart.
pub(super) fn parse(text: &str, limits: Limits) -> Result<(Extensions, Node), Vec<Diagnostic>> {
    let limits = Limits { depth: limits.depth.min(256), ..limits };
    let mut parser = Parser { cursor: Cursor::new(text), limits, nodes: 0, last_end: 0 };
    let read = parser.file();
    match read {
        Ok((extensions, Some(root))) if parser.cursor.faults.is_empty() => Ok((extensions, root)),
        _ => Err(parser.cursor.faults),
    }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    limits: Limits,
    nodes: usize,
    /// Where the last value ended, before the space behind it.
    last_end: usize,
}

/// A bracket that waits to be closed.
#[derive(Clone, Copy)]
struct Bracket {
    at: usize,
    open: &'static str,
    close: &'static str,
}

impl Parser<'_> {
    fn file(&mut self) -> Result<(Extensions, Option<Node>), Stop> {
        self.cursor.take("\u{feff}"); // the mark that some editors write before UTF-8
        self.cursor.skip_space()?;
        let extensions = self.attributes()?;
        if self.cursor.rest().is_empty() {
            let end = Span::new(self.cursor.at..self.cursor.at);
            self.cursor.tell(
                Diagnostic::error(end, "the file holds no value")
                    .remedy("Write one, such as `( … )` with its fields."),
            )?;
            return Err(Stop);
        }
        let root = self.value(0)?;
        if root.is_some() {
            self.cursor.skip_space()?;
            if !self.cursor.rest().is_empty() {
                let (found, span) = self.cursor.found();
                let message = format!("the end of the file is expected here, found {found}");
                let remedy = "The file's one value ended before this: look for a bracket closed \
                              too early, or delete the rest.";
                self.cursor.tell(Diagnostic::error(span, message).remedy(remedy))?;
            }
        }
        Ok((extensions, root))
    }

    /// `#![enable(implicit_some)]`, `#![type = "..."]`, as many as there are.
    fn attributes(&mut self) -> Result<Extensions, Stop> {
        let mut extensions = Extensions::default();
        while self.cursor.rest().starts_with('#') {
            let start = self.cursor.at;
            if self.attribute(&mut extensions)?.is_none() {
                let (found, at) = self.cursor.found();
                let message = format!("this line is not understood from {found} on");
                let remedy = "Write `#![enable(unwrap_newtypes)]`, or delete the line: optional \
                              fields need no `Some` here in any case.";
                self.cursor.tell(
                    Diagnostic::error(at, message)
                        .remedy(remedy)
                        .label(Span::new(start..start + 1), "the line begins here"),
                )?;
                self.cursor.take_while(|letter| letter != '\n');
            }
            self.cursor.skip_space()?;
        }
        Ok(extensions)
    }

    /// One attribute; `None` where it is not understood.
    fn attribute(&mut self, extensions: &mut Extensions) -> Result<Option<()>, Stop> {
        for token in ["#", "!", "["] {
            self.cursor.skip_space()?;
            if !self.cursor.take(token) {
                return Ok(None);
            }
        }
        self.cursor.skip_space()?;
        let before_name = self.cursor.at;
        let name = self.cursor.take_name().map(|name| name.text).unwrap_or_default();
        self.cursor.skip_space()?;
        match name.as_str() {
            "enable" if self.cursor.take("(") => {
                if self.enabled(extensions)?.is_none() {
                    return Ok(None);
                }
            }
            "type" | "schema" if self.cursor.take("=") => {
                self.cursor.skip_space()?;
                if !matches!(self.cursor.literal()?, Some(Kind::Text(_))) {
                    return Ok(None);
                }
            }
            "enable" | "type" | "schema" => return Ok(None),
            _ => {
                self.cursor.at = before_name;
                return Ok(None);
            }
        }
        self.cursor.skip_space()?;
        Ok(self.cursor.take("]").then_some(()))
    }

    /// The names within `enable(...)`, behind its bracket, and the closing one.
    fn enabled(&mut self, extensions: &mut Extensions) -> Result<Option<()>, Stop> {
        loop {
            self.cursor.skip_space()?;
            if self.cursor.take(")") {
                return Ok(Some(()));
            }
            let start = self.cursor.at;
            let Some(name) = self.cursor.take_name() else {
                return Ok(None);
            };
            match name.text.as_str() {
                "implicit_some" => {}
                "unwrap_newtypes" => extensions.unwrap_newtypes = true,
                "unwrap_variant_newtypes" => extensions.unwrap_variant_newtypes = true,
                "explicit_struct_names" => extensions.explicit_struct_names = true,
                _ => {
                    self.cursor.at = start;
                    return Ok(None);
                }
            }
            self.cursor.skip_space()?;
            if !self.cursor.take(",") && !self.cursor.rest().starts_with(')') {
                return Ok(None);
            }
        }
    }

    /// One value; `None` where there is none that can be read, which was told.
    fn value(&mut self, depth: usize) -> Result<Option<Node>, Stop> {
        let start = self.cursor.at;
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("the file holds more than {} values", self.limits.nodes);
            self.cursor.tell(
                Diagnostic::error(Span::new(start..start), message)
                    .remedy("Split it, or put large tables into files of their own."),
            )?;
            return Err(Stop);
        }
        let kind = if let Some(name) = self.cursor.take_name() {
            self.named(name, depth)?
        } else {
            match self.cursor.peek() {
                Some('(') => Some(self.parenthesis(None, depth)?),
                Some('[') => {
                    let bracket = self.open("[", "]", depth)?;
                    Some(Kind::List(self.items(bracket, |parser| parser.value(depth + 1))?))
                }
                Some('{') => {
                    let bracket = self.open("{", "}", depth)?;
                    Some(Kind::Map(self.items(bracket, |parser| parser.entry(depth + 1))?))
                }
                Some('.') if self.cursor.rest().starts_with("..") => Some(self.range(None)?),
                _ => match self.cursor.literal()? {
                    Some(Kind::Number(number)) => Some(self.range_from(start, number)?),
                    literal => literal,
                },
            }
        };
        let Some(kind) = kind else {
            let (found, span) = self.cursor.found();
            let remedy = match self.cursor.peek() {
                Some('“' | '”' | '„' | '‘' | '’' | '`' | '«') => {
                    "Text stands between straight quotation marks: \"...\"."
                }
                Some(',' | ')' | ']' | '}') => "Write a value here, or delete what is too much.",
                None => "Write the value that is missing.",
                _ => "Values are numbers, \"text\", true, false, names, ( … ), [ … ] and { … }.",
            };
            let message = format!("a value is expected here, found {found}");
            self.cursor.tell(Diagnostic::error(span, message).remedy(remedy))?;
            return Ok(None);
        };
        // A bare name has gone past the space behind it in search of a bracket.
        let span = match &kind {
            Kind::Word(name) => name.span,
            _ => self.cursor.since(start),
        };
        self.last_end = span.range().end;
        Ok(Some(Node { span, kind }))
    }

    /// What starts with a name: `true`, `inf`, `Name`, `Name(...)`.
    fn named(&mut self, name: Name, depth: usize) -> Result<Option<Kind>, Stop> {
        let (start, end) = (name.span.range().start, self.cursor.at);
        let raw = name.span.range().len() > name.text.len();
        match name.text.as_str() {
            "true" if !raw => return Ok(Some(Kind::Bool(true))),
            "false" if !raw => return Ok(Some(Kind::Bool(false))),
            word if !raw => {
                if let Some(number) = number_word(word) {
                    return self.range_from(start, number).map(Some);
                }
            }
            _ => {}
        }
        if self.cursor.take("::") {
            let message = format!("`{}::` is too much", shortened(&name.text));
            self.cursor.tell(
                Diagnostic::error(self.cursor.since(start), message)
                    .remedy("Write the name behind it alone."),
            )?;
            return Ok(match self.cursor.take_name() {
                Some(inner) if depth < self.limits.depth => self.named(inner, depth + 1)?,
                _ => None,
            });
        }
        self.cursor.skip_space()?;
        if self.cursor.rest().starts_with('(') {
            return self.parenthesis(Some(Box::new(name)), depth).map(Some);
        }
        self.last_end = end;
        Ok(Some(Kind::Word(name)))
    }

    /// `(...)`: a struct where a name and a colon come first, else a tuple.
    fn parenthesis(&mut self, name: Option<Box<Name>>, depth: usize) -> Result<Kind, Stop> {
        let bracket = self.open("(", ")", depth)?;
        self.cursor.skip_space()?;
        let inside = self.cursor.at;
        let mut fields = false;
        if self.cursor.take_name().is_some() {
            self.cursor.skip_space()?;
            let rest = self.cursor.rest();
            // `=` is the likeliest slip; taken as a field it gets the better message.
            fields = rest.starts_with([':', '=']) && !rest.starts_with("::");
        }
        self.cursor.at = inside;
        Ok(if fields {
            Kind::Struct(name, self.items(bracket, |parser| parser.field(depth + 1))?)
        } else {
            Kind::Tuple(name, self.items(bracket, |parser| parser.value(depth + 1))?)
        })
    }

    fn open(
        &mut self,
        open: &'static str,
        close: &'static str,
        depth: usize,
    ) -> Result<Bracket, Stop> {
        let at = self.cursor.at;
        self.cursor.take(open);
        if depth >= self.limits.depth {
            let message = format!("brackets nest deeper than {} levels here", self.limits.depth);
            self.cursor.tell(
                Diagnostic::error(self.cursor.since(at), message)
                    .remedy("No scenario needs as many: look for brackets that are not closed."),
            )?;
            return Err(Stop);
        }
        Ok(Bracket { at, open, close })
    }

    /// The items of a bracket, up to and with its end.
    fn items<T>(
        &mut self,
        bracket: Bracket,
        mut item: impl FnMut(&mut Self) -> Result<Option<T>, Stop>,
    ) -> Result<Vec<T>, Stop> {
        let mut items = Vec::new();
        loop {
            self.cursor.skip_space()?;
            if self.cursor.take(bracket.close) {
                // Most brackets hold one or two: room for four in each would be most of a tree.
                items.shrink_to_fit();
                return Ok(items);
            }
            self.still_open(bracket)?;
            match item(self)? {
                Some(item) => items.push(item),
                None => self.skip_item()?,
            }
            let end = self.last_end;
            self.cursor.skip_space()?;
            let at_end = matches!(self.cursor.peek(), None | Some(')' | ']' | '}'));
            if !self.cursor.take(",") && !at_end {
                self.missing_comma(bracket, end)?;
                self.cursor.take(",");
            }
        }
    }

    /// Tells of a bracket that the file's end or another bracket's closing leaves open.
    fn still_open(&mut self, bracket: Bracket) -> Result<(), Stop> {
        let Bracket { at, open, close } = bracket;
        let opened = Span::new(at..at + open.len());
        let (found, span) = self.cursor.found();
        let fault = match self.cursor.peek() {
            None => Diagnostic::error(span, format!("`{close}` is missing at the end of the file")),
            Some(')' | ']' | '}') => {
                Diagnostic::error(span, format!("`{close}` is expected here, found {found}"))
            }
            _ => return Ok(()),
        };
        let remedy = format!("Close the bracket `{open}` with `{close}` first.");
        self.cursor.tell(fault.remedy(remedy).label(opened, "opened here"))?;
        Err(Stop)
    }

    /// Tells what stands where a comma or the closing bracket should, and gets over it. `end` is
    /// where the item before ended.
    fn missing_comma(&mut self, bracket: Bracket, end: usize) -> Result<(), Stop> {
        let (found, span) = self.cursor.found();
        let rest = self.cursor.rest();
        let between = &self.cursor.text[end.min(self.cursor.at)..self.cursor.at];
        let before = &self.cursor.text[..end];
        let unit = !between.contains('\n')
            && before.ends_with(|letter: char| letter.is_ascii_digit())
            && rest
                .starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '%' | '/'));
        let value_follows = rest.starts_with(|letter: char| {
            letter.is_alphanumeric() || matches!(letter, '_' | '"' | '\'' | '(' | '[' | '{' | '-')
        });
        if value_follows && !unit {
            let message = format!("a comma is missing between this and {found}");
            return self
                .cursor
                .tell(Diagnostic::error(Span::new(end..end), message).remedy("Write `,` here."));
        }
        let remedy = match rest.chars().next() {
            _ if unit => {
                "A quantity with its unit is written as text, between quotation marks: \"20 min\"."
            }
            Some(';') => "Items are parted by commas: write `,`.",
            Some(':' | '=') if bracket.open == "(" => {
                "Fields are written `name: value`, without quotation marks around the name."
            }
            Some(':' | '=') => "Fields stand in parentheses, `(name: value)`; maps in braces.",
            _ => "Write text between quotation marks, or delete this.",
        };
        let close = bracket.close;
        let message = format!("`,` or `{close}` is expected here, found {found}");
        self.cursor.tell(Diagnostic::error(span, message).remedy(remedy))?;
        if !self.cursor.take(";") {
            self.skip_item()?;
        }
        Ok(())
    }

    /// `name: value`.
    fn field(&mut self, depth: usize) -> Result<Option<Field>, Stop> {
        let Some(name) = self.cursor.take_name() else {
            let (found, span) = self.cursor.found();
            let message = format!("a field's name is expected here, found {found}");
            let remedy = match self.cursor.peek() {
                Some('"') => "Names of fields are written without quotation marks.",
                Some(',') => "Delete this comma.",
                _ => "Fields are written `name: value`; a name starts with a letter.",
            };
            self.cursor.tell(Diagnostic::error(span, message).remedy(remedy))?;
            return Ok(None);
        };
        if !self.colon(&format!("the field name `{}`", shortened(&name.text)))? {
            return Ok(None);
        }
        Ok(self.value(depth)?.map(|value| Field { name, value }))
    }

    /// `key: value`.
    fn entry(&mut self, depth: usize) -> Result<Option<(Node, Node)>, Stop> {
        let Some(key) = self.value(depth)? else {
            return Ok(None);
        };
        if !self.colon("the key")? {
            return Ok(None);
        }
        Ok(self.value(depth)?.map(|value| (key, value)))
    }

    /// Goes past the colon behind `what` and the space around it; false where nothing can be read
    /// in its stead, which was told.
    fn colon(&mut self, what: &str) -> Result<bool, Stop> {
        self.cursor.skip_space()?;
        if !self.cursor.take(":") {
            let (found, span) = self.cursor.found();
            let message = format!("`:` is expected after {what}, found {found}");
            let fault = Diagnostic::error(span, message);
            if !self.cursor.take("=") {
                self.cursor.tell(fault.remedy("Write `:` and the value."))?;
                return Ok(false);
            }
            self.cursor.tell(fault.remedy("Write `:` instead of `=`."))?;
        }
        self.cursor.skip_space()?;
        Ok(true)
    }

    /// A number, or the range that it starts.
    fn range_from(&mut self, start: usize, number: Number) -> Result<Kind, Stop> {
        let kind = Kind::Number(number);
        if self.cursor.rest().starts_with("..") {
            let node = Node { span: self.cursor.since(start), kind };
            return self.range(Some(node));
        }
        Ok(kind)
    }

    /// A range from its points on.
    fn range(&mut self, start: Option<Node>) -> Result<Kind, Stop> {
        self.cursor.take("..");
        let inclusive = self.cursor.take("=");
        let at = self.cursor.at;
        let word = self.cursor.take_name().and_then(|name| number_word(&name.text));
        let kind = match word {
            Some(number) => Some(Kind::Number(number)),
            None => {
                self.cursor.at = at;
                match self.cursor.peek() {
                    Some('0'..='9' | '+' | '-' | '.') => self.cursor.literal()?,
                    _ if self.cursor.rest().starts_with("b'") => self.cursor.literal()?,
                    _ => None,
                }
            }
        };
        let end = kind.map(|kind| Node { span: self.cursor.since(at), kind });
        if inclusive && end.is_none() {
            let (found, span) = self.cursor.found();
            let message = format!("a number is expected after `..=`, found {found}");
            self.cursor.tell(
                Diagnostic::error(span, message)
                    .remedy("Write the range's last number, without a space before it."),
            )?;
        }
        Ok(Kind::Range(Box::new(Interval { start, end, inclusive })))
    }

    /// Goes to the comma or closing bracket that ends the present item.
    fn skip_item(&mut self) -> Result<(), Stop> {
        let mut depth = 0_usize;
        loop {
            self.cursor.skip_space()?;
            let here = self.cursor.at;
            match self.cursor.peek() {
                None => break,
                Some(',' | ')' | ']' | '}') if depth == 0 => break,
                Some(')' | ']' | '}') => depth -= 1,
                Some('(' | '[' | '{') => depth += 1,
                Some('"') => {
                    self.cursor.next();
                    loop {
                        self.cursor.take_while(|letter| !matches!(letter, '"' | '\\'));
                        match self.cursor.next() {
                            Some('\\') => self.cursor.next(),
                            _ => break,
                        };
                    }
                    continue;
                }
                Some('\'') => {
                    // A bracket or quotation mark as a character opens nothing.
                    let mut letters = self.cursor.rest().char_indices();
                    if let (Some((_, '\'')), Some(_), Some((end, '\''))) =
                        (letters.next(), letters.next(), letters.next())
                    {
                        self.cursor.at = here + end;
                    }
                }
                Some(_) => {}
            }
            self.cursor.next();
        }
        self.last_end = self.cursor.at;
        Ok(())
    }
}
