//! How the window is divided: its panes, where each stands, and the arrangements that have a name.
//!
//! An arrangement is a tree of `egui_tiles`: panes side by side, one below the other, or one behind the
//! other. What people change of it is kept as a [`Place`], which a text editor can read, and which is
//! looked through before it is believed.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Id, Vec2, vec2};
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

/// The space between two panes (points), in which a line is drawn.
pub const GAP: f32 = 1.0;
/// The height of the bar of titles above panes that stand one behind the other (points).
pub const TITLES: f32 = 28.0;
/// A pane that was dropped into a row has this share until it is given room.
const DROPPED: f32 = 1.0;

/// A part of the window that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// The scenarios with the figures of the one that is open; a lesson, while one is open.
    Scenario,
    /// The picture of the line.
    Picture,
    /// Policy and value.
    Map,
    /// The chart.
    Curve,
    /// A second chart.
    Beside,
    /// The agent, why it acts so, the optimum and the time.
    Agent,
    /// The scenario as text.
    Editor,
}

impl Pane {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Scenario,
        Self::Picture,
        Self::Map,
        Self::Curve,
        Self::Beside,
        Self::Agent,
        Self::Editor,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Scenario => "Scenarios and parameters",
            Self::Picture => "Picture",
            Self::Map => "Policy and value",
            Self::Curve => "Chart",
            Self::Beside => "Second chart",
            Self::Agent => "Agent and why",
            Self::Editor => "Scenario as text",
        }
    }

    /// Whether it belongs to the sides, which can be hidden together.
    pub fn is_side(self) -> bool {
        matches!(self, Self::Scenario | Self::Agent)
    }

    /// The least room that it can be read in (points).
    fn least(self) -> Vec2 {
        match self {
            Self::Scenario => vec2(176.0, 120.0),
            Self::Picture => vec2(320.0, 160.0),
            Self::Map | Self::Curve | Self::Beside => vec2(200.0, 120.0),
            Self::Agent => vec2(240.0, 120.0),
            Self::Editor => vec2(280.0, 160.0),
        }
    }
}

/// An arrangement of the panes that has a name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Layout {
    /// Everything about one agent.
    #[default]
    Explore,
    /// Two charts: who is ahead on the same luck, and what the stations did.
    Compare,
    /// A lesson, or the list of them, with room for its words.
    Learn,
    /// The picture and two charts, without the sides.
    Present,
}

impl Layout {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Explore, Self::Compare, Self::Learn, Self::Present];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explore => "Explore",
            Self::Compare => "Compare agents",
            Self::Learn => "Learn",
            Self::Present => "Present",
        }
    }

    /// What it is for, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Explore => "picture, map, chart and why the agent acts",
            Self::Compare => "who is ahead on the same luck, and what the stations did",
            Self::Learn => "lessons, with room for their words",
            Self::Present => "picture and charts without the sides",
        }
    }

    /// How it is arranged until someone changes it.
    pub fn usual(self) -> Place {
        let pane = |pane| Place::Pane(pane);
        let charts = |one, share, other| Place::Across(vec![(share, one), (1.0 - share, other)]);
        let picture = |lower: f32, charts| {
            Place::Down(vec![(1.0 - lower, pane(Pane::Picture)), (lower, charts)])
        };
        let sides = |left: Option<f32>, middle, right: Option<f32>| {
            let left = left.map(|width| (width, pane(Pane::Scenario)));
            let right = right.map(|width| (width, pane(Pane::Agent)));
            Place::Across(left.into_iter().chain([(0.0, middle)]).chain(right).collect())
        };
        let map_and_curve = || charts(pane(Pane::Map), 0.432, pane(Pane::Curve));
        match self {
            Self::Explore => sides(Some(220.0), picture(0.43, map_and_curve()), Some(272.0)),
            Self::Compare => {
                let behind = Place::Behind(vec![pane(Pane::Beside), pane(Pane::Map)]);
                let charts = Place::Down(vec![(0.55, pane(Pane::Curve)), (0.45, behind)]);
                let agent = pane(Pane::Agent);
                Place::Across(vec![(0.0, pane(Pane::Picture)), (420.0, charts), (272.0, agent)])
            }
            Self::Learn => sides(Some(320.0), picture(0.43, map_and_curve()), Some(272.0)),
            Self::Present => picture(0.38, map_and_curve()),
        }
    }
}

