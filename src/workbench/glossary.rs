//! The terms of the field, each with what it means, its formula and its source, in the languages of the
//! window: the one home of these, for the list that is searched and for tooltips.

use std::sync::LazyLock;

use egui::Response;
use serde::Deserialize;

use super::language::{Language, Tip as _};

/// A text in each language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    en: String,
    zh: String,
}

impl Said {
    fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    term: Said,
    /// What the window calls it elsewhere, in English.
    #[serde(default)]
    called: Vec<String>,
    means: Said,
    /// Its formula; empty where it has none.
    #[serde(default)]
    pub formula: String,
    /// Author, year, section or equation.
    pub source: String,
}

impl Entry {
    /// What it is called in the field's first language, by which it is found.
    pub fn name(&self) -> &str {
        &self.term.en
    }

    /// What it is called in a language.
    pub fn term(&self, language: Language) -> &str {
        self.term.in_language(language)
    }

    /// What it means, in a sentence or two.
    pub fn means(&self, language: Language) -> &str {
        self.means.in_language(language)
    }

    /// Whether every word sought is in what it is called, or else in what is said of it.
    fn rank(&self, sought: &str) -> Option<u8> {
        let has = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
            sought.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
        };
        let Self { term, means, source, .. } = self;
        match () {
            () if term.en.to_lowercase() == sought || term.zh == sought => Some(0),
            () if has(&[&term.en, &term.zh]) => Some(1),
            () if has(&[&term.en, &term.zh, &means.en, &means.zh, source]) => Some(2),
            () => None,
        }
    }
}

/// All terms, in the alphabet's order.
pub static ALL: LazyLock<Vec<Entry>> = LazyLock::new(|| ron::from_str(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../assets/glossary.ron");

/// The terms in which every word sought occurs: those called so first.
pub fn found(sought: &str) -> Vec<&'static Entry> {
    let sought = sought.trim().to_lowercase();
    let ranked = ALL.iter().filter_map(|entry| Some((entry.rank(&sought)?, entry)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// The term that the window shows under this label, if it is one.
fn entry_of(label: &str) -> Option<&'static Entry> {
    let label = label.to_lowercase();
    let is_it = |name: &String| name.to_lowercase() == label;
    ALL.iter().find(|entry| is_it(&entry.term.en) || entry.called.iter().any(is_it))
}

/// Tooltips of labels that are terms; other labels have none of these.
pub trait Explain: Sized {
    /// Says what the term means, its formula and its source while the pointer rests on it.
    fn explain(self, label: &str) -> Self;

    /// Says these words of what it means here, with the term's formula and source.
    fn cite(self, words: impl AsRef<str>, label: &str) -> Self;
}

impl Explain for Response {
    fn explain(self, label: &str) -> Self {
        let Some(entry) = entry_of(label) else { return self };
        let means = entry.means(Language::of(&self.ctx));
        self.tip(lines(&[means, &entry.formula, &entry.source]))
    }

    fn cite(self, words: impl AsRef<str>, label: &str) -> Self {
        match entry_of(label) {
            Some(entry) => self.tip(lines(&[words.as_ref(), &entry.formula, &entry.source])),
            None => self.tip(words),
        }
    }
}

fn lines(texts: &[&str]) -> String {
    let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::fonts;

    #[test]
    fn every_term_has_all_it_needs_in_both_languages_and_in_order() {
        let all: Vec<Entry> = ron::from_str(TEXT).unwrap();
        assert!(all.len() >= 65, "{}", all.len());
        let chinese = |text: &str| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        for Entry { term, called, means, formula, source } in &all {
            let name = &term.en;
            let each = [&term.en, &term.zh, &means.en, &means.zh, source].into_iter();
            for text in each.chain(called) {
                assert!(!text.is_empty() && text.trim() == text, "{name}: “{text}”");
            }
            assert!(means.en.ends_with('.') && means.zh.ends_with('。'), "{name}");
            assert!(!chinese(&means.en) && chinese(&means.zh), "{name}");
            let sentences = means.en.matches(". ").count() + 1;
            assert!(sentences <= 3, "{name} has {sentences} sentences");
            assert_eq!(formula.trim(), formula, "{name}");
            let years = source.split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() == 4);
            assert!(years.count() >= 1, "{name}: no year in “{source}”");
        }
        let names: Vec<String> = all.iter().map(|entry| entry.name().to_lowercase()).collect();
        for pair in names.windows(2) {
            assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
        }
        let mut translated: Vec<&str> = all.iter().map(|entry| &*entry.term.zh).collect();
        translated.sort_unstable();
        assert!(translated.windows(2).all(|pair| pair[0] != pair[1]), "{translated:?}");
    }

    #[test]
    fn every_letter_is_in_the_fonts() {
        let ctx = egui::Context::default();
        fonts::install(&ctx);
        ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        let missing: std::collections::BTreeSet<char> = ctx.fonts_mut(|fonts| {
            let mut font = fonts.fonts.font(&egui::FontFamily::Proportional);
            let there = font.characters();
            let written = TEXT.chars().filter(|c| !c.is_control());
            written.filter(|c| !there.contains_key(c)).collect()
        });
        assert!(missing.is_empty(), "missing: {missing:?}");
    }

    #[test]
    fn terms_are_found_by_name_in_either_language_and_then_by_what_is_said() {
        let first = |sought: &str| found(sought).first().map(|entry| entry.name());
        assert_eq!(first("Throughput"), Some("throughput"));
        assert_eq!(first("产出率"), Some("throughput"));
        assert_eq!(first("little"), Some("Little’s law"));
        assert_eq!(found("").len(), ALL.len());
        assert_eq!(first("no such term"), None);
        assert!(found("gershwin").len() > 3, "by its source");
    }

    #[test]
    fn a_label_is_a_term_by_its_name_or_by_what_the_window_calls_it() {
        let name = |label: &str| entry_of(label).map(Entry::name);
        assert_eq!(name("Value iteration"), Some("value iteration"));
        assert_eq!(name("output"), Some("throughput"));
        assert_eq!(name("no such label"), None);
        // No label is called by two terms.
        let mut labels: Vec<String> = ALL
            .iter()
            .flat_map(|entry| entry.called.iter().chain([&entry.term.en]))
            .map(|label| label.to_lowercase())
            .collect();
        let count = labels.len();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), count);
    }
}
