use super::{Lesson, library};

/// A lesson of one step with these parts.
fn text(stage: &str, step: &str) -> String {
    format!(
        "(\n version: 1,\n title: \"T\",\n breaks: \"B\",\n minutes: 5,\n steps: [(\n  stage: \
         ({stage}),\n  {step}\n )],\n)\n"
    )
}

const CHAIN: &str = "scenario: \"basics/chain.ron\"";

fn told(text: &str) -> Vec<(String, String, usize)> {
    let reports = Lesson::parse("x.ron", text).err().unwrap_or_default();
    let entries = reports.entries().into_iter();
    entries
        .map(|entry| {
            assert!(!entry.remedy.is_empty(), "{entry:?}");
            (entry.path, entry.message, entry.line.unwrap_or(0))
        })
        .collect()
}

#[test]
fn shipped_lessons_open_without_a_word_in_both_languages() {
    let listed = library::list(None);
    assert!(!listed.is_empty());
    for listed in listed {
        let lesson = listed.open().unwrap_or_else(|reports| panic!("{reports}"));
        assert!((5..=10).contains(&lesson.contents.minutes), "{}", listed.name);
        let contents = &lesson.contents;
        let mut texts = vec![&contents.title, &contents.text, &contents.breaks];
        for step in &contents.steps {
            texts.push(&step.tell);
            texts.extend(step.ask.iter().map(|ask| &ask.question));
            let remembered = step.runs.iter().flat_map(|run| &run.remember);
            // A figure without a label is not shown.
            texts.extend(
                remembered
                    .map(|figure| &figure.label)
                    .filter(|label| !label.in_language("en").is_empty()),
            );
            if let Some(super::AnswerSpec::Choice { options, .. }) =
                step.ask.as_ref().map(|ask| &ask.answer)
            {
                texts.extend(options.iter().map(|option| &option.says));
            }
        }
        for text in texts {
            let crate::scenario::Text::Translated(each) = text else {
                panic!("{}: {text:?} is in one language", listed.name)
            };
            assert!(each.keys().eq(["en", "zh"]), "{}: {text:?}", listed.name);
            assert!(each.values().all(|text| !text.trim().is_empty()), "{}", listed.name);
        }
    }
}

#[test]
fn the_lesson_to_begin_with_is_one() {
    let lesson = Lesson::parse("start.ron", library::START);
    assert_eq!(lesson.unwrap_or_else(|reports| panic!("{reports}")).steps.len(), 2);
}

#[test]
fn the_list_of_built_in_lessons_is_that_of_the_folder() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons");
    let (built_in, all) = (library::list(None), library::list(Some(&folder)));
    assert!(built_in.iter().map(|l| &l.name).eq(all.iter().map(|l| &l.name)));
    for (built_in, listed) in built_in.iter().zip(&all) {
        assert_eq!(built_in.title, listed.title);
        assert_eq!(built_in.open().unwrap().contents, listed.open().unwrap().contents);
    }
}