/// Where panes stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Place {
    /// A pane.
    Pane(Pane),
    /// Side by side. Beside the picture each has its width (points), and the picture's part, of width 0,
    /// takes what is left; elsewhere each has its share.
    Across(Vec<(f32, Place)>),
    /// One below the other, with their shares of the height.
    Down(Vec<(f32, Place)>),
    /// One behind the other, the first in front.
    Behind(Vec<Place>),
}

impl Place {
    /// The panes in it.
    fn panes(&self, into: &mut Vec<Pane>) {
        match self {
            Self::Pane(pane) => into.push(*pane),
            Self::Across(parts) | Self::Down(parts) => {
                parts.iter().for_each(|(_, part)| part.panes(into));
            }
            Self::Behind(parts) => parts.iter().for_each(|part| part.panes(into)),
        }
    }

    /// Whether its parts have widths in points: the picture takes what they leave.
    fn gives_way(&self) -> bool {
        let mut panes = Vec::new();
        self.panes(&mut panes);
        matches!(self, Self::Across(_)) && panes.contains(&Pane::Picture)
    }

    /// Whether it can be shown: the picture is there, no pane twice, and all sizes are sizes.
    fn makes_sense(&self) -> bool {
        fn sizes(place: &Place) -> bool {
            match place {
                Place::Pane(_) => true,
                Place::Across(parts) | Place::Down(parts) => {
                    let sized = |(size, part): &(f32, Place)| {
                        size.is_finite() && (0.0..=10_000.0).contains(size) && sizes(part)
                    };
                    !parts.is_empty() && parts.iter().all(sized)
                }
                Place::Behind(parts) => !parts.is_empty() && parts.iter().all(sizes),
            }
        }
        let mut panes = Vec::new();
        self.panes(&mut panes);
        let different: BTreeSet<Pane> = panes.iter().copied().collect();
        different.len() == panes.len() && different.contains(&Pane::Picture) && sizes(self)
    }

    /// Whether another is the same up to this many times what nobody sees of its sizes.
    fn is_like(&self, other: &Self, times: f32) -> bool {
        let all = |one: &[(f32, Self)], other: &[(f32, Self)], near: f32| {
            let like = |((size, part), (as_large, counterpart)): (&(f32, Self), &(f32, Self))| {
                (size - as_large).abs() <= near * times && part.is_like(counterpart, times)
            };
            one.len() == other.len() && one.iter().zip(other).all(like)
        };
        match (self, other) {
            (Self::Pane(one), Self::Pane(other)) => one == other,
            (Self::Across(one), Self::Across(other)) if self.gives_way() => all(one, other, 2.0),
            (Self::Across(one), Self::Across(other)) => all(one, other, 0.015),
            (Self::Down(one), Self::Down(other)) => all(one, other, 0.015),
            (Self::Behind(one), Self::Behind(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.is_like(b, times))
            }
            _ => false,
        }
    }

    /// Plants it.
    fn grow(&self, tiles: &mut Tiles<Pane>) -> TileId {
        let unit = if self.gives_way() { 1.0 } else { 1000.0 };
        let mut row = |dir, parts: &[(f32, Self)]| {
            let children: Vec<TileId> = parts.iter().map(|(_, part)| part.grow(tiles)).collect();
            let mut row = Linear::new(dir, children.clone());
            for (child, (size, _)) in children.into_iter().zip(parts) {
                row.shares.set_share(child, (size * unit).max(2.0 * DROPPED));
            }
            tiles.insert_container(row)
        };
        match self {
            Self::Pane(pane) => tiles.insert_pane(*pane),
            Self::Across(parts) => row(LinearDir::Horizontal, parts),
            Self::Down(parts) => row(LinearDir::Vertical, parts),
            Self::Behind(parts) => {
                let children = parts.iter().map(|part| part.grow(tiles)).collect();
                tiles.insert_container(Tabs::new(children))
            }
        }
    }

