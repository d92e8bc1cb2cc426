//! What a picture of flows shows: plain data, made anew each frame.

use crate::mdp::{Condition, Level, Place};
use crate::workbench::view::FigureView;

/// Stocks, queues, belts and stations at a moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// What there is.
    pub nodes: Vec<Node>,
    /// Which node leads to which, by number.
    pub links: Vec<(usize, usize)>,
    /// What moves in this beat, from node to node by number.
    pub moves: Vec<(usize, usize)>,
    /// Moves that events tell and the picture does not show.
    pub unseen: Vec<(Place, Place)>,
    /// How much of the present beat has gone by, 0 to 1.
    pub share: f32,
    /// Names of the classes or products that colours stand for, by number; what is called by a colour
    /// has that.
    pub called: Vec<String>,
    /// Conditions that can occur here, for the key.
    pub conditions: Vec<Condition>,
    /// What the signs mean, longest wording first.
    pub legend: Vec<String>,
    /// A sentence at the bottom.
    pub notice: Option<String>,
}

/// One thing in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its state in words, longest wording first.
    pub words: Vec<String>,
    /// Its column, from the left.
    pub column: usize,
    /// Its row, from the top; halves stand between rows.
    pub row: f32,
    /// The number of its colour among those of classes and products.
    pub series: usize,
    /// What it is.
    pub what: What,
    /// Where events say that this is.
    pub places: Vec<Place>,
    /// What else there is to say, a line each; seen over the pointer only.
    pub more: Vec<String>,
    /// Whether something is late here: a sign in the corner.
    pub late: bool,
    /// The variable that a click puts across the map.
    pub variable: Option<usize>,
}

/// What a node is and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Where things come from, or go to, outside.
    Outside,
    /// A stock or a queue; below 0 so many are owed.
    Rack {
        /// The level at the beat's start.
        before: f64,
        /// The level at the beat's end.
        level: f64,
        /// The least that it can be: 0, or −the most that can be owed.
        least: Level,
        /// The most that it can be.
        most: Level,
    },
    /// What comes closer by one place a beat; the last place arrives next.
    Belt {
        /// How many come in each place.
        places: Vec<Level>,
        /// The most that one place holds.
        most: Level,
        /// Whether it runs from right to left; its first place is then the one that arrives next.
        backwards: bool,
    },
    /// A server or a machine.
    Station {
        /// What it does with this beat.
        condition: Condition,
        /// What stands on it: a product, a class.
        on: String,
    },
    /// A machine whose true condition is not seen.
    Veiled {
        /// What it does with this beat.
        condition: Condition,
        /// What it was found to be, while that is fresh.
        found: Option<String>,
    },
    /// Figures of some things beside each other, such as how probable each condition is.
    Bars(Vec<Bar>),
    /// What lets through or not.
    Gate {
        /// Whether it lets through.
        open: bool,
    },
    /// A list of orders, as cards.
    Cards(Vec<Card>),
    /// A share of something, from 0 to 1: what is left of a budget, how far a belief goes.
    Meter(f32),
}

/// An order.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What is ordered; empty for a free slot.
    pub title: String,
    /// What else is known of it: "due in 3".
    pub note: String,
    /// The number of its colour.
    pub series: usize,
    /// The share of its time that is left, 1 to 0, where it is due.
    pub left: Option<f32>,
    /// Whether it is late: a thick edge and a sign.
    pub late: bool,
    /// Whether it is what is taken next: an arrow.
    pub next: bool,
}

impl Card {
    /// A card that says this.
    pub fn new(title: impl Into<String>, note: impl Into<String>, series: usize) -> Self {
        let (title, note) = (title.into(), note.into());
        Self { title, note, series, left: None, late: false, next: false }
    }

    /// A slot without an order.
    pub fn free() -> Self {
        Self::new("", "", 0)
    }
}

/// A thing with its figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Where 0 lies on the scale, 0 to 1.
    pub from: f32,
    /// Where the figure lies, 0 to 1.
    pub to: f32,
    /// The figure in words.
    pub words: String,
    /// Whether it is the one chosen.
    pub marked: bool,
}

impl Node {
    /// A node without a place, variable or words yet.
    pub fn new(name: impl Into<String>, column: usize, row: f32, what: What) -> Self {
        Self {
            name: name.into(),
            words: Vec::new(),
            column,
            row,
            series: 0,
            what,
            places: Vec::new(),
            more: Vec::new(),
            late: false,
            variable: None,
        }
    }

    /// The same, in this colour.
    pub fn coloured(self, series: usize) -> Self {
        Self { series, ..self }
    }

    /// The same, saying this.
    pub fn saying(self, words: impl Into<String>) -> Self {
        Self { words: vec![words.into()], ..self }
    }

    /// The same, saying the first of these that has room.
    pub fn saying_any(self, words: Vec<String>) -> Self {
        Self { words, ..self }
    }

    /// The same, as a place of which events speak; it can be several.
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// The same, put across the map by a click.
    pub fn across(self, variable: usize) -> Self {
        Self { variable: Some(variable), ..self }
    }

    /// A stock or queue of this variable, between two states, with its level in words.
    pub fn rack(
        name: impl Into<String>,
        (column, row): (usize, f32),
        (before, now): (Level, Level),
        (least, most): (Level, Level),
    ) -> Self {
        let what = What::Rack { before: f64::from(before), level: f64::from(now), least, most };
        let words = if now < 0 {
            vec![format!("{} owed", -now)]
        } else {
            vec![format!("{now} of {most}"), now.to_string()]
        };
        Self { words, ..Self::new(name, column, row, what) }
    }
}

impl FlowScene {
    /// Adds a node and returns its number.
    pub fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Joins nodes in a row: each leads to the next.
    pub fn join(&mut self, nodes: &[usize]) {
        self.links.extend(nodes.windows(2).filter_map(|pair| match pair {
            [from, to] => Some((*from, *to)),
            _ => None,
        }));
    }

    /// The node of a place. Outside there may be several: that in the row of the other end.
    pub fn node_of(&self, place: Place, other: Option<usize>) -> Option<usize> {
        let row = other.and_then(|other| self.nodes.get(other)).map(|node| node.row);
        let fits = self.nodes.iter().enumerate().filter(|(_, node)| node.places.contains(&place));
        let apart = |node: &Node| row.map_or(0.0, |row| (node.row - row).abs());
        fits.min_by(|(_, a), (_, b)| apart(a).total_cmp(&apart(b))).map(|(number, _)| number)
    }

    /// Adds the move of a part as events tell it; nothing where an end is not in the picture.
    pub fn moves_from_to(&mut self, from: Place, to: Place) {
        if self.unseen.contains(&(from, to)) {
            return;
        }
        let known = |place| match place {
            Place::Supply | Place::Customer => None,
            inside => self.node_of(inside, None),
        };
        let (a, b) = (known(from), known(to));
        let ends = (a.or_else(|| self.node_of(from, b)), b.or_else(|| self.node_of(to, a)));
        if let (Some(from), Some(to)) = ends
            && from != to
        {
            self.moves.push((from, to));
        }
    }
}
