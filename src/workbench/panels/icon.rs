//! Icons, drawn with the painter so that no font has to have them.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

/// The icons of the panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Back to the first beat.
    First,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// One beat.
    Step,
    /// One beat back.
    Back,
    /// Train ahead.
    Ahead,
    /// Stop what is under way.
    Stop,
    /// Dark or light.
    Contrast,
    /// Motion on or off.
    Motion,
    /// Write to a file.
    Save,
    /// A question mark.
    Help,
    /// A magnifying glass.
    Search,
    /// A folder.
    Folder,
    /// A folder up.
    Up,
    /// Put away.
    Close,
    /// As it was.
    Restore,
    /// One way becomes two.
    Fork,
    /// Take back.
    Undo,
    /// Do again.
    Redo,
    /// A list: the scenarios.
    List,
    /// Three sliders: the parameters.
    Sliders,
    /// Opens below.
    Down,
    /// Opens to the right.
    Right,
    /// Chosen, proved.
    Check,
    /// One more.
    Plus,
    /// One less.
    Minus,
    /// A warning.
    Warning,
    /// Follows the present state.
    Follow,
    /// Panes side by side and one below the other.
    Panes,
}

impl Icon {
    /// Paints the icon in the middle of a rectangle; it is 16 points wide at most.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let pen = Pen { painter, centre: rect.center().round(), colour };
        match self {
            Self::First => {
                pen.bar(-7.0, -4.5, 1.5, 9.0);
                pen.fill(&[(0.0, -4.5), (0.0, 4.5), (-5.5, 0.0)]);
                pen.fill(&[(6.0, -4.5), (6.0, 4.5), (0.5, 0.0)]);
            }
            Self::Panes => {
                pen.bar(-7.0, -6.0, 14.0, 1.5);
                pen.bar(-7.0, 4.5, 14.0, 1.5);
                pen.bar(-7.0, -6.0, 1.5, 12.0);
                pen.bar(5.5, -6.0, 1.5, 12.0);
                pen.bar(-2.5, -6.0, 1.5, 12.0);
                pen.bar(-2.5, -0.5, 9.0, 1.5);
            }
            Self::Play => pen.fill(&[(-4.0, -6.0), (6.0, 0.0), (-4.0, 6.0)]),
            Self::Pause => {
                pen.bar(-4.0, -5.0, 3.0, 10.0);
                pen.bar(1.0, -5.0, 3.0, 10.0);
            }
            Self::Step => {
                pen.fill(&[(-5.0, -5.5), (2.5, 0.0), (-5.0, 5.5)]);
                pen.bar(3.0, -5.5, 2.0, 11.0);
            }
            Self::Back => {
                pen.bar(-5.0, -5.5, 2.0, 11.0);
                pen.fill(&[(5.0, -5.5), (5.0, 5.5), (-2.5, 0.0)]);
            }
            Self::Ahead => {
                pen.fill(&[(-6.0, -4.5), (0.0, 0.0), (-6.0, 4.5)]);
                pen.fill(&[(0.0, -4.5), (6.0, 0.0), (0.0, 4.5)]);
            }
            Self::Stop => pen.bar(-4.0, -4.0, 8.0, 8.0),
            Self::Contrast => {
                pen.painter.circle_stroke(pen.centre, 5.5, pen.stroke());
                let half: Vec<_> =
                    (0..=16).map(|i| pen.round(5.5, 0.25 + f64::from(i) / 32.0)).collect();
                pen.painter.add(Shape::convex_polygon(half, colour, Stroke::NONE));
            }
            Self::Motion => {
                pen.painter.circle_filled(pen.at(3.0, 0.0), 3.0, colour);
                for (y, from) in [(-3.0, -5.0), (0.0, -6.5), (3.0, -5.0)] {
                    pen.line(&[(from, y), (-1.5, y)]);
                }
            }
            Self::Save => {
                pen.line(&[(0.0, -6.0), (0.0, 2.0)]);
                pen.line(&[(-3.5, -1.5), (0.0, 2.0), (3.5, -1.5)]);
                pen.line(&[(-6.0, 2.0), (-6.0, 5.5), (6.0, 5.5), (6.0, 2.0)]);
            }
            Self::Help => {
                let bow: Vec<_> = (0..=12).map(|i| 0.5 + f64::from(i) / 12.0 * 0.68).collect();
                let mut points: Vec<_> =
                    bow.iter().map(|turn| pen.round_at((0.0, -2.5), 3.2, *turn)).collect();
                points.push(pen.at(0.0, 2.2));
                pen.painter.add(Shape::line(points, pen.stroke()));
                pen.painter.circle_filled(pen.at(0.0, 5.2), 1.1, colour);
            }
            Self::Search => {
                pen.painter.circle_stroke(pen.at(-1.2, -1.2), 3.8, pen.stroke());
                pen.line(&[(1.6, 1.6), (5.2, 5.2)]);
            }
            Self::Folder => pen.line(&[
                (-6.0, 4.5),
                (-6.0, -4.5),
                (-1.5, -4.5),
                (0.0, -2.5),
                (6.0, -2.5),
                (6.0, 4.5),
                (-6.0, 4.5),
            ]),
            Self::Up => {
                pen.line(&[(0.0, 5.0), (0.0, -5.0)]);
                pen.line(&[(-4.0, -1.0), (0.0, -5.0), (4.0, -1.0)]);
            }
            Self::Close => {
                pen.line(&[(-4.0, -4.0), (4.0, 4.0)]);
                pen.line(&[(-4.0, 4.0), (4.0, -4.0)]);
            }
            Self::Restore => {
                let arc = (0..=20).map(|i| pen.round(4.6, -0.17 + f64::from(i) / 20.0 * 0.8));
                pen.painter.add(Shape::line(arc.collect(), pen.stroke()));
                pen.fill(&[(-0.4, -7.0), (-0.4, -1.4), (-4.4, -4.6)]);
            }
            Self::Fork => {
                pen.line(&[(-6.0, 0.0), (-1.5, 0.0), (2.0, -4.0), (6.0, -4.0)]);
                pen.line(&[(-1.5, 0.0), (2.0, 4.0), (6.0, 4.0)]);
            }
            Self::Undo => pen.bow(-1.0),
            Self::Redo => pen.bow(1.0),
            Self::List => {
                for y in [-4.0, 0.0, 4.0] {
                    pen.bar(-6.0, y - 0.75, 1.5, 1.5);
                    pen.bar(-2.5, y - 0.75, 8.5, 1.5);
                }
            }
            Self::Sliders => {
                for (y, knob) in [(-4.0, 2.0), (0.0, -3.0), (4.0, 0.5)] {
                    pen.line(&[(-6.0, y), (6.0, y)]);
                    pen.painter.circle_filled(pen.at(knob, y), 2.0, colour);
                }
            }
            Self::Down => pen.fill(&[(-3.5, -2.0), (3.5, -2.0), (0.0, 2.5)]),
            Self::Right => pen.fill(&[(-2.0, -3.5), (2.5, 0.0), (-2.0, 3.5)]),
            Self::Check => pen.line(&[(-4.0, 0.0), (-1.2, 3.0), (4.0, -3.5)]),
            Self::Plus => {
                pen.line(&[(-3.5, 0.0), (3.5, 0.0)]);
                pen.line(&[(0.0, -3.5), (0.0, 3.5)]);
            }
            Self::Minus => pen.line(&[(-3.5, 0.0), (3.5, 0.0)]),
            Self::Warning => pen.fill(&[(0.0, -5.0), (5.5, 4.5), (-5.5, 4.5)]),
            Self::Follow => {
                pen.painter.circle_stroke(pen.centre, 4.5, pen.stroke());
                pen.painter.circle_filled(pen.centre, 1.8, colour);
            }
        }
    }
}

