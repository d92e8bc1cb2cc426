//! Value and policy over any two variables, cell by cell.

use super::hatch;
use super::map_key::{KEY_INSET, KEY_ROW, KeyEntry, key, paint_key};
use super::regions::{Deepest, regions};
use crate::workbench::colour::{diverging, ink_on, viridis};
use crate::workbench::language::said;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::steady;
use crate::workbench::theme::{HALF, STEP, Theme, Weight};
use crate::workbench::tones;
use crate::workbench::view::ActionsView;
use egui::{
    Align2, Color32, Id, Mesh, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};
use std::collections::BTreeSet;

/// From this edge on a cell shows its figure (points).
const FIGURE_EDGE: f32 = 36.0;
/// From this edge on a cell shows its policy's mark (points).
const MARK_EDGE: f32 = 14.0;
/// From this edge on a cell too small for letters shows that several actions tie (points).
const TIE_EDGE: f32 = 9.0;
/// Up to so many cells each has a name of its own for screen readers and scripts.
const NAMED_CELLS: usize = 512;

/// One of the two variables.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side<'a> {
    /// The axis title with its unit: "buffer 1, parts".
    pub title: &'a str,
    /// The variable's name, as in a sentence: "buffer 1".
    pub name: &'a str,
    /// The words for its levels, lowest first.
    pub levels: &'a [String],
}

/// What a cell is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Worth {
    /// This value.
    Known(f64),
    /// A learner was never there: hatched.
    NeverVisited,
    /// There is no such state: left out.
    Absent,
}

/// What the policy does in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nothing is known or nothing is to be decided.
    None,
    /// The action of this number.
    Action(u16),
    /// Two or more actions are equally good; these are the first two.
    Tie(u16, u16),
}

/// How an action is marked.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionMark {
    /// The action in words: "hold 1".
    pub name: String,
    /// One or two characters; empty for the action that goes without saying.
    pub mark: String,
    /// The action's colour in every view.
    pub colour: Color32,
}

/// The colour scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Values between these ends, in viridis.
    Values {
        /// The darkest end.
        low: f64,
        /// The lightest end.
        high: f64,
    },
    /// Differences up to this much either way, in the diverging map.
    Differences {
        /// The largest difference, above 0.
        most: f64,
    },
}

/// What colours the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fill {
    /// The value.
    #[default]
    Value,
    /// The policy's action.
    Policy,
}

/// All that a map shows. Cells are numbered `y * x_levels + x`.
#[derive(Debug, Clone, Copy)]
pub struct HeatMap<'a> {
    /// The accessible name: "policy and value".
    pub name: &'a str,
    /// The variable to the right.
    pub x: Side<'a>,
    /// The variable upwards.
    pub y: Side<'a>,
    /// What the cells are worth.
    pub worth: &'a [Worth],
    /// What the policy does, one a cell; empty to show none.
    pub choices: &'a [Choice],
    /// The actions' marks, by number.
    pub marks: &'a [ActionMark],
    /// The parts of the actions, for a key where there are too many actions to be listed.
    pub parts: Option<&'a ActionsView>,
    /// The part of the action that its colour stands for, where it does not stand for the whole.
    pub coloured_by: Option<usize>,
    /// The title of the colour bar with its unit: "value, €".
    pub value_title: &'a str,
    /// Whose policy the marks are: "the optimum".
    pub whose: &'a str,
    /// The colour scale; the same for maps that are compared.
    pub scale: Scale,
    /// What colours the cells.
    pub fill: Fill,
    /// Whether the cells stand alone, without titles, levels and keys: one of several maps.
    pub bare: bool,
    /// The cell of the present state.
    pub present: Option<(usize, usize)>,
    /// The cell that was clicked and is explained elsewhere.
    pub selected: Option<(usize, usize)>,
}

/// What the pointer did.
#[derive(Debug)]
pub struct HeatMapResponse {
    /// The whole chart.
    pub response: Response,
    /// The cell (x, y) under the pointer.
    pub hovered: Option<(usize, usize)>,
    /// The cell (x, y) that was clicked.
    pub clicked: Option<(usize, usize)>,
}

