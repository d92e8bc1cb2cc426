//! Things that are called by a colour are drawn in it: "red" is never blue.

use super::colour::{hex, mix};
use super::theme::{Mode, Theme};
use super::view::PartView;
use egui::Color32;

/// What a word for a colour is drawn in.
struct Tone {
    word: &'static str,
    /// On the dark ground and on the light one.
    colours: [u32; 2],
    /// The number of the theme's series that looks like it, if one does.
    like: Option<usize>,
}

impl Tone {
    const fn new(word: &'static str, colours: [u32; 2], like: Option<usize>) -> Self {
        Self { word, colours, like }
    }

    /// The colour on this ground.
    fn on(&self, mode: Mode) -> Color32 {
        let [dark, light] = self.colours;
        hex(match mode {
            Mode::Dark => dark,
            Mode::Light => light,
        })
    }
}

/// The tones nearest to words for colours that the colour-blind tell from the others (Okabe and Ito,
/// 2008, where they have it), and that are seen on either ground.
const TONES: [Tone; 16] = [
    Tone::new("red", [0xD55E00, 0xD55E00], Some(5)),
    Tone::new("orange", [0xE69F00, 0xE69F00], Some(5)),
    Tone::new("yellow", [0xF0E442, 0xD6C400], Some(0)),
    Tone::new("gold", [0xD0A21E, 0xD0A21E], Some(0)),
    Tone::new("green", [0x009E73, 0x009E73], Some(3)),
    Tone::new("blue", [0x2E8BCB, 0x0072B2], Some(1)),
    Tone::new("purple", [0xCC79A7, 0xCC79A7], Some(2)),
    Tone::new("violet", [0xCC79A7, 0xCC79A7], Some(2)),
    Tone::new("pink", [0xCC79A7, 0xCC79A7], Some(2)),
    Tone::new("brown", [0x9A6234, 0x9A6234], None),
    Tone::new("bronze", [0x9A6234, 0x9A6234], None),
    Tone::new("black", [0x4C545D, 0x1B1F24], None),
    Tone::new("white", [0xF4F6F8, 0xC9D3DC], Some(4)),
    Tone::new("grey", [0x8A949E, 0x8A949E], None),
    Tone::new("gray", [0x8A949E, 0x8A949E], None),
    Tone::new("silver", [0xB6C0CA, 0xB6C0CA], None),
];

/// The tone of the colour word in a name, if there is one.
fn named(name: &str) -> Option<&'static Tone> {
    let lower = name.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|one| TONES.iter().find(|tone| tone.word == one))
}

/// The colours of things with these names: those called by a colour have it, all others one of the
/// theme's series, in turn, that no name stands for.
pub fn colours<'n>(names: impl Iterator<Item = &'n str>, theme: &Theme) -> Vec<Color32> {
    let tones: Vec<Option<&Tone>> = names.map(named).collect();
    let likened = |series: usize| tones.iter().flatten().any(|tone| tone.like == Some(series));
    let free: Vec<usize> = (0..theme.series.len()).filter(|series| !likened(*series)).collect();
    let mut next = 0;
    let each = tones.iter().enumerate().map(|(number, tone)| {
        if let Some(tone) = tone {
            return tone.on(theme.mode);
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
            let tones: Vec<_> = TONES.iter().map(|tone| tone.on(theme.mode)).collect();
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
