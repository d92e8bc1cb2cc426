//! The faces: Inter in three weights with tabular figures, and Noto Sans SC behind each.
//!
//! Both are under the SIL Open Font License 1.1 (see `assets/fonts`). They are part of the binary,
//! so that the window looks the same on every machine.

use egui::epaint::text::FontTweak;
use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

const FACES: [(&str, &[u8]); 4] = [
    (REGULAR, include_bytes!("../../assets/fonts/Inter-Regular.otf")),
    (MEDIUM, include_bytes!("../../assets/fonts/Inter-Medium.otf")),
    (SEMI_BOLD, include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    (CHINESE, include_bytes!("../../assets/fonts/NotoSansSC-Regular.otf")),
];
const REGULAR: &str = "Inter";
const MEDIUM: &str = "Inter Medium";
const SEMI_BOLD: &str = "Inter SemiBold";
const CHINESE: &str = "Noto Sans SC";

/// The family of medium weight.
pub fn medium() -> FontFamily {
    FontFamily::Name(MEDIUM.into())
}

/// The family of semi-bold weight.
pub fn semi_bold() -> FontFamily {
    FontFamily::Name(SEMI_BOLD.into())
}

/// All faces, each family falling back on the Chinese one.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in FACES {
        // A fifth of an em sets thousands and units apart; egui's own is narrower.
        let tweak = FontTweak { thin_space_width: 0.75, ..FontTweak::default() };
        let face = FontData::from_static(bytes).tweak(tweak);
        fonts.font_data.insert(name.to_owned(), Arc::new(face));
    }
    for (family, face) in [
        (FontFamily::Proportional, REGULAR),
        (FontFamily::Monospace, REGULAR),
        (medium(), MEDIUM),
        (semi_bold(), SEMI_BOLD),
    ] {
        fonts.families.insert(family, vec![face.to_owned(), CHINESE.to_owned()]);
    }
    fonts
}

/// Gives an egui context these faces; they are there from the next pass on.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(definitions());
}

/// Lets a context that has the faces draw its letters anew, once. Where a letter lies in the texture of
/// all letters hangs on what was drawn before it, and how its edges are rounded on where it lies: so
/// the same view looks the same to the last bit, whatever was shown, and for how long, until then.
pub fn install_anew(ctx: &egui::Context) {
    let mut fonts = definitions();
    // The same faces would be no news to it.
    let family = FontFamily::Name("anew".into());
    fonts.families.insert(family, vec![REGULAR.to_owned(), CHINESE.to_owned()]);
    ctx.set_fonts(fonts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::number::{MINUS, THIN, UNKNOWN};
    use egui::FontId;

    fn with_fonts<R>(check: impl Fn(&egui::Context) -> R) -> R {
        let ctx = egui::Context::default();
        install(&ctx);
        ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        check(&ctx)
    }

    #[test]
    fn every_character_that_numbers_and_words_need_is_there() {
        let needed = format!(
            "0123456789.,:;%€£$¥±·×–—…“”’‖◂▸▾▲→←⁰¹²³⁴⁵⁶⁷⁸⁹⁻∞Σγλμεéüß{MINUS}{THIN}{UNKNOWN}机器缓冲"
        );
        with_fonts(|ctx| {
            for family in [FontFamily::Proportional, medium(), semi_bold()] {
                let missing: String = ctx.fonts_mut(|fonts| {
                    let mut font = fonts.fonts.font(&family);
                    let there = font.characters();
                    needed.chars().filter(|c| !there.contains_key(c)).collect()
                });
                assert_eq!(missing, "", "missing in {family}");
            }
        });
    }

    #[test]
    fn every_character_of_the_chinese_texts_is_there() {
        let mut texts = include_str!("../../assets/translations/zh.ron").to_owned();
        for listed in crate::scenario::library::list(None) {
            let contents = listed.open().unwrap().contents;
            texts += contents.title.in_language("zh");
            texts += contents.text.in_language("zh");
        }
        with_fonts(|ctx| {
            let missing: std::collections::BTreeSet<char> = ctx.fonts_mut(|fonts| {
                let mut font = fonts.fonts.font(&FontFamily::Proportional);
                let there = font.characters();
                let written = texts.chars().filter(|c| !c.is_control());
                written.filter(|c| !there.contains_key(c)).collect()
            });
            assert!(missing.is_empty(), "missing: {missing:?}");
        });
    }

    #[test]
    fn figures_are_all_of_one_width() {
        with_fonts(|ctx| {
            for family in [FontFamily::Proportional, medium(), semi_bold()] {
                let font = FontId::new(24.0, family.clone());
                let widths: Vec<f32> = ('0'..='9')
                    .chain([MINUS])
                    .map(|c| ctx.fonts_mut(|fonts| fonts.glyph_width(&font, c)))
                    .collect();
                assert!(
                    widths[..10].iter().all(|w| (w - widths[0]).abs() < 0.01),
                    "{family}: {widths:?}"
                );
            }
        });
    }
}