impl HeatMap<'_> {
    fn cell(&self, x: usize, y: usize) -> usize {
        y * self.x.levels.len() + x
    }

    fn worth_at(&self, x: usize, y: usize) -> Worth {
        self.worth.get(self.cell(x, y)).copied().unwrap_or(Worth::Absent)
    }

    fn choice_at(&self, x: usize, y: usize) -> Choice {
        self.choices.get(self.cell(x, y)).copied().unwrap_or(Choice::None)
    }

    fn mark(&self, action: u16) -> Option<&ActionMark> {
        self.marks.get(usize::from(action))
    }

    fn colour(&self, x: usize, y: usize, theme: &Theme) -> Option<Color32> {
        let Worth::Known(value) = self.worth_at(x, y) else { return None };
        if self.fill == Fill::Policy {
            return Some(match self.choice_at(x, y) {
                Choice::Action(a) | Choice::Tie(a, _) => {
                    self.mark(a).map_or(theme.raised, |mark| mark.colour)
                }
                Choice::None => theme.raised,
            });
        }
        Some(self.scale.colour(value))
    }

    /// The words of a cell: "buffer 1 = 8, buffer 2 = 3: 42.17, hold 1".
    pub fn words(&self, x: usize, y: usize) -> String {
        let level = |side: &Side<'_>, i: usize| side.levels.get(i).cloned().unwrap_or_default();
        let of = |side: &Side<'_>, i: usize| format!("{} = {}", side.name, level(side, i));
        // A single row has no second variable.
        let place = match self.y.name {
            "" => of(&self.x, x),
            _ => format!("{}, {}", of(&self.x, x), of(&self.y, y)),
        };
        let worth = match self.worth_at(x, y) {
            Worth::Known(value) => number::significant(value, 4),
            Worth::NeverVisited => "never visited".to_owned(),
            Worth::Absent => "no such state".to_owned(),
        };
        let name = |a: u16| self.mark(a).map_or("", |mark| mark.name.as_str());
        match self.choice_at(x, y) {
            Choice::None => format!("{place}: {worth}"),
            Choice::Action(a) => format!("{place}: {worth}, {}", name(a)),
            Choice::Tie(a, b) => format!("{place}: {worth}, {} or {}", name(a), name(b)),
        }
    }
}

impl Scale {
    /// The scale that spans these worths; differences are centred on 0.
    pub fn over(worth: &[Worth]) -> Self {
        let (low, high) =
            worth.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), w| match w {
                Worth::Known(v) if v.is_finite() => (l.min(*v), h.max(*v)),
                _ => (l, h),
            });
        if low > high { Self::Values { low: 0.0, high: 1.0 } } else { Self::Values { low, high } }
    }

    /// The scale of differences that spans these worths.
    pub fn around_nothing(worth: &[Worth]) -> Self {
        let most = worth.iter().filter_map(|worth| match worth {
            Worth::Known(value) if value.is_finite() => Some(value.abs()),
            _ => None,
        });
        Self::Differences { most: most.fold(0.0, f64::max) }
    }

    fn colour(self, value: f64) -> Color32 {
        match self {
            Self::Values { low, high } if high > low => viridis((value - low) / (high - low)),
            Self::Values { .. } => viridis(0.5),
            Self::Differences { most } if most > 0.0 => diverging(value / most),
            Self::Differences { .. } => diverging(0.0),
        }
    }

    fn ends(self) -> (f64, f64) {
        match self {
            Self::Values { low, high } => (low, high),
            Self::Differences { most } => (-most, most),
        }
    }
}

/// A policy of which one part is shown, as the whole has no room in its cells.
struct Reduced {
    choices: Vec<Choice>,
    marks: Vec<ActionMark>,
    whose: String,
    part: usize,
}

