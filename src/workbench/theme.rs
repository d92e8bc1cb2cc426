//! The two designed palettes, dark and light, with spacing and type, and their egui style.

use super::colour::{hex, mix};
use super::fonts;
use crate::mdp::Condition;
use egui::epaint::FontColorTransferFunction;
use egui::style::{HandleShape, ScrollStyle, WidgetVisuals};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Vec2};

/// The half step of the spacing grid, inside controls (points).
pub const HALF: f32 = 4.0;
/// The step of the spacing grid (points).
pub const STEP: f32 = 8.0;
/// The one corner radius (points).
pub const RADIUS: u8 = 6;

/// The four sizes of type; nothing lies between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 12 points: notes, axes, rows of a panel.
    Small,
    /// 14 points: names and headings.
    Body,
    /// 18 points: a title.
    Title,
    /// 24 points: a key figure.
    Figure,
}

impl Size {
    /// The height in points.
    pub const fn points(self) -> f32 {
        match self {
            Self::Small => 12.0,
            Self::Body => 14.0,
            Self::Title => 18.0,
            Self::Figure => 24.0,
        }
    }
}

/// The three weights of type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Words and numbers.
    Regular,
    /// Figures and names that matter.
    Medium,
    /// Headings.
    SemiBold,
}

/// The font of this size and weight.
pub fn font(size: Size, weight: Weight) -> FontId {
    let family = match weight {
        Weight::Regular => FontFamily::Proportional,
        Weight::Medium => fonts::medium(),
        Weight::SemiBold => fonts::semi_bold(),
    };
    FontId::new(size.points(), family)
}

/// Dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Mode {
    /// Light text on dark ground.
    #[default]
    Dark,
    /// Dark text on light ground.
    Light,
}

/// The colours of one mode. Every text colour has a contrast of 4.5 or more on `ground`, `panel`
/// and `raised`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    /// Dark or light.
    pub mode: Mode,
    /// Behind the line: the deepest plane.
    pub ground: Color32,
    /// Behind panels and charts.
    pub panel: Color32,
    /// Selected rows, slots, tracks, quiet buttons.
    pub raised: Color32,
    /// A raised thing under the pointer.
    pub hovered: Color32,
    /// Hairlines, belts, grid lines.
    pub hairline: Color32,
    /// Words and figures.
    pub text: Color32,
    /// Units, notes, axis titles.
    pub quiet: Color32,
    /// What is pressed, selected or focused.
    pub accent: Color32,
    /// The filled side of a slider.
    pub filled: Color32,
    /// A part.
    pub part: Color32,
    /// Words of warning (bottleneck).
    pub warning: Color32,
    /// Words of error.
    pub error: Color32,
    /// Words of assent (the same as the optimum).
    pub good: Color32,
    /// Agents and series in the order in which they are met; each keeps its colour in every view.
    pub series: [Color32; 6],
}

impl Theme {
    /// The palette of this mode.
    pub const fn new(mode: Mode) -> Self {
        match mode {
            Mode::Dark => Self::DARK,
            Mode::Light => Self::LIGHT,
        }
    }

    /// The dark palette.
    pub const DARK: Self = Self {
        mode: Mode::Dark,
        ground: hex(0x14171A),
        panel: hex(0x1B1F24),
        raised: hex(0x22272E),
        hovered: hex(0x2C333B),
        hairline: hex(0x2C333B),
        text: hex(0xE6E9EC),
        quiet: hex(0x9AA4AE),
        accent: hex(0x56B4E9),
        filled: hex(0x3E7494),
        part: hex(0xF0C85A),
        warning: hex(0xE69F00),
        error: hex(0xFF8A5C),
        good: hex(0x1DB487),
        series: [
            hex(0xF0C85A),
            hex(0x56B4E9),
            hex(0xD98BB4),
            hex(0x1DB487),
            hex(0xE6E9EC),
            hex(0xF08A4B),
        ],
    };

