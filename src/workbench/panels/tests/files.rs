//! Files opened lately, changes left unsaved, and the glossary.

use std::path::PathBuf;

use super::*;
use crate::workbench::gallery;
use crate::workbench::glossary::ALL;
use crate::workbench::language::Language;
use crate::workbench::panels::sample;
use crate::workbench::view::LeftView;

fn with_recent() -> View {
    let mut view = sample::view();
    view.library.recent = vec![
        PathBuf::from("/home/anna/lines/my line.ron"),
        PathBuf::from("/home/anna/very/long/way/to/a/folder/of/many/lines/my line.ron"),
    ];
    view
}

fn left() -> LeftView {
    let words = "Lathe · time to repair: 12 → 4 min".to_owned();
    LeftView {
        title: "Three machines".into(),
        changes: vec![words, "agent: Random".into()],
        offered: true,
    }
}

/// All that is painted, in this language.
fn painted(harness: &mut Harness<'static, Shown>, language: Language) -> Vec<String> {
    harness.state_mut().view.language = language;
    language.set(&harness.ctx);
    harness.run();
    let texts = gallery::texts(&harness.output().shapes).into_iter();
    texts.map(|(text, _)| text.galley.text().to_owned()).collect()
}

#[test]
fn recent_files_are_in_the_palette_and_the_menu_leads_there() {
    let mut harness = usual(with_recent());
    click(&mut harness, "Menu");
    assert_eq!(click(&mut harness, "Open recent"), []);
    let found: Vec<String> = everything(&harness)
        .into_iter()
        .map(|(_, words, _)| words)
        .filter(|words| words.starts_with("Open recent "))
        .collect();
    assert_eq!(found[0], "Open recent my line.ron in /home/anna/lines");
    assert!(found.len() == 2 && found[1].contains("in …"), "{found:?}");
    let file = PathBuf::from("/home/anna/lines/my line.ron");
    assert_eq!(press(&mut harness, Key::Enter), [Intent::OpenFile(file)]);
    // In Chinese the same way finds them.
    painted(&mut harness, Language::Chinese);
    click(&mut harness, "Menu");
    click(&mut harness, "Open recent");
    let shown = painted(&mut harness, Language::Chinese);
    let found: Vec<_> = shown.iter().filter(|text| text.contains("my line.ron")).collect();
    assert!(found.len() == 2 && found[0].starts_with("打开最近的文件"), "{shown:?}");
    // Where nothing was opened yet there is no such line.
    let mut harness = usual(sample::view());
    click(&mut harness, "Menu");
    assert!(!is_shown(&harness, "Open recent"));
}

#[test]
fn changes_left_unsaved_are_had_again_or_forgotten_with_one_click() {
    let mut view = sample::view();
    view.left = vec![left(), LeftView { offered: false, ..left() }];
    view.notice = Some("Saved to /home/anna/a.ron".to_owned());
    for size in [(960.0, 600.0), (1280.0, 800.0)] {
        let mut harness = window(size, Theme::LIGHT, view.clone());
        let place = |name: &str| harness.get_by_label(name).rect();
        let (restore, dismiss) = (place("Restore changes"), place("Dismiss notice"));
        assert!(restore.bottom() < dismiss.top(), "one above the other: {restore:?} {dismiss:?}");
        let stage = harness.state().stage.unwrap();
        assert!(stage.contains_rect(place("Forget changes")), "{size:?}");
        assert_eq!(click(&mut harness, "Restore changes"), [Intent::RestoreChanges(0)]);
        assert_eq!(click(&mut harness, "Forget changes"), [Intent::DeclineChanges(0)]);
        let shown = painted(&mut harness, Language::English);
        assert!(shown.contains(&"Restore 2 changes to Three machines".to_owned()), "{shown:?}");
        let shown = painted(&mut harness, Language::Chinese);
        assert!(shown.iter().any(|text| text.starts_with("恢复对")), "{shown:?}");
    }
}

#[test]
fn the_glossary_is_searched_in_both_languages_and_left() {
    for size in [(960.0, 600.0), (1280.0, 800.0)] {
        let mut harness = window(size, Theme::DARK, sample::view());
        assert_eq!(press(&mut harness, Key::F1), []);
        let first = &ALL[0];
        assert!(is_shown(&harness, first.name()));
        let whole = Rect::from_min_size(Pos2::ZERO, vec2(size.0, size.1));
        assert!(whole.contains_rect(harness.get_by_label("Sought term").rect()));
        harness.event(egui::Event::Text("little".into()));
        harness.run();
        assert!(is_shown(&harness, "L = λ W") && is_shown(&harness, "Little 1961"));
        assert!(!is_shown(&harness, first.name()));
        // Keys are letters while it is open.
        assert_eq!(press(&mut harness, Key::R), []);
        let shown = painted(&mut harness, Language::Chinese);
        let count = format!("{} 个术语中的 1 个", ALL.len());
        assert!(shown.contains(&"利特尔定律".to_owned()) && shown.contains(&count), "{shown:?}");
        press(&mut harness, Key::Escape);
        assert!(!is_shown(&harness, "L = λ W"));
        assert_eq!(press(&mut harness, Key::R), [Intent::Reset]);
    }
}

#[test]
fn a_term_is_looked_up_from_the_palette() {
    let mut harness = usual(sample::view());
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::P);
    harness.run();
    harness.event(egui::Event::Text("look up little".into()));
    harness.run();
    assert_eq!(press(&mut harness, Key::Enter), []);
    assert!(is_shown(&harness, "L = λ W"));
}

/// A test that fails where a word lacks: what stands around the terms, and their sources.
#[test]
fn every_word_of_these_is_said_in_chinese() {
    use crate::workbench::language::said_in;
    let mut texts: Vec<String> = [
        "Glossary",
        "Open recent",
        "Search a term",
        "88 of 90 terms",
        "look up a term in the glossary",
        "Look up 状态",
        "glossary",
        "Restore changes to Three machines",
        "Restore 1 change to Three machines",
        "Restore 3 changes to Three machines",
        "Left unsaved when Taktlab was last closed:",
        "Forget these changes",
        "own.ron was changed on the disk. It was read again.",
        "own.ron was changed on the disk. Your change is kept.",
        "own.ron was changed on the disk. Your 3 changes are kept.",
        "own.ron was changed on the disk. These of your changes fit it no more:",
        "These of your changes fit it no more:",
        "/home/anna/own.ron is no longer there: it is taken off the recent files",
        "agent: Random",
        "file",
        "1 change",
        "3 changes",
    ]
    .map(str::to_owned)
    .to_vec();
    let sources = ALL.iter().flat_map(|entry| entry.source.split(" · "));
    let within = |source: &&str| {
        [", section ", ", chapter ", ", equation "].iter().any(|part| source.contains(part))
    };
    texts.extend(sources.filter(within).map(str::to_owned));
    for text in texts {
        let said = said_in(Language::Chinese, &text);
        assert_ne!(said, text, "{text}");
        for word in ["section", "chapter", "equation", "changed", "changes", "term"] {
            let mut words = said.split(|letter: char| !letter.is_ascii_alphabetic());
            assert!(words.all(|one| one != word), "{text} is said {said}");
        }
    }
}