impl Reduced {
    fn of<'m>(&'m self, map: &HeatMap<'m>) -> HeatMap<'m> {
        HeatMap {
            choices: &self.choices,
            marks: &self.marks,
            whose: &self.whose,
            parts: None,
            coloured_by: Some(self.part),
            ..*map
        }
    }
}

/// Beside the cells of a map stand its titles, levels and colours (points).
const BESIDE: f32 = 116.0;
/// Up to so many actions a policy of several parts is shown as a whole, by its regions.
const FEW_ACTIONS: usize = 6;

/// The policy reduced to one part of its actions, where many of them occur and their marks have no
/// room: the part that differs most from cell to cell.
fn reduced(painter: &Painter, map: &HeatMap<'_>, rect: Rect, theme: &Theme) -> Option<Reduced> {
    let of = map.parts.filter(|of| of.parts.len() > 1)?;
    // Where actions tie a sign is enough.
    let alone = map.choices.iter().filter_map(|choice| match choice {
        Choice::Action(action) => Some(usize::from(*action)),
        Choice::Tie(..) | Choice::None => None,
    });
    let shown: BTreeSet<usize> = alone.collect();
    let edge = (rect.width() - BESIDE) / map.x.levels.len().max(1) as f32;
    let face = Face::small(Color32::WHITE).weighing(Weight::Medium);
    let fits = |action: &usize| {
        let mark = map.marks.get(*action).map_or("", |mark| mark.mark.as_str());
        face.width(painter, mark) <= edge - 3.0
    };
    if shown.len() <= FEW_ACTIONS || (edge >= MARK_EDGE && shown.iter().all(fits)) {
        return None;
    }
    let (part, view) = of.parts.iter().enumerate().rev().max_by_key(|(part, view)| {
        let mut times = vec![0_usize; view.levels.len()];
        for choice in map.choices {
            if let Choice::Action(action) | Choice::Tie(action, _) = choice
                && let Some(times) = times.get_mut(of.level(usize::from(*action), *part))
            {
                *times += 1;
            }
        }
        times.iter().sum::<usize>() - times.iter().max().copied().unwrap_or(0)
    })?;
    let level = |action: u16| of.level(usize::from(action), part) as u16;
    let choice = |choice: &Choice| match *choice {
        Choice::None => Choice::None,
        Choice::Action(action) => Choice::Action(level(action)),
        Choice::Tie(one, other) if level(one) == level(other) => Choice::Action(level(one)),
        Choice::Tie(one, other) => Choice::Tie(level(one), level(other)),
    };
    let mark = |((mark, words), colour): (&(String, String), Color32)| ActionMark {
        name: if view.counts { mark.clone() } else { words.clone() },
        mark: mark.clone(),
        colour,
    };
    Some(Reduced {
        choices: map.choices.iter().map(choice).collect(),
        marks: view.levels.iter().zip(tones::of_levels(view, theme)).map(mark).collect(),
        whose: format!("{}, {}", map.whose, view.name),
        part,
    })
}

/// How high each of a few rows of narrow cells is (points), and how many are few.
const SINGLE_ROW: f32 = 44.0;
const FEW_ROWS: f32 = 4.0;

/// Where things stand inside the chart.
struct Plan {
    cells: Rect,
    edge: (f32, f32),
    bar: Rect,
    key: Vec<KeyEntry>,
    policy: PolicyShown,
}

/// How the policy is shown on the cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PolicyShown {
    /// Each cell has its mark.
    Marks,
    /// Cells are too small for that: borders between actions, and a mark for each region with room.
    Regions,
    /// Nearly every cell differs from the next, and borders would hide the values.
    Not,
}