    /// What grows at a tile.
    fn of(tiles: &Tiles<Pane>, tile: TileId) -> Option<Self> {
        match tiles.get(tile)? {
            Tile::Pane(pane) => Some(Self::Pane(*pane)),
            Tile::Container(Container::Linear(row)) => {
                let whole: f32 = row.children.iter().map(|child| row.shares[*child]).sum();
                let gives = giving(tiles, &row.children);
                let part = |(at, child): (usize, &TileId)| {
                    let share = row.shares[*child];
                    let size = match (row.dir, gives) {
                        (LinearDir::Horizontal, Some(gives)) if gives == at => 0.0,
                        (LinearDir::Horizontal, Some(_)) => share.round(),
                        _ => (1000.0 * share / whole).round() / 1000.0,
                    };
                    Some((size, Self::of(tiles, *child)?))
                };
                let parts = row.children.iter().enumerate().filter_map(part).collect();
                Some(match row.dir {
                    LinearDir::Horizontal => Self::Across(parts),
                    LinearDir::Vertical => Self::Down(parts),
                })
            }
            Tile::Container(container) => {
                let mut children: Vec<TileId> = container.children().copied().collect();
                if let Container::Tabs(tabs) = container {
                    children.sort_by_key(|child| Some(*child) != tabs.active);
                }
                let parts = children.into_iter().filter_map(|child| Self::of(tiles, child));
                Some(Self::Behind(parts.collect()))
            }
        }
    }
}

/// Which of a row has the picture, and gives way to the others.
fn giving(tiles: &Tiles<Pane>, children: &[TileId]) -> Option<usize> {
    children.iter().position(|child| has_picture(tiles, *child))
}

fn has_picture(tiles: &Tiles<Pane>, tile: TileId) -> bool {
    match tiles.get(tile) {
        Some(Tile::Pane(pane)) => *pane == Pane::Picture,
        Some(Tile::Container(container)) => {
            container.children().any(|child| has_picture(tiles, *child))
        }
        None => false,
    }
}

/// The arrangements, as they were left.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Docks {
    /// The one that is chosen.
    pub chosen: Layout,
    /// The one that was chosen before a lesson began, while one is open.
    before: Option<Layout>,
    trees: BTreeMap<Layout, Tree<Pane>>,
}

impl Docks {
    /// Those that were kept, as far as they make sense.
    pub fn new(chosen: Layout, kept: &BTreeMap<Layout, Place>) -> Self {
        let sound = kept.iter().filter(|(_, place)| place.makes_sense());
        let trees = sound.map(|(layout, place)| (*layout, tree(*layout, place))).collect();
        Self { chosen, before: None, trees }
    }

    /// What is to be kept: the arrangement chosen, and those that were changed.
    pub fn kept(&self) -> (Layout, BTreeMap<Layout, Place>) {
        let changed = self.trees.iter().filter_map(|(layout, tree)| {
            let place = Place::of(&tree.tiles, tree.root()?)?;
            (!place.is_like(&layout.usual(), 1.0)).then_some((*layout, place))
        });
        (self.before.unwrap_or(self.chosen), changed.collect())
    }

    /// The tree of an arrangement.
    pub fn tree(&mut self, layout: Layout) -> &mut Tree<Pane> {
        self.trees.entry(layout).or_insert_with(|| tree(layout, &layout.usual()))
    }

    /// Whether an arrangement has a pane.
    pub fn has(&self, layout: Layout, pane: Pane) -> bool {
        match self.trees.get(&layout) {
            Some(tree) => tree.tiles.find_pane(&pane).is_some(),
            None => {
                let mut panes = Vec::new();
                layout.usual().panes(&mut panes);
                panes.contains(&pane)
            }
        }
    }

