//! Where everything in a picture of flows stands: columns as wide as what is in them, rows as high
//! as there is room, never overlapping.

use super::scene::{FlowScene, Node, What};
use egui::{Pos2, Rect, pos2, vec2};

/// Above a node: its name. Below: its state in words (points).
pub const ABOVE: f32 = 24.0;
/// See [`ABOVE`].
pub const BELOW: f32 = 24.0;
/// A box is no lower than this beside words above and below it (points); else they share a line.
const LOWEST: f32 = 14.0;
/// Below a node whose words are all above it (points).
const CLOSE: f32 = 4.0;
/// Between columns, with room to spare and at the least (points).
const GAPS: (f32, f32) = (30.0, 8.0);
/// Between rows at the most, beside their words (points).
const SPARE: f32 = 24.0;
/// The name of an end has so much room at least (points).
const END: f32 = 70.0;
/// A card of an order (points).
const CARD: (f32, f32) = (124.0, 36.0);
/// One of several bars with its words (points).
const BAR: (f32, f32) = (210.0, 26.0);

/// The most that a picture grows where there is more room than it needs, and the room from which on it
/// does: across, and down for each row (points).
const GROWTH: (f32, f32, f32) = (1.5, 900.0, 300.0);

/// A laid-out picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The boxes of the nodes, by number.
    pub nodes: Vec<Rect>,
    /// The room for the words of each node, by number (points).
    pub words: Vec<f32>,
    /// Whether rows are so low that a node's name and its state share the line above it.
    pub low: bool,
}

/// How wide and high a node is with room to spare, in a picture that has grown so much. What words
/// fill does not grow with it.
fn natural(what: &What, grown: f32) -> (f32, f32) {
    let (wide, high) = match what {
        What::Outside => (34.0, 20.0),
        What::Rack { .. } => (132.0, 40.0),
        What::Belt { places, .. } => ((places.len() as f32 * 30.0).clamp(40.0, 150.0), 30.0),
        What::Station { .. } | What::Veiled { .. } => (78.0, 78.0),
        What::Bars(all) => (BAR.0, (all.len() as f32 * BAR.1).max(BAR.1)),
        What::Gate { .. } => (30.0, 40.0),
        What::Meter(_) => (84.0, 18.0),
        What::Cards(cards) => (CARD.0, (cards.len() as f32 * CARD.1).max(CARD.1)),
    };
    match what {
        What::Outside | What::Meter(_) | What::Bars(_) => (wide, high),
        What::Cards(_) => (wide * grown, high),
        _ => (wide * grown, high * grown),
    }
}

fn is_square(what: &What) -> bool {
    matches!(what, What::Station { .. } | What::Veiled { .. })
}

/// Lays the nodes out; `words` is how wide the words of each are.
pub fn lay_out(scene: &FlowScene, words: &[f32], rect: Rect) -> Layout {
    let columns = scene.nodes.iter().map(|node| node.column + 1).max().unwrap_or(1);
    let last = scene.nodes.iter().map(|node| node.row).fold(0.0, f32::max);
    let grown = (rect.width() / GROWTH.1).min(rect.height() / (last + 1.0) / GROWTH.2);
    let grown = grown.clamp(1.0, GROWTH.0);
    let natural = |what: &What| natural(what, grown);
    // Few low rows stand together in the middle.
    let tallest = scene.nodes.iter().map(|node| natural(&node.what).1).fold(0.0, f32::max);
    let row_height = (rect.height() / (last + 1.0)).min(tallest + ABOVE + BELOW + SPARE);
    let low = row_height < ABOVE + BELOW + LOWEST;
    let below = if low { CLOSE } else { BELOW };
    let top = rect.center().y - row_height * (last + 1.0) / 2.0;
    let middle = |node: &Node| top + row_height * (node.row + 0.5) + (ABOVE - below) / 2.0;
    // A node that has its column to itself may be higher than its row.
    let alone = |node: &Node| scene.nodes.iter().filter(|n| n.column == node.column).count() == 1;
    let most_high = |node: &Node| {
        let row = (row_height - ABOVE - below).max(12.0);
        let middle = middle(node);
        let edges = (middle - rect.top() - ABOVE).min(rect.bottom() - below - middle);
        if alone(node) { row.max(2.0 * edges) } else { row }
    };
    let mut boxes = vec![0.0_f32; columns];
    let mut wide = vec![0.0_f32; columns];
    for (node, words) in scene.nodes.iter().zip(words) {
        let (width, height) = natural(&node.what);
        // A station stays square.
        let width =
            if is_square(&node.what) { width.min(height.min(most_high(node))) } else { width };
        // An end has little but its name.
        let least = if node.what == What::Outside { words.min(END) } else { 0.0 };
        if let Some(own) = boxes.get_mut(node.column) {
            *own = own.max(width).max(least);
        }
        if let Some(own) = wide.get_mut(node.column) {
            *own = own.max(width).max(words.min(150.0));
        }
    }
    let room = rect.width() - 24.0;
    let gaps = columns.saturating_sub(1) as f32;
    let total: f32 = wide.iter().sum();
    // Gaps give way first, then the room of words, then the boxes themselves.
    let gap = if gaps > 0.0 { ((room - total) / gaps).clamp(GAPS.1, GAPS.0 * grown) } else { 0.0 };
    let left_over = (room - gap * gaps).max(16.0);
    let least: f32 = boxes.iter().sum();
    let share = if total <= left_over {
        1.0
    } else {
        ((left_over - least) / (total - least).max(1.0)).clamp(0.0, 1.0)
    };
    // Where boxes themselves must give way, ends keep the room of their names as long as they can.
    let ends: Vec<bool> = (0..columns)
        .map(|column| {
            let mut here = scene.nodes.iter().filter(|node| node.column == column);
            here.all(|node| node.what == What::Outside)
        })
        .collect();
    let kept: f32 = boxes.iter().zip(&ends).filter(|(_, end)| **end).map(|(own, _)| own).sum();
    let kept = if kept < left_over / 3.0 { kept } else { 0.0 };
    let small = ((left_over - kept) / (least - kept).max(1.0)).clamp(0.0, 1.0);
    let widths: Vec<f32> = boxes
        .iter()
        .zip(&wide)
        .zip(&ends)
        .map(|((own, wide), end)| match least > left_over {
            true if *end && kept > 0.0 => *own,
            true => own * small,
            false => own + (wide - own) * share,
        })
        .collect();
    let whole = widths.iter().sum::<f32>() + gap * gaps;
    let mut x = (rect.center().x - whole / 2.0).round();
    let mut spans = Vec::with_capacity(columns);
    for width in &widths {
        spans.push((x, *width));
        x += width + gap;
    }
    let mut layout = Layout { nodes: Vec::new(), words: Vec::new(), low };
    for node in &scene.nodes {
        let (left, width) = spans.get(node.column).copied().unwrap_or((rect.left(), 16.0));
        let (own, high) = natural(&node.what);
        let high = high.min(most_high(node));
        let own = if is_square(&node.what) { own.min(high) } else { own };
        let own = own.min(width);
        let high = if is_square(&node.what) { high.min(own) } else { high };
        let centre = pos2(left + width / 2.0, middle(node)).round();
        layout.nodes.push(Rect::from_center_size(centre, vec2(own.round(), high.round())));
        layout.words.push(width + gap - 6.0);
    }
    layout
}