/// Draws in points from the centre of the icon.
struct Pen<'a> {
    painter: &'a Painter,
    centre: Pos2,
    colour: Color32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.centre + vec2(x, y)
    }

    fn stroke(&self) -> Stroke {
        Stroke::new(1.5, self.colour)
    }

    fn fill(&self, corners: &[(f32, f32)]) {
        let corners = corners.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::convex_polygon(corners, self.colour, Stroke::NONE));
    }

    fn bar(&self, x: f32, y: f32, width: f32, height: f32) {
        let bar = Rect::from_min_size(self.at(x, y), vec2(width, height));
        self.painter.rect_filled(bar, 0.5, self.colour);
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::line(points, self.stroke()));
    }

    /// An arrow that comes back in a bow, its head at the left for −1, at the right for 1.
    fn bow(&self, side: f32) {
        let at = |x: f32, y: f32| (side * x, y);
        self.line(&[at(2.5, -6.0), at(5.5, -2.8), at(2.5, 0.4)]);
        self.line(&[
            at(5.5, -2.8),
            at(-2.0, -2.8),
            at(-4.3, -1.8),
            at(-5.3, 0.6),
            at(-4.3, 3.0),
            at(-2.0, 4.0),
            at(2.5, 4.0),
        ]);
    }

    /// A point on a circle about the centre, by turns clockwise from the right.
    fn round(&self, radius: f32, turns: f64) -> Pos2 {
        self.round_at((0.0, 0.0), radius, turns)
    }

    fn round_at(&self, (x, y): (f32, f32), radius: f32, turns: f64) -> Pos2 {
        let angle = (turns * std::f64::consts::TAU) as f32;
        self.at(x, y) + Vec2::angled(angle) * radius
    }
}

/// Paints a small round mark in an agent's colour.
pub fn dot(painter: &Painter, centre: Pos2, colour: Color32) {
    painter.circle_filled(centre, 5.0, colour);
}

/// Paints the outline that shows what has the keyboard.
pub fn focus_ring(painter: &Painter, rect: Rect, colour: Color32) {
    painter.rect_stroke(rect, 6.0, Stroke::new(1.0, colour), StrokeKind::Inside);
}

/// Paints a triangle that points left: the mark of what was chosen.
pub fn chosen_mark(painter: &Painter, centre: Pos2, colour: Color32) {
    let corners = [(-3.5, 0.0), (2.5, -3.5), (2.5, 3.5)];
    let corners = corners.iter().map(|&(x, y)| pos2(centre.x + x, centre.y + y)).collect();
    painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
}