    /// Takes a pane out of an arrangement, or puts it in: a map or chart beside another, a side at the
    /// side. The picture stays.
    pub fn toggle(&mut self, layout: Layout, pane: Pane) {
        let tree = self.tree(layout);
        match tree.tiles.find_pane(&pane) {
            Some(_) if pane == Pane::Picture => {}
            Some(tile) => {
                tree.remove_recursively(tile);
            }
            None => {
                let charts = [Pane::Map, Pane::Curve, Pane::Beside];
                let like = |other: &Pane| charts.contains(&pane) && charts.contains(other);
                let beside = tree.tiles.iter().find_map(|(tile, at)| match at {
                    Tile::Pane(other) if like(other) => Some(*tile),
                    _ => None,
                });
                let row = beside.and_then(|beside| tree.tiles.parent_of(beside));
                let Some(row) = row.or_else(|| row_of_all(tree)) else { return };
                let first = matches!(pane, Pane::Scenario | Pane::Editor);
                let at = if first { 0 } else { usize::MAX };
                let tile = tree.tiles.insert_pane(pane);
                tree.move_tile_to_container(tile, row, at, false);
            }
        }
    }

    /// Arranges the panes as they were at first.
    pub fn restore(&mut self, layout: Layout) {
        self.trees.remove(&layout);
    }

    /// Gives the panes their first sizes, if they stand where they stood at first.
    pub fn restore_sizes(&mut self, layout: Layout) {
        let tree = self.tree(layout);
        let place = tree.root().and_then(|root| Place::of(&tree.tiles, root));
        if place.is_some_and(|place| place.is_like(&layout.usual(), f32::INFINITY)) {
            self.restore(layout);
        }
    }

    /// Makes room for a lesson, or goes back to what was there before it.
    pub fn make_room_for_lesson(&mut self, open: bool) {
        match (open, self.before) {
            (true, None) => self.before = Some(std::mem::replace(&mut self.chosen, Layout::Learn)),
            (false, Some(before)) => {
                self.before = None;
                if self.chosen == Layout::Learn {
                    self.chosen = before;
                }
            }
            _ => {}
        }
    }
}

/// The row that all panes stand in; where there is none one is made.
fn row_of_all(tree: &mut Tree<Pane>) -> Option<TileId> {
    let root = tree.root()?;
    match tree.tiles.get(root)? {
        Tile::Container(Container::Linear(row)) if row.dir == LinearDir::Horizontal => Some(root),
        _ => {
            let row = tree.tiles.insert_horizontal_tile(vec![root]);
            tree.root = Some(row);
            Some(row)
        }
    }
}

fn tree(layout: Layout, place: &Place) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let root = place.grow(&mut tiles);
    Tree::new(Id::new(("panes", layout)), root, tiles)
}

/// The sizes that are wanted, by row and pane. A window may have no room for them: they are put back
/// once it is drawn, so that they come again when it grows.
pub fn wanted(tiles: &Tiles<Pane>) -> Vec<(TileId, TileId, f32)> {
    let rows = tiles.iter().filter_map(|(id, tile)| match tile {
        Tile::Container(Container::Linear(row)) => Some((*id, row)),
        _ => None,
    });
    rows.flat_map(|(id, row)| {
        row.children.iter().map(move |child| (id, *child, row.shares[*child]))
    })
    .collect()
}

/// Puts sizes back.
pub fn put_back(tiles: &mut Tiles<Pane>, wanted: &[(TileId, TileId, f32)]) {
    for (id, child, share) in wanted {
        if let Some(Tile::Container(Container::Linear(row))) = tiles.get_mut(*id) {
            row.shares.set_share(*child, *share);
        }
    }
}