#[test]
fn what_a_lesson_names_must_be_there() {
    let run = |remember: &str| format!("runs: [(until: Beats(9), remember: [{remember}])],");
    let line = "scenario: \"lines/three_machines.ron\"";
    for (text, path, message) in [
        (text("scenario: \"none.ron\"", ""), "steps[0].stage.scenario", "cannot be opened"),
        (text("", ""), "steps[0].stage", "no scenario"),
        (
            text(&format!("{CHAIN}, agent: Kanban(levels: [1])"), ""),
            "steps[0].stage.agent",
            "this is none",
        ),
        (
            text(&format!("{line}, change: [(parameter: \"environment.nothing\", value: 1)]"), ""),
            "steps[0].stage.change[0].parameter",
            "there is no parameter `environment.nothing`",
        ),
        (
            text(&format!("{CHAIN}, state: {{\"wear\": 1}}"), ""),
            "steps[0].stage.state.wear",
            "variable",
        ),
        (
            text(&format!("{CHAIN}, x: \"wear\""), ""),
            "steps[0].stage.x",
            "there is no variable `wear`",
        ),
        (
            text(&format!("{CHAIN}, highlight: [\"ceiling\"]"), ""),
            "steps[0].stage.highlight[0]",
            "no part `ceiling`",
        ),
        (
            text(line, &run("(name: \"a\", what: Share(station: \"Mil\", cause: Down))")),
            "steps[0].runs[0].remember[0].what.station",
            "there is no station `Mil`",
        ),
        (
            text(CHAIN, &run("(name: \"a\", what: Reward(Hour))")),
            "steps[0].runs[0].remember[0].what",
            "how long a beat is",
        ),
        (
            text(CHAIN, &run("(name: \"a\", what: Profit)")),
            "steps[0].runs[0].remember[0].what",
            "one of 26 names",
        ),
        (
            text(CHAIN, &run("(name: \"a\", what: Return), (name: \"a\", what: Length)")),
            "steps[0].runs[0].remember[1].name",
            "called `a` already",
        ),
        (text(line, "runs: [(until: Episodes(3))],"), "steps[0].runs[0].until", "never ends"),
        (
            text(line, &run("(name: \"a\", what: SweepsToPolicy)")),
            "steps[0].runs[0].remember[0].what",
            "average reward",
        ),
        (
            text(CHAIN, "ask: (question: \"q\", answer: Number(of: \"b\", tolerance: 1)),"),
            "steps[0].ask.answer.of",
            "no figure is called `b`",
        ),
        (
            text(
                CHAIN,
                &format!(
                    "ask: (question: \"q\", answer: Choice(options: [(says: \"x\")], by: \
                     Largest([\"a\", \"c\"]))), {}",
                    run("(name: \"a\", what: Return), (name: \"c\", what: Length)")
                ),
            ),
            "steps[0].ask.answer.options",
            "1 options do not fit",
        ),
        (
            text(CHAIN, "runs: [(until: Beats(9), agent: Person)],"),
            "steps[0].runs[0].agent",
            "window",
        ),
        (
            text(CHAIN, "runs: [(until: Beats(9), goes_on: true)],"),
            "steps[0].runs[0].goes_on",
            "no run",
        ),
        (text(CHAIN, "show: [\"z\"],"), "steps[0].show[0]", "no figure is called `z`"),
    ] {
        let found = told(&text);
        let hit = found
            .iter()
            .any(|(at, what, line)| at.starts_with(path) && what.contains(message) && *line > 5);
        assert!(hit, "{path}, {message}: {found:#?}\n{text}");
        assert_eq!(found.len(), 1, "{found:#?}");
    }
}

#[test]
fn what_is_missing_or_misspelt_is_told_at_its_place() {
    let found = told(
        "(version: 1, title: \"T\", minutes: 5, steps: [(telll: \"x\", stage: (scenario: \"basics/chain.ron\"))])",
    );
    let messages: Vec<_> =
        found.iter().map(|(path, message, _)| (path.as_str(), message.as_str())).collect();
    assert!(messages.iter().any(|(path, _)| *path == "breaks"), "{messages:?}");
    assert!(
        messages.iter().any(|(path, told)| *path == "steps[0].telll" && told.contains("no field")),
        "{messages:?}"
    );
    let found = told("(version: 1, title: \"T\", breaks: \"B\", minutes: 5, steps: [])");
    assert_eq!(found[0].0, "steps");
}

/// The characters that a font has, by the tables of its cmap (OpenType 1.9, formats 4 and 12).
fn characters(font: &[u8]) -> std::collections::BTreeSet<u32> {
    let short = |at: usize| u32::from(u16::from_be_bytes([font[at], font[at + 1]]));
    let long = |at: usize| (short(at) << 16 | short(at + 2)) as usize;
    let table = (0..short(4) as usize)
        .map(|number| 12 + 16 * number)
        .find(|&at| &font[at..at + 4] == b"cmap")
        .unwrap();
    let cmap = long(table + 8);
    let mut all = std::collections::BTreeSet::new();
    for number in 0..short(cmap + 2) as usize {
        let at = cmap + long(cmap + 4 + 8 * number + 4);
        match short(at) {
            4 => {
                let twice = short(at + 6) as usize;
                for place in (0..twice).step_by(2) {
                    let (end, start) = (short(at + 14 + place), short(at + 16 + twice + place));
                    all.extend((start..=end).filter(|&code| code != 0xffff));
                }
            }
            12 => {
                for group in 0..long(at + 12) {
                    let at = at + 16 + 12 * group;
                    all.extend((long(at)..=long(at + 4)).map(|code| code as u32));
                }
            }
            _ => {}
        }
    }
    all
}

/// What the window cannot write it shows as an empty box (see `assets/fonts/README.md`).
#[test]
fn shipped_lessons_are_written_in_characters_of_the_fonts() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let font =
        |name: &str| characters(&std::fs::read(root.join("assets/fonts").join(name)).unwrap());
    let mut known = font("Inter-Regular.otf");
    known.extend(font("NotoSansSC-Regular.otf"));
    assert!((2000..5000).contains(&known.len()), "{}", known.len());
    for listed in library::list(None) {
        let text = std::fs::read_to_string(root.join("assets/lessons").join(&listed.name)).unwrap();
        let unknown = |letter: &char| *letter != '\n' && !known.contains(&u32::from(*letter));
        let missing: String = text.chars().filter(unknown).collect();
        assert_eq!(missing, "", "{}", listed.name);
    }
}