/// The corners of the way from one box to another: along, and across in the gap before the second.
pub fn way(from: Rect, to: Rect) -> Vec<Pos2> {
    let ahead = to.left() >= from.right();
    let (a, b) = if ahead {
        (from.right_center(), to.left_center())
    } else if to.right() <= from.left() {
        (from.left_center(), to.right_center())
    } else if to.top() >= from.bottom() {
        (from.center_bottom(), to.center_top())
    } else {
        (from.center_top(), to.center_bottom())
    };
    if (a.y - b.y).abs() < 1.0 || (a.x - b.x).abs() < 1.0 {
        return vec![a, b];
    }
    let turn = if ahead { b.x - (b.x - a.x).min(GAPS.0) / 2.0 } else { (a.x + b.x) / 2.0 };
    vec![a, pos2(turn, a.y), pos2(turn, b.y), b]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::glide::along;
    use proptest::prelude::*;

    fn what(number: u32) -> What {
        match number % 5 {
            0 => What::Rack { before: 0.0, level: 1.0, least: 0, most: 5 },
            1 => What::Station { condition: crate::mdp::Condition::Working, on: String::new() },
            2 => What::Belt { places: vec![0, 1], most: 3, backwards: false },
            3 => What::Gate { open: true },
            _ => What::Outside,
        }
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_leaves(
            columns in 1usize..9, rows in 1usize..6, first in 0u32..5,
            width in 440f32..1600.0, height in 240f32..900.0,
        ) {
            let mut scene = FlowScene::default();
            for row in 0..rows {
                for column in 0..columns {
                    let kind = what(first + (row * 3 + column) as u32);
                    scene.add(Node::new("a", column, row as f32, kind));
                }
            }
            let words = vec![60.0; scene.nodes.len()];
            let rect = Rect::from_min_size(pos2(5.0, 9.0), vec2(width, height));
            let layout = lay_out(&scene, &words, rect);
            for (i, a) in layout.nodes.iter().enumerate() {
                prop_assert!(rect.expand(1.0).contains_rect(*a), "{a:?} leaves {rect:?}");
                for b in layout.nodes.iter().take(i) {
                    prop_assert!(!a.shrink(0.51).intersects(b.shrink(0.51)), "{a:?} meets {b:?}");
                }
            }
        }
    }

    #[test]
    fn words_share_a_line_where_rows_are_low() {
        let mut scene = FlowScene::default();
        for row in 0..3 {
            scene.add(Node::new("a", 0, row as f32, what(0)).saying("1 of 5"));
        }
        let room = |height: f32| Rect::from_min_size(pos2(0.0, 0.0), vec2(400.0, height));
        assert!(!lay_out(&scene, &[60.0; 3], room(240.0)).low);
        let low = lay_out(&scene, &[60.0; 3], room(140.0));
        assert!(low.low);
        // A line of words fits above each.
        for (upper, lower) in low.nodes.iter().zip(low.nodes.iter().skip(1)) {
            assert!(lower.top() - upper.bottom() >= ABOVE, "{upper:?} {lower:?}");
        }
    }

    #[test]
    fn a_way_turns_before_its_end_and_is_walked_at_an_even_pace() {
        let (a, b) = (
            Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 10.0)),
            Rect::from_min_size(pos2(110.0, 100.0), vec2(10.0, 10.0)),
        );
        let corners = way(a, b);
        assert_eq!(corners.len(), 4);
        assert_eq!(along(&corners, 0.0), Some(pos2(10.0, 5.0)));
        assert_eq!(along(&corners, 1.0), Some(pos2(110.0, 105.0)));
        assert_eq!(way(a, a.translate(vec2(50.0, 0.0))).len(), 2);
    }
}