/// Gives each pane room in a window of this size: a side keeps its width where the window grows, and
/// none is narrower than it can be read, as far as there is room.
pub fn fit(tiles: &mut Tiles<Pane>, tile: TileId, size: Vec2) {
    match tiles.get(tile) {
        Some(Tile::Container(Container::Linear(row))) => {
            let horizontal = row.dir == LinearDir::Horizontal;
            let children = row.children.iter().copied();
            let shown: Vec<TileId> =
                children.filter(|child| tiles.is_visible_in_layout(*child)).collect();
            let gaps = GAP * shown.len().saturating_sub(1) as f32;
            let along = (if horizontal { size.x } else { size.y } - gaps).max(0.0);
            let least: Vec<f32> = shown
                .iter()
                .map(|child| least(tiles, *child))
                .map(|least| if horizontal { least.x } else { least.y })
                .collect();
            let wanted = shown.iter().map(|child| row.shares[*child]).collect();
            let gives = giving(tiles, &shown);
            let sizes = match gives {
                Some(gives) if horizontal => widths(wanted, &least, gives, along),
                _ => shares(wanted, &least, gives.unwrap_or(0), along),
            };
            if let Some(Tile::Container(Container::Linear(row))) = tiles.get_mut(tile) {
                for (child, size) in shown.iter().zip(&sizes) {
                    row.shares.set_share(*child, *size);
                }
            }
            for (child, part) in shown.into_iter().zip(sizes) {
                let size = if horizontal { vec2(part, size.y) } else { vec2(size.x, part) };
                fit(tiles, child, size);
            }
        }
        Some(Tile::Container(container)) => {
            let children: Vec<TileId> = container.children().copied().collect();
            let below = vec2(size.x, (size.y - TITLES).max(0.0));
            children.into_iter().for_each(|child| fit(tiles, child, below));
        }
        _ => {}
    }
}

/// The least room of what grows at a tile.
fn least(tiles: &Tiles<Pane>, tile: TileId) -> Vec2 {
    let (children, dir): (Vec<TileId>, _) = match tiles.get(tile) {
        Some(Tile::Pane(pane)) => return pane.least(),
        Some(Tile::Container(container)) => (
            container.children().copied().collect(),
            match container {
                Container::Linear(row) => Some(row.dir),
                _ => None,
            },
        ),
        None => return Vec2::ZERO,
    };
    let shown = children.into_iter().filter(|child| tiles.is_visible_in_layout(*child));
    let each: Vec<Vec2> = shown.map(|child| least(tiles, child)).collect();
    let sum = each.iter().copied().fold(Vec2::ZERO, |sum, one| sum + one);
    let largest = each.into_iter().fold(Vec2::ZERO, Vec2::max);
    match dir {
        Some(LinearDir::Horizontal) => vec2(sum.x, largest.y),
        Some(LinearDir::Vertical) => vec2(largest.x, sum.y),
        None => largest + vec2(0.0, TITLES),
    }
}

/// Whole points for each of a row: as wanted, but not below the least; `gives` takes what is left.
fn widths(mut wanted: Vec<f32>, least: &[f32], gives: usize, along: f32) -> Vec<f32> {
    let even = along / wanted.len().max(1) as f32;
    for (share, least) in wanted.iter_mut().zip(least) {
        let asked = if *share <= DROPPED { even } else { *share };
        *share = asked.max(*least).round();
    }
    squeezed(wanted, least, gives, along)
}

/// Whole points for each: in the proportion wanted, but none below its least, as far as there is room.
fn shares(mut wanted: Vec<f32>, least: &[f32], gives: usize, along: f32) -> Vec<f32> {
    let known: Vec<f32> = wanted.iter().copied().filter(|share| *share > DROPPED).collect();
    let usual = match known.as_slice() {
        [] => 1.0,
        known => known.iter().sum::<f32>() / known.len() as f32,
    };
    for share in &mut wanted {
        *share = if *share <= DROPPED { usual } else { *share };
    }
    let whole: f32 = wanted.iter().sum();
    for (share, least) in wanted.iter_mut().zip(least) {
        *share = (along * *share / whole).max(*least).round();
    }
    squeezed(wanted, least, gives, along)
}