/// Draws the map over all the room there is.
pub fn heat_map(ui: &mut Ui, map: &HeatMap<'_>, theme: &Theme) -> HeatMapResponse {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, map.name));
    let painter = ui.painter_at(rect);
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    if columns == 0 || rows == 0 {
        let face = Face::small(theme.quiet);
        face.paint(&painter, Align2::CENTER_CENTER, rect.center(), "values appear once planned");
        return HeatMapResponse { response, hovered: None, clicked: None };
    }
    let whole = map;
    let reduced = reduced(&painter, whole, rect, theme);
    let shown = reduced.as_ref().map(|reduced| reduced.of(whole));
    let map = shown.as_ref().unwrap_or(whole);
    let plan = plan(&painter, map, rect, response.id, theme);
    paint_cells(&painter, map, &plan, theme);
    paint_choices(&painter, map, &plan, theme);
    paint_region_marks(&painter, map, &plan, theme);
    paint_outlines(&painter, map, &plan);
    if !map.bare {
        paint_axes(&painter, map, &plan, rect, theme);
        paint_colour_bar(&painter, map, plan.bar, rect, theme);
        name_cells(ui, whole, &plan, response.id);
    }

    let at = |pos: Pos2| cell_at(&plan, (columns, rows), pos);
    let hovered = response.hover_pos().and_then(at);
    let clicked =
        response.clicked().then(|| response.interact_pointer_pos().and_then(at)).flatten();
    if let Some((x, y)) = hovered {
        let cell = cell_rect(&plan, x, y, rows);
        painter.rect_stroke(cell, 0.0, Stroke::new(1.0, theme.text), StrokeKind::Inside);
        let words = format!("{}\nclick to see why", whole.words(x, y));
        response.clone().on_hover_text_at_pointer(said(ui.ctx(), &words));
    }
    HeatMapResponse { response, hovered, clicked }
}

fn plan(painter: &Painter, map: &HeatMap<'_>, rect: Rect, id: Id, theme: &Theme) -> Plan {
    let face = Face::small(theme.quiet);
    let widest = |labels: &[String]| {
        labels.iter().map(|label| face.width(painter, label)).fold(0.0, f32::max)
    };
    // What the present slice needs changes with it; the cells stay where they are.
    let id = id.with((map.x.name, map.y.name, map.fill == Fill::Policy, rect.width() as i32));
    let steady = |part: &str, needed: f32, slack: f32| {
        steady::room(painter.ctx(), id.with(part), needed, slack)
    };
    // A policy that is not shown needs no key.
    let narrow = rect.width() / (map.x.levels.len() as f32) < MARK_EDGE;
    let noise = is_noise(map);
    let hidden = map.bare || (narrow && map.fill == Fill::Value && noise);
    let key = if hidden { Vec::new() } else { key(painter, map, rect.width() - KEY_INSET, theme) };
    let key_rows = key.last().map_or(0, |entry| entry.at.1 + 1);
    let legend = steady("key", key_rows as f32 * KEY_ROW, f32::INFINITY);
    let (low, high) = map.scale.ends();
    let bar_words = [low, high].map(|v| number::significant(v, 4));
    // Title, level labels and gaps to the left; colour bar with its words to the right.
    let left = 16.0 + HALF + widest(map.y.levels).min(64.0) + STEP;
    // The upright title beside the bar needs room as well.
    let beside = widest(&bar_words).max(18.0);
    let right = STEP * 2.0 + STEP + HALF + steady("bar", beside, 24.0) + HALF;
    let bottom = 16.0 + 16.0 + HALF;
    let (left, right, bottom) = if map.bare { (0.0, 0.0, 0.0) } else { (left, right, bottom) };
    let room = Rect::from_min_max(
        pos2(rect.left() + left, rect.top() + if map.bare { 0.0 } else { legend + HALF }),
        pos2((rect.right() - right).max(rect.left() + left + 8.0), rect.bottom() - bottom),
    );
    let whole = |edge: f32| if edge >= 3.0 { edge.floor() } else { edge.max(0.1) };
    let (columns, rows) = (map.x.levels.len() as f32, map.y.levels.len() as f32);
    let (wide, tall) = (whole(room.width() / columns), whole(room.height() / rows));
    // Nearly square cells read as a map; very long ones as bars.
    let high = if rows > FEW_ROWS { wide * 2.0 } else { (wide * 2.0).max(SINGLE_ROW) };
    let edge = (wide.min(tall * 2.0), tall.min(high));
    let min = pos2(room.left().round(), room.top().round());
    let cells = Rect::from_min_size(min, vec2(edge.0 * columns, edge.1 * rows));
    let bar = Rect::from_min_size(
        pos2(cells.right() + 2.0 * STEP, cells.top()),
        vec2(STEP, cells.height()),
    );
    let policy = policy_shown(painter, map, edge, noise);
    Plan { cells, edge, bar, key, policy }
}

