//! The colours of classes and products in a picture.

use super::scene::FlowScene;
use crate::workbench::theme::Theme;
use crate::workbench::tones;
use egui::Color32;

/// A colour for every number.
pub struct Inks {
    named: Vec<Color32>,
    theme: Theme,
}

impl Inks {
    /// Those of a picture.
    pub fn of(scene: &FlowScene, theme: &Theme) -> Self {
        let names = scene.called.iter().map(String::as_str);
        Self { named: tones::colours(names, theme), theme: *theme }
    }

    /// The colour of this number.
    pub fn of_number(&self, number: usize) -> Color32 {
        self.named.get(number).copied().unwrap_or_else(|| self.theme.series(number))
    }
}
