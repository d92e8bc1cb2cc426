//! Things that are called by a colour are drawn in it: "red" is never blue.

use super::colour::{hex, mix};
use super::theme::{Mode, Theme};
use super::view::PartView;
use egui::Color32;

/// Words for colours, with the number of the theme's series that looks like it, if one does.
const WORDS: [(&str, Option<usize>); 16] = [
    ("red", Some(5)),
    ("orange", Some(5)),
    ("yellow", Some(0)),
    ("gold", Some(0)),
    ("green", Some(3)),
    ("blue", Some(1)),
    ("purple", Some(2)),
    ("violet", Some(2)),
    ("pink", Some(2)),
    ("brown", None),
    ("bronze", None),
    ("black", None),
    ("white", Some(4)),
    ("grey", None),
    ("gray", None),
    ("silver", None),
];

/// The colour word in a name, if there is one: a place in [`WORDS`].
fn word(name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|one| WORDS.iter().position(|(word, _)| *word == one))
}

/// The tone nearest to a colour word that the colour-blind tell from the others (Okabe and Ito,
/// 2008, where they have it), and that is seen on this ground.
fn tone(word: &str, mode: Mode) -> Color32 {
    hex(match (word, mode) {
        ("red", _) => 0xD55E00,
        ("orange", _) => 0xE69F00,
        ("yellow", Mode::Dark) => 0xF0E442,
        ("yellow", Mode::Light) => 0xD6C400,
        ("gold", _) => 0xD0A21E,
        ("green", _) => 0x009E73,
        ("blue", Mode::Dark) => 0x2E8BCB,
        ("blue", Mode::Light) => 0x0072B2,
        ("purple" | "violet" | "pink", _) => 0xCC79A7,
        ("brown" | "bronze", _) => 0x9A6234,
        ("black", Mode::Dark) => 0x4C545D,
        ("black", Mode::Light) => 0x1B1F24,
        ("white", Mode::Dark) => 0xF4F6F8,
        ("white", Mode::Light) => 0xC9D3DC,
        ("silver", _) => 0xB6C0CA,
        _ => 0x8A949E,
    })
}

/// The colours of things with these names: those called by a colour have it, all others one of the
/// theme's series, in turn, that no name stands for.
pub fn colours<'n>(names: impl Iterator<Item = &'n str>, theme: &Theme) -> Vec<Color32> {
    let words: Vec<Option<usize>> = names.map(word).collect();
    let likened = |series: usize| {
        let mut all = words.iter().flatten().filter_map(|place| WORDS.get(*place));
        all.any(|(_, like)| *like == Some(series))
    };
    let free: Vec<usize> = (0..theme.series.len()).filter(|series| !likened(*series)).collect();
    let mut next = 0;
    let each = words.iter().enumerate().map(|(number, place)| {
        if let Some((word, _)) = place.and_then(|place| WORDS.get(place)) {
            return tone(word, theme.mode);
        }
        let series = free.get(next % free.len().max(1)).copied().unwrap_or(number);
        next += 1;
        theme.series(series)
    });
    each.collect()
}

/// The colours of the levels of one part of an action: of counts the size is a shade, others have one
/// each.
pub fn of_levels(part: &PartView, theme: &Theme) -> Vec<Color32> {
    let most = part.levels.len().saturating_sub(1).max(1) as f32;
    if part.counts {
        let shade = |level: usize| mix(theme.hovered, theme.series(1), level as f32 / most);
        return (0..part.levels.len()).map(shade).collect();
    }
    colours(part.levels.iter().map(|(_, words)| words.as_str()), theme)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::colour::contrast;

    #[test]
    fn a_colour_s_name_is_taken_at_its_word() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            let of = |names: &[&str]| colours(names.iter().copied(), &theme);
            let [red, blue] = of(&["red", "Blue fronts"])[..] else { panic!("two") };
            assert!(red.r() > red.b() && red.r() > red.g(), "{red:?}");
            assert!(blue.b() > blue.r() && blue.b() > blue.g(), "{blue:?}");
            assert_eq!(of(&["A", "B"]), [theme.series(0), theme.series(1)]);
            // Who has no colour in the name takes none that another is called by.
            let mixed = of(&["yellow", "plain", "reduced"]);
            assert_eq!(mixed[1..], [theme.series(1), theme.series(2)]);
        }
    }

    #[test]
    fn every_tone_is_seen_on_its_ground_and_told_from_the_others() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            let tones: Vec<_> = WORDS.iter().map(|(word, _)| tone(word, theme.mode)).collect();
            for tone in &tones {
                let ratio = contrast(*tone, theme.raised);
                assert!(ratio >= 1.3, "{tone:?} has {ratio:.2} in {:?}", theme.mode);
            }
            let of = |names: [&str; 3]| colours(names.into_iter(), &theme);
            let [white, grey, black] = of(["white", "grey", "black"])[..] else { panic!("three") };
            assert!(contrast(white, grey) > 1.5 && contrast(grey, black) > 1.5);
        }
    }
}