    /// The light palette.
    pub const LIGHT: Self = Self {
        mode: Mode::Light,
        ground: hex(0xF6F7F8),
        panel: hex(0xFFFFFF),
        raised: hex(0xEEF0F2),
        hovered: hex(0xE3E7EA),
        hairline: hex(0xDDE1E5),
        text: hex(0x1B1F24),
        quiet: hex(0x5A646E),
        accent: hex(0x56B4E9),
        filled: hex(0x9ACFED),
        part: hex(0xC99A1E),
        warning: hex(0x875A00),
        error: hex(0xA63C00),
        good: hex(0x006E50),
        series: [
            hex(0x856100),
            hex(0x0F6A9E),
            hex(0x9C3F75),
            hex(0x006E50),
            hex(0x1B1F24),
            hex(0xA63C00),
        ],
    };

    /// The fill that stands for a condition (Okabe and Ito, 2008), the same in both modes.
    pub const fn condition(&self, condition: Condition) -> Color32 {
        match condition {
            Condition::Working => hex(0x009E73),
            Condition::Starved => hex(0x56B4E9),
            Condition::Blocked => hex(0xE69F00),
            Condition::Down => hex(0xD55E00),
            Condition::HeldBack => hex(0x9AA4AE),
            Condition::SetUp => hex(0xCC79A7),
            Condition::Planned => hex(0x0072B2),
        }
    }

    /// The colour in which a condition's name is written, dark or light enough to be read.
    pub const fn condition_text(&self, condition: Condition) -> Color32 {
        match (self.mode, condition) {
            (Mode::Dark, Condition::Working) => hex(0x1DB487),
            (Mode::Dark, Condition::Down) => hex(0xF08A4B),
            (Mode::Dark, Condition::SetUp) => hex(0xD98BB4),
            (Mode::Dark, Condition::Planned) => hex(0x4BA3DB),
            (Mode::Dark, _) => self.condition(condition),
            (Mode::Light, Condition::Working) => hex(0x006E50),
            (Mode::Light, Condition::Starved) => hex(0x0F6A9E),
            (Mode::Light, Condition::Blocked) => hex(0x875A00),
            (Mode::Light, Condition::Down) => hex(0xA63C00),
            (Mode::Light, Condition::HeldBack) => hex(0x5A646E),
            (Mode::Light, Condition::SetUp) => hex(0x9C3F75),
            (Mode::Light, Condition::Planned) => hex(0x005A8E),
        }
    }

    /// The colour of the series of this number; it repeats after six.
    #[expect(clippy::indexing_slicing, reason = "the remainder is within; `get` is not constant")]
    pub const fn series(&self, number: usize) -> Color32 {
        self.series[number % self.series.len()]
    }

    /// A colour at a fifth of its strength on this ground: bands of uncertainty.
    pub fn band(&self, colour: Color32, ground: Color32) -> Color32 {
        mix(ground, colour, 0.2)
    }

    /// A hairline.
    pub fn line(&self) -> Stroke {
        Stroke::new(1.0, self.hairline)
    }

    /// Gives an egui context this look. Fonts are installed apart, once, by [`fonts::install`].
    pub fn apply(&self, ctx: &egui::Context) {
        let theme = match self.mode {
            Mode::Dark => egui::Theme::Dark,
            Mode::Light => egui::Theme::Light,
        };
        ctx.set_theme(theme);
        ctx.set_style_of(theme, self.style());
    }

    /// The egui style of this palette.
    pub fn style(&self) -> egui::Style {
        let mut style = egui::Style {
            text_styles: text_styles(),
            visuals: self.visuals(),
            animation_time: 0.1,
            ..Default::default()
        };
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::new(STEP, HALF);
        spacing.button_padding = Vec2::new(STEP, HALF);
        spacing.window_margin = Margin::same(12);
        spacing.menu_margin = Margin::same(6);
        spacing.indent = 2.0 * STEP;
        spacing.interact_size = Vec2::new(24.0, 24.0);
        spacing.slider_rail_height = HALF;
        spacing.combo_width = 96.0;
        spacing.icon_spacing = HALF;
        spacing.scroll = ScrollStyle::thin();
        style
    }