fn cell_rect(plan: &Plan, x: usize, y: usize, rows: usize) -> Rect {
    let (wide, tall) = plan.edge;
    let min =
        pos2(plan.cells.left() + x as f32 * wide, plan.cells.top() + (rows - 1 - y) as f32 * tall);
    // A hairline of the ground shows between cells that are large enough to spare it.
    let gap = if wide.min(tall) >= 6.0 { 1.0 } else { 0.0 };
    Rect::from_min_size(min, vec2(wide - gap, tall - gap))
}

fn cell_at(plan: &Plan, (columns, rows): (usize, usize), pos: Pos2) -> Option<(usize, usize)> {
    if !plan.cells.contains(pos) {
        return None;
    }
    let x = ((pos.x - plan.cells.left()) / plan.edge.0) as usize;
    let from_top = ((pos.y - plan.cells.top()) / plan.edge.1) as usize;
    (x < columns && from_top < rows).then(|| (x, rows - 1 - from_top))
}

fn paint_cells(painter: &Painter, map: &HeatMap<'_>, plan: &Plan, theme: &Theme) {
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    // One mesh for all cells: a hundred by a hundred is a common size.
    let mut mesh = Mesh::default();
    let mut hatched = Vec::new();
    let mut figures = Vec::new();
    let with_figures = plan.edge.0 >= FIGURE_EDGE && plan.edge.1 >= FIGURE_EDGE;
    for y in 0..rows {
        for x in 0..columns {
            let cell = cell_rect(plan, x, y, rows);
            match (map.worth_at(x, y), map.colour(x, y, theme)) {
                (Worth::Known(value), Some(colour)) => {
                    mesh.add_colored_rect(cell, colour);
                    if with_figures {
                        figures.push((cell, colour, value));
                    }
                }
                (Worth::NeverVisited, _) => {
                    mesh.add_colored_rect(cell, theme.raised);
                    hatch::lines(cell, 5.0, Stroke::new(1.0, theme.quiet), &mut hatched);
                }
                _ => {}
            }
        }
    }
    painter.add(Shape::mesh(mesh));
    painter.extend(hatched);
    // All alike, and all or none: a figure that is missing here and there looks like a fault.
    let most = figures.iter().map(|(_, _, value)| value.abs()).fold(0.0, f64::max);
    let widest = Face::small(theme.text).weighing(Weight::Medium);
    let fits = |text: &String| widest.width(painter, text) <= plan.edge.0 - 5.0;
    // With fewer digits rather than none.
    let texts = [3, 2].into_iter().find_map(|digits| {
        let texts = figures.iter().map(|(_, _, value)| number::beside(*value, most, digits));
        let texts: Vec<_> = texts.collect();
        texts.iter().all(fits).then_some(texts)
    });
    if let Some(texts) = texts {
        for ((cell, colour, _), text) in figures.iter().zip(&texts) {
            let at = cell.center_bottom() - vec2(0.0, 2.0);
            Face::small_on(*colour).paint_on_colour(painter, Align2::CENTER_BOTTOM, at, text);
        }
    }
}

