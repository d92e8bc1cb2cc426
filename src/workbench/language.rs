//! The language of the interface, and how its words are said in it.
//!
//! All panels are written in English; what they write is looked up where it is laid out
//! ([`said`]), so that the language can be changed while the window is open and nothing else knows of
//! it. Names for scripts and screen readers stay as they are. The words of a language are one file in
//! `assets/translations`: a sentence of the interface with what is said for it. `{}` stands for what
//! differs from time to time, a number or a name, which is looked up in its turn.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use egui::{Context, Id, Response};
use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// What it is called by those who speak it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// Its code, as scenarios have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// That of the system, else English.
    pub fn of_system() -> Self {
        let locale = sys_locale::get_locale().unwrap_or_default().to_lowercase();
        if locale.starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// That of a window.
    pub fn of(ctx: &Context) -> Self {
        ctx.data(|data| data.get_temp(id())).unwrap_or_default()
    }

    /// Makes it that of a window.
    pub fn set(self, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(id(), self));
    }

    fn words(self) -> Option<&'static Words> {
        static CHINESE: OnceLock<Words> = OnceLock::new();
        match self {
            Self::English => None,
            Self::Chinese => Some(CHINESE.get_or_init(|| Words::read(CHINESE_WORDS))),
        }
    }
}

const CHINESE_WORDS: &str = include_str!("../../assets/translations/zh.ron");

fn id() -> Id {
    Id::new("language of the interface")
}

/// What stands for what differs.
const HOLE: &str = "{}";
/// Signs between parts that are always said one by one.
const APART: [(&str, &str); 2] = [("\n", "\n"), (" · ", " · ")];
/// Signs between parts that are said one by one where no sentence has the whole: in the order in which
/// they are looked for.
const BETWEEN: [(&str, &str); 4] = [(" — ", "——"), ("; ", "；"), (": ", "："), (", ", "，")];
/// A sentence with so few letters of its own says no more than this in a hole: else it would take prose
/// apart that it does not know.
const FEW: usize = 8;
const SHORT: usize = 40;
/// So many texts are remembered: figures change with every beat.
const REMEMBERED: usize = 4096;

/// The words of a language.
struct Words {
    /// Sentences without a hole.
    whole: HashMap<String, String>,
    /// Those with holes: the pieces between them, and what is said; the longest first.
    holed: Vec<(Vec<String>, String)>,
}

impl Words {
    fn read(text: &str) -> Self {
        let all: HashMap<String, String> = ron::from_str(text).unwrap_or_default();
        let (holed, whole): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(said, _)| said.contains(HOLE));
        let pieces = |said: &str| said.split(HOLE).map(str::to_owned).collect();
        let mut holed: Vec<(Vec<String>, String)> =
            holed.into_iter().map(|(said, words)| (pieces(&said), words)).collect();
        let length = |pieces: &[String]| pieces.iter().map(String::len).sum::<usize>();
        holed.sort_by(|(one, _), (other, _)| {
            length(other).cmp(&length(one)).then_with(|| one.cmp(other))
        });
        Self { whole: whole.into_iter().collect(), holed }
    }

    /// What is said for a text; `None` where all of it stays as it is.
    fn of(&self, text: &str) -> Option<String> {
        // Numbers and signs are the same everywhere.
        if !text.chars().any(char::is_alphabetic) {
            return None;
        }
        if let Some(words) = self.whole.get(text) {
            return Some(words.clone());
        }
        // A sentence that begins with a capital only because it stands alone.
        let mut small = text.chars();
        let first = small.next().filter(|first| first.is_uppercase());
        if let Some(first) = first {
            let small: String = first.to_lowercase().chain(small).collect();
            if let Some(words) = self.whole.get(&small) {
                return Some(words.clone());
            }
        }
        if let Some(words) = text.strip_suffix(':').and_then(|before| self.whole.get(before)) {
            return Some(format!("{words}："));
        }
        if let Some(words) = APART.iter().find_map(|signs| self.parts(text, *signs, false)) {
            return Some(words);
        }
        let trimmed = text.trim();
        if trimmed != text {
            let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
            let words = self.of(trimmed)?;
            let (before, after) = (text.get(..start)?, text.get(end..)?);
            return Some(format!("{before}{words}{after}"));
        }
        let holed = self.holed.iter().find_map(|(pieces, words)| {
            let holes = holes(pieces, text)?;
            Some(self.filled(words, &holes))
        });
        let parts = || BETWEEN.iter().find_map(|signs| self.parts(text, *signs, true));
        holed.or_else(parts).or_else(|| {
            // A name and its figure.
            let (name, figure) = text.rsplit_once(' ')?;
            let bare = !figure.chars().any(char::is_alphabetic);
            let words = self.of(name).filter(|_| bare)?;
            Some(format!("{words} {figure}"))
        })
    }

    /// What is said part by part, where the text has more than one; if `all` is asked for, only where
    /// every part that has letters is known.
    fn parts(&self, text: &str, (sign, said): (&str, &str), all: bool) -> Option<String> {
        let parts: Vec<&str> = text.split(sign).collect();
        if parts.len() < 2 {
            return None;
        }
        let each: Vec<Option<String>> = parts.iter().map(|part| self.of(part)).collect();
        let known = |(words, part): (&Option<String>, &&str)| {
            words.is_some() || !part.chars().any(char::is_alphabetic)
        };
        let enough = match all {
            true => each.iter().zip(&parts).all(known),
            false => each.iter().any(Option::is_some),
        };
        enough.then(|| {
            let pairs = each.into_iter().zip(&parts);
            let parts = pairs.map(|(words, part)| words.unwrap_or_else(|| (*part).to_owned()));
            parts.collect::<Vec<_>>().join(said)
        })
    }

    /// The words with their holes filled, one after the other; `{2}` is the second of them.
    fn filled(&self, words: &str, holes: &[&str]) -> String {
        let said = |hole: &str| self.of(hole).unwrap_or_else(|| hole.to_owned());
        let mut text = String::with_capacity(words.len() + 16);
        let (mut rest, mut next) = (words, 0);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((number, behind)) = after.split_once('}') else { break };
            push_apart(&mut text, before);
            let place = number.parse::<usize>().map_or(next, |number| number.saturating_sub(1));
            push_apart(&mut text, &holes.get(place).map_or_else(String::new, |hole| said(hole)));
            (rest, next) = (behind, place + 1);
        }
        push_apart(&mut text, rest);
        text
    }
}