    fn visuals(&self) -> egui::Visuals {
        let mut visuals = match self.mode {
            Mode::Dark => egui::Visuals::dark(),
            Mode::Light => egui::Visuals::light(),
        };
        let radius = CornerRadius::same(RADIUS);
        let face = |fill: Color32, edge: Stroke, ink: Color32| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: edge,
            corner_radius: radius,
            fg_stroke: Stroke::new(1.5, ink),
            expansion: 0.0,
        };
        let focus = Stroke::new(1.0, self.accent);
        visuals.widgets.noninteractive = face(self.panel, self.line(), self.text);
        visuals.widgets.inactive = face(self.raised, Stroke::NONE, self.text);
        visuals.widgets.hovered = face(self.hovered, Stroke::NONE, self.text);
        visuals.widgets.active = face(self.hovered, focus, self.text);
        visuals.widgets.open = face(self.raised, Stroke::NONE, self.text);
        visuals.selection.bg_fill = mix(self.panel, self.accent, 0.3);
        visuals.selection.stroke = focus;
        // Linear light thins dark letters on light ground and needs no help the other way round.
        visuals.text_options.color_transfer_function = match self.mode {
            Mode::Dark => FontColorTransferFunction::Gamma(1.1),
            Mode::Light => FontColorTransferFunction::TwoCoverageMinusCoverageSq,
        };
        visuals.weak_text_color = Some(self.quiet);
        visuals.hyperlink_color = self.condition_text(Condition::Starved);
        visuals.faint_bg_color = self.raised;
        visuals.extreme_bg_color = self.ground;
        visuals.code_bg_color = self.raised;
        visuals.warn_fg_color = self.warning;
        visuals.error_fg_color = self.error;
        visuals.window_fill = self.panel;
        visuals.panel_fill = self.panel;
        visuals.window_stroke = self.line();
        visuals.window_corner_radius = radius;
        visuals.menu_corner_radius = radius;
        visuals.slider_trailing_fill = true;
        visuals.handle_shape = HandleShape::Circle;
        visuals.button_frame = true;
        visuals.striped = false;
        visuals.indent_has_left_vline = false;
        visuals
    }
}

/// egui's named styles in our four sizes.
fn text_styles() -> std::collections::BTreeMap<TextStyle, FontId> {
    [
        (TextStyle::Small, font(Size::Small, Weight::Regular)),
        (TextStyle::Body, font(Size::Small, Weight::Regular)),
        (TextStyle::Button, font(Size::Small, Weight::Regular)),
        (TextStyle::Monospace, font(Size::Small, Weight::Regular)),
        (TextStyle::Heading, font(Size::Body, Weight::SemiBold)),
    ]
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::colour::contrast;

    #[test]
    fn every_text_colour_can_be_read_on_every_ground() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            let mut words = vec![
                ("text", theme.text),
                ("quiet", theme.quiet),
                ("warning", theme.warning),
                ("error", theme.error),
                ("good", theme.good),
            ];
            words.extend(Condition::ALL.map(|c| (c.name(), theme.condition_text(c))));
            words.extend(theme.series.map(|c| ("series", c)));
            for (name, colour) in words {
                for (plane, ground) in
                    [("ground", theme.ground), ("panel", theme.panel), ("raised", theme.raised)]
                {
                    let ratio = contrast(colour, ground);
                    assert!(ratio >= 4.5, "{:?}: {name} on {plane} has {ratio:.2}", theme.mode);
                }
            }
        }
    }

    #[test]
    fn conditions_keep_the_colours_of_okabe_and_ito() {
        // Okabe and Ito (2008), "Color universal design", figure 16: bluish green, sky blue,
        // orange, vermilion, reddish purple, blue.
        let given = [0x009E73, 0x56B4E9, 0xE69F00, 0xD55E00, 0xCC79A7, 0x0072B2];
        let theirs = [
            Condition::Working,
            Condition::Starved,
            Condition::Blocked,
            Condition::Down,
            Condition::SetUp,
            Condition::Planned,
        ];
        for (rgb, condition) in given.into_iter().zip(theirs) {
            assert_eq!(Theme::DARK.condition(condition), hex(rgb), "{}", condition.name());
            assert_eq!(Theme::LIGHT.condition(condition), hex(rgb), "{}", condition.name());
        }
    }

    #[test]
    fn series_are_told_apart() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            for i in 0..theme.series.len() {
                for j in 0..i {
                    assert_ne!(theme.series(i), theme.series(j), "{:?}: {i} and {j}", theme.mode);
                }
            }
        }
    }
}