fn paint_choices(painter: &Painter, map: &HeatMap<'_>, plan: &Plan, theme: &Theme) {
    if plan.policy == PolicyShown::Not {
        return;
    }
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    let edge = plan.edge.0.min(plan.edge.1);
    let mut borders = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            let Some(colour) = map.colour(x, y, theme) else { continue };
            let cell = cell_rect(plan, x, y, rows);
            let choice = map.choice_at(x, y);
            if plan.policy == PolicyShown::Marks {
                paint_mark(painter, map, cell, choice, ink_on(colour), edge >= FIGURE_EDGE);
            } else {
                // Too small for marks: the borders between actions carry the policy.
                if let Choice::Tie(..) = choice {
                    paint_small_tie(painter, cell, ink_on(colour));
                }
                let differs = |x: usize, y: usize| {
                    map.colour(x, y, theme).is_some() && map.choice_at(x, y) != choice
                };
                let whole = Rect::from_min_size(cell.min, vec2(plan.edge.0, plan.edge.1));
                if x + 1 < columns && differs(x + 1, y) {
                    borders.push([whole.right_top(), whole.right_bottom()]);
                }
                if y + 1 < rows && differs(x, y + 1) {
                    borders.push([whole.left_top(), whole.right_top()]);
                }
            }
        }
    }
    paint_borders(painter, &borders);
}

/// Lines of white within black, which are seen on any colour: all the black first, so that no corner
/// cuts a white line.
fn paint_borders(painter: &Painter, borders: &[[Pos2; 2]]) {
    for (ink, width) in [(Color32::from_black_alpha(190), 3.0), (Color32::WHITE, 1.0)] {
        painter.extend(borders.iter().map(|ends| {
            let along = (ends[1] - ends[0]).normalized() * (width / 2.0);
            Shape::line_segment([ends[0] - along, ends[1] + along], Stroke::new(width, ink))
        }));
    }
}

/// Cells show their marks where they are large enough and each mark that stands alone has room.
fn policy_shown(
    painter: &Painter,
    map: &HeatMap<'_>,
    edge: (f32, f32),
    noise: bool,
) -> PolicyShown {
    let face = Face::small(Color32::WHITE).weighing(Weight::Medium);
    let fits = |mark: &ActionMark| face.width(painter, &mark.mark) <= edge.0 - 3.0;
    let fit: Vec<bool> = map.marks.iter().map(fits).collect();
    let has_room = |choice: &Choice| match choice {
        Choice::Action(a) => fit.get(usize::from(*a)) != Some(&false),
        Choice::Tie(..) | Choice::None => true,
    };
    if map.choices.is_empty() {
        PolicyShown::Not
    } else if edge.0.min(edge.1) >= MARK_EDGE && map.choices.iter().all(has_room) {
        PolicyShown::Marks
    } else if noise {
        PolicyShown::Not
    } else {
        PolicyShown::Regions
    }
}

/// Whether more than a third of neighbours differ in what the policy does: it is not learned yet.
fn is_noise(map: &HeatMap<'_>) -> bool {
    let columns = map.x.levels.len();
    let rows = map.choices.chunks(columns.max(1));
    let (mut differ, mut all) = (0, 0);
    for row in rows {
        for (one, next) in row.iter().zip(row.iter().skip(1)) {
            all += 1;
            differ += usize::from(one != next);
        }
    }
    columns > 20 && 3 * differ > all
}

/// Where cells are too small for marks, each region that has room is marked once.
fn paint_region_marks(painter: &Painter, map: &HeatMap<'_>, plan: &Plan, theme: &Theme) {
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    if plan.policy != PolicyShown::Regions {
        return;
    }
    let choice = |at: usize| {
        let (x, y) = (at % columns, at / columns);
        map.colour(x, y, theme).is_some().then(|| map.choice_at(x, y))
    };
    let cells: Vec<_> = (0..columns * rows).map(choice).collect();
    let edge = plan.edge.0.min(plan.edge.1);
    let face = Face::small(theme.text).weighing(Weight::Medium);
    for Deepest { x, y, depth } in regions(&cells, columns) {
        let Some(colour) = map.colour(x, y, theme) else { continue };
        let room = vec2(plan.edge.0, plan.edge.1) * (2 * depth - 1) as f32;
        let place = Rect::from_center_size(cell_rect(plan, x, y, rows).center(), room);
        let choice = map.choice_at(x, y);
        // Where cells tie each says so.
        let said = matches!(choice, Choice::Tie(..)) && edge >= TIE_EDGE;
        let wide = match choice {
            Choice::Action(action) => {
                map.mark(action).map_or(0.0, |mark| face.width(painter, &mark.mark))
            }
            Choice::Tie(..) | Choice::None => 0.0,
        };
        let room = place.width() + 2.0;
        if !said && place.height() >= MARK_EDGE && room >= wide.max(MARK_EDGE) {
            paint_mark(painter, map, place, choice, ink_on(colour), false);
        }
    }
}