/// Adds words, with a space between Chinese characters and Latin letters or figures.
fn push_apart(text: &mut String, words: &str) {
    let chinese = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let latin = |c: char| c.is_ascii_alphanumeric();
    if let (Some(last), Some(first)) = (text.chars().last(), words.chars().next())
        && (chinese(last) && latin(first) || latin(last) && chinese(first))
    {
        text.push(' ');
    }
    text.push_str(words);
}

/// What stands in the holes between these pieces, if the text is made of them.
fn holes<'t>(pieces: &[String], text: &'t str) -> Option<Vec<&'t str>> {
    let (first, others) = pieces.split_first()?;
    let letters: usize = pieces.iter().map(|piece| piece.chars().count()).sum();
    let mut rest = text.strip_prefix(first.as_str())?;
    let mut found = Vec::with_capacity(others.len());
    for (place, piece) in others.iter().enumerate() {
        let end = if place + 1 == others.len() {
            rest.ends_with(piece.as_str()).then(|| rest.len() - piece.len())?
        } else {
            // At least one sign stands in a hole.
            let from = rest.chars().next()?.len_utf8();
            from + rest.get(from..)?.find(piece.as_str())?
        };
        let hole = rest.get(..end).filter(|hole| !hole.is_empty())?;
        // What ends in a comma is a part of the text, not a name or a number.
        let several = hole.chars().count() > SHORT || hole.contains(", ");
        if letters < FEW && several || hole.ends_with([',', ';', ':']) {
            return None;
        }
        found.push(hole);
        rest = rest.get(end + piece.len()..)?;
    }
    Some(found)
}

/// A text in the language of a window.
pub fn said<'t>(ctx: &Context, text: &'t str) -> Cow<'t, str> {
    said_in(Language::of(ctx), text)
}

/// A text in a language.
pub fn said_in(language: Language, text: &str) -> Cow<'_, str> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Option<String>>> = RefCell::new(HashMap::new());
    }
    let Some(words) = language.words() else { return Cow::Borrowed(text) };
    let found = KNOWN.with_borrow_mut(|known| {
        if let Some(found) = known.get(text) {
            return found.clone();
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let found = words.of(text);
        known.insert(text.to_owned(), found.clone());
        found
    });
    found.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Tooltips in the language of the window.
pub trait Tip: Sized {
    /// Says this while the pointer rests on it.
    fn tip(self, words: impl AsRef<str>) -> Self;
}

impl Tip for Response {
    fn tip(self, words: impl AsRef<str>) -> Self {
        let words = said(&self.ctx, words.as_ref()).into_owned();
        self.on_hover_text(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words::read(
            r#"{ "earned": "收入", "beat": "拍", "{} beats": "{} 拍", "hold {}": "停 {}", "{} and {}": "{} 和 {}",
                "Lathe": "车床", "why {}, not {}?": "为何不{2}而{1}？", "run all": "全部运行" }"#,
        )
    }

    #[test]
    fn a_text_is_said_whole_by_its_holes_or_part_by_part() {
        let words = words();
        let said = |text: &str| words.of(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(said("earned"), "收入");
        assert_eq!(said("12 000 beats"), "12 000 拍");
        assert_eq!(said("hold Lathe and Mill"), "停 车床 和 Mill");
        assert_eq!(said("hold Lathe\nearned"), "停 车床\n收入");
        assert_eq!(said("hold 1"), "停 1");
        assert_eq!(said("earned 0.3"), "收入 0.3");
        assert_eq!(said("Lathe, 3 beats"), "车床，3 拍");
        assert_eq!(said("why run all, not hold Lathe?"), "为何不停 车床而全部运行？");
        assert_eq!(said("why Q, not R?"), "为何不 R 而 Q？");
        assert_eq!(said("earned · beat"), "收入 · 拍");
        assert_eq!(said("beat, earned"), "拍，收入");
        assert_eq!(said(" beat "), " 拍 ");
        for same in [
            "3.14 · 10⁻⁷",
            "",
            "no such words",
            "hold ",
            " beats",
            "earned, as nobody knows",
            "A machine in a shop and the people that work there all day long every day",
        ] {
            assert_eq!(said(same), same);
        }
    }

    #[test]
    fn the_translations_can_be_read_and_keep_their_holes() {
        let all: HashMap<String, String> = ron::from_str(CHINESE_WORDS).unwrap();
        assert!(!all.is_empty());
        for (text, words) in all {
            let holes = text.matches(HOLE).count();
            let filled = words.matches('{').count();
            assert_eq!(holes, filled, "{text}: {words}");
            assert!(!words.trim().is_empty(), "{text}");
        }
    }

    #[test]
    fn english_is_said_as_it_is_written() {
        assert_eq!(said_in(Language::English, "earned"), "earned");
    }
}