/// The same with `gives` taking what the others leave; where that is less than its least, they shrink.
fn squeezed(mut wanted: Vec<f32>, least: &[f32], gives: usize, along: f32) -> Vec<f32> {
    let others = |wanted: &[f32]| {
        let each = wanted.iter().enumerate().filter(|(at, _)| *at != gives);
        each.map(|(_, share)| share).sum::<f32>()
    };
    let most = (along - least.get(gives).copied().unwrap_or(0.0)).max(0.0);
    let sum = others(&wanted);
    if sum > most {
        wanted.iter_mut().for_each(|share| *share = (*share * most / sum).floor());
    }
    let rest = along - others(&wanted);
    if let Some(share) = wanted.get_mut(gives) {
        *share = rest;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use Place::{Across, Behind, Down};

    fn kept(place: Place) -> Docks {
        Docks::new(Layout::Explore, &BTreeMap::from([(Layout::Explore, place)]))
    }

    #[test]
    fn what_makes_no_sense_is_not_shown() {
        let pane = Place::Pane;
        let picture = || (0.0, pane(Pane::Picture));
        for nonsense in [
            pane(Pane::Map),
            Across(vec![]),
            Across(vec![picture(), picture()]),
            Across(vec![picture(), (f32::NAN, pane(Pane::Map))]),
            Across(vec![picture(), (f32::INFINITY, pane(Pane::Map))]),
            Across(vec![picture(), (-3.0, pane(Pane::Map))]),
            Down(vec![picture(), (1.0, Behind(vec![]))]),
        ] {
            assert!(kept(nonsense.clone()).kept().1.is_empty(), "{nonsense:?}");
        }
        let sense = Across(vec![(300.0, pane(Pane::Map)), picture()]);
        assert_eq!(kept(sense.clone()).kept().1[&Layout::Explore], sense);
        // As a file has it.
        let text = ron::to_string(&sense).unwrap();
        assert_eq!(ron::from_str::<Place>(&text).unwrap(), sense);
    }

    #[test]
    fn a_pane_goes_and_comes_back_and_the_picture_stays() {
        for layout in Layout::ALL {
            for pane in Pane::ALL {
                let mut docks = Docks::default();
                let had = docks.has(layout, pane);
                docks.toggle(layout, pane);
                assert_eq!(docks.has(layout, pane), !had || pane == Pane::Picture);
                docks.toggle(layout, pane);
                assert_eq!(
                    docks.has(layout, pane),
                    had || pane == Pane::Picture,
                    "{layout:?} {pane:?}"
                );
            }
        }
        // All are taken out, and put in again beside the picture.
        let mut docks = Docks::default();
        let others = Pane::ALL.into_iter().filter(|pane| *pane != Pane::Picture);
        for pane in others.clone() {
            if docks.has(Layout::Explore, pane) {
                docks.toggle(Layout::Explore, pane);
            }
        }
        docks.tree(Layout::Explore).simplify(&egui_tiles::SimplificationOptions::default());
        for pane in others.clone() {
            docks.toggle(Layout::Explore, pane);
        }
        assert!(others.into_iter().all(|pane| docks.has(Layout::Explore, pane)));
    }

    #[test]
    fn sides_keep_their_width_and_all_has_room() {
        let mut docks = Docks::default();
        for (width, left) in [(1280.0, 220.0), (2560.0, 220.0), (1000.0, 220.0), (800.0, 142.0)] {
            let tree = docks.tree(Layout::Explore);
            let before = wanted(&tree.tiles);
            let root = tree.root().unwrap();
            fit(&mut tree.tiles, root, vec2(width, 700.0));
            let Some(Tile::Container(Container::Linear(row))) = tree.tiles.get(root) else {
                panic!("a row")
            };
            let sizes: Vec<f32> = row.children.iter().map(|child| row.shares[*child]).collect();
            assert_eq!(sizes.iter().sum::<f32>(), width - 2.0 * GAP);
            assert!((sizes[0] - left).abs() <= 40.0 && sizes[1] >= 320.0, "{width}: {sizes:?}");
            put_back(&mut tree.tiles, &before);
            assert!(docks.kept().1.is_empty());
        }
    }

    #[test]
    fn a_lesson_makes_room_and_gives_it_back() {
        let mut docks = Docks { chosen: Layout::Compare, ..Docks::default() };
        docks.make_room_for_lesson(true);
        docks.make_room_for_lesson(true);
        assert_eq!((docks.chosen, docks.kept().0), (Layout::Learn, Layout::Compare));
        docks.make_room_for_lesson(false);
        assert_eq!(docks.chosen, Layout::Compare);
        // Who has arranged it otherwise meanwhile is left alone.
        docks.make_room_for_lesson(true);
        docks.chosen = Layout::Explore;
        docks.make_room_for_lesson(false);
        assert_eq!(docks.chosen, Layout::Explore);
    }
}