/// Two short lines, the sign of a tie, where there is no room for letters.
fn paint_small_tie(painter: &Painter, cell: Rect, ink: Color32) {
    let edge = cell.width().min(cell.height());
    if edge < TIE_EDGE {
        return;
    }
    let (long, apart) = ((edge * 0.5).min(7.0), (edge * 0.2).clamp(1.5, 3.0));
    let stroke = Stroke::new(if edge < 9.0 { 1.0 } else { 1.5 }, ink);
    let centre = cell.center();
    for y in [centre.y - apart / 2.0, centre.y + apart / 2.0] {
        painter.hline(centre.x - long / 2.0..=centre.x + long / 2.0, y, stroke);
    }
}

fn paint_mark(
    painter: &Painter,
    map: &HeatMap<'_>,
    cell: Rect,
    choice: Choice,
    ink: Color32,
    above_figure: bool,
) {
    let face = Face::small(ink).weighing(Weight::Medium);
    let at = if above_figure {
        cell.center_top() + vec2(0.0, cell.height() * 0.3)
    } else {
        cell.center()
    };
    let word = |a: u16| map.mark(a).map_or("", |mark| mark.mark.as_str());
    match choice {
        Choice::None => {}
        Choice::Action(a) => {
            if !word(a).is_empty() {
                face.paint_on_colour(painter, Align2::CENTER_CENTER, at, word(a));
            }
        }
        Choice::Tie(a, b) => {
            let both = format!("{}={}", word(a), word(b));
            let text = if face.width(painter, &both) <= cell.width() { both } else { "=".into() };
            face.paint_on_colour(painter, Align2::CENTER_CENTER, at, &text);
        }
    }
}

fn paint_outlines(painter: &Painter, map: &HeatMap<'_>, plan: &Plan) {
    let rows = map.y.levels.len();
    let within = |(x, y): &(usize, usize)| *x < map.x.levels.len() && *y < rows;
    if let Some((x, y)) = map.selected.filter(within) {
        let cell = cell_rect(plan, x, y, rows);
        let corner = |from: Pos2, dx: f32, dy: f32| {
            let long = cell.width().min(cell.height()) * 0.3;
            for (ink, width) in [(Color32::BLACK, 3.0), (Color32::WHITE, 1.5)] {
                painter.line(
                    vec![from + vec2(dx * long, 0.0), from, from + vec2(0.0, dy * long)],
                    Stroke::new(width, ink),
                );
            }
        };
        let inner = cell.shrink(2.0);
        corner(inner.left_top(), 1.0, 1.0);
        corner(inner.right_top(), -1.0, 1.0);
        corner(inner.left_bottom(), 1.0, -1.0);
        corner(inner.right_bottom(), -1.0, -1.0);
    }
    if let Some((x, y)) = map.present.filter(within) {
        // White within black is seen on any colour.
        let cell = cell_rect(plan, x, y, rows).expand(1.0);
        painter.rect_stroke(cell, 0.0, Stroke::new(2.0, Color32::BLACK), StrokeKind::Outside);
        painter.rect_stroke(cell, 0.0, Stroke::new(2.0, Color32::WHITE), StrokeKind::Inside);
    }
}

fn paint_axes(painter: &Painter, map: &HeatMap<'_>, plan: &Plan, rect: Rect, theme: &Theme) {
    let face = Face::small(theme.quiet);
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    let x_width =
        map.x.levels.iter().map(|label| face.width(painter, label)).fold(8.0, f32::max) + STEP;
    for i in label_places(columns, plan.edge.0, x_width) {
        let Some(label) = map.x.levels.get(i) else { continue };
        let at =
            pos2(plan.cells.left() + (i as f32 + 0.5) * plan.edge.0, plan.cells.bottom() + HALF);
        face.paint_within(painter, Align2::CENTER_TOP, at, label, x_width.max(48.0));
    }
    for i in label_places(rows, plan.edge.1, 20.0) {
        let Some(label) = map.y.levels.get(i) else { continue };
        let y = plan.cells.bottom() - (i as f32 + 0.5) * plan.edge.1;
        let at = pos2(plan.cells.left() - STEP, y);
        face.paint_within(painter, Align2::RIGHT_CENTER, at, label, 64.0);
    }
    let below = pos2(plan.cells.center().x, plan.cells.bottom() + HALF + 16.0);
    face.paint_within(painter, Align2::CENTER_TOP, below, map.x.title, rect.width());
    let beside = pos2(rect.left() + 8.0, plan.cells.center().y);
    face.paint_upright(painter, beside, map.y.title, rect.height());
    paint_key(painter, &plan.key, rect, theme);
}

/// Which levels get a label so that labels of this width keep apart: every one, or every 2nd, 5th,
/// 10th and so on, from the lowest.
fn label_places(count: usize, edge: f32, width: f32) -> impl Iterator<Item = usize> {
    let mut every = 1;
    for step in [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000] {
        every = step;
        if step as f32 * edge >= width {
            break;
        }
    }
    (0..count).step_by(every)
}

/// The colours of a map along a bar, with the values at its ends.
pub fn paint_colour_bar(
    painter: &Painter,
    map: &HeatMap<'_>,
    bar: Rect,
    rect: Rect,
    theme: &Theme,
) {
    if map.fill == Fill::Policy {
        return;
    }
    let (low, high) = map.scale.ends();
    let strips = 64;
    let mut mesh = Mesh::default();
    for i in 0..strips {
        let share = |k: usize| k as f32 / strips as f32;
        let strip = Rect::from_min_max(
            pos2(bar.left(), bar.bottom() - bar.height() * share(i + 1)),
            pos2(bar.right(), bar.bottom() - bar.height() * share(i)),
        );
        let middle = f64::from(share(i) + 0.5 / strips as f32);
        mesh.add_colored_rect(strip, map.scale.colour(low + (high - low) * middle));
    }
    painter.add(Shape::mesh(mesh));
    let face = Face::small(theme.quiet);
    let x = bar.right() + HALF;
    let room = rect.right() - x;
    let label = |value: f64| number::significant(value, 4);
    let top = pos2(x, bar.top() - 2.0);
    face.paint_within(painter, Align2::LEFT_TOP, top, &label(high), room);
    let bottom = pos2(x, bar.bottom() + 2.0);
    face.paint_within(painter, Align2::LEFT_BOTTOM, bottom, &label(low), room);
    if bar.height() > 96.0 {
        let beside = pos2(x + 8.0, bar.center().y);
        let room = bar.height() - 40.0;
        let short = map.value_title.split_once(' ').map_or("", |(_, rest)| rest);
        let fits = face.width(painter, map.value_title) <= room;
        let title = if fits { map.value_title } else { short };
        face.paint_upright(painter, beside, title, room);
    }
}

/// Gives each cell of a map that is not too large a name, so that it can be read out and clicked.
fn name_cells(ui: &Ui, map: &HeatMap<'_>, plan: &Plan, id: egui::Id) {
    let (columns, rows) = (map.x.levels.len(), map.y.levels.len());
    if columns * rows > NAMED_CELLS {
        return;
    }
    for y in 0..rows {
        for x in 0..columns {
            let rect = cell_rect(plan, x, y, rows);
            let cell = ui.interact(rect, id.with((x, y)), Sense::hover());
            cell.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, map.words(x, y)));
        }
    }
}
