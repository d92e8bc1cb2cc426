//! Faults of the syntax: each is placed exactly and says what to do.

use serde::de::IgnoredAny;

use super::findings;
use crate::scenario::syntax::{Document, Limits};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = findings(text, |document| document.deserialise::<IgnoredAny>().is_ok());
    let expected: Vec<String> = expected.iter().map(|line| format!("f:{line}")).collect();
    assert_eq!(found, expected.join("\n"), "\nin {text}");
}

#[test]
fn a_missing_comma_is_told_where_it_belongs() {
    check(
        "(\n    failure: 0.1\n    repair: 0.2,\n)",
        &["2:17: error: a comma is missing between this and the name `repair`. Write `,` here."],
    );
    check(
        "[1 2, \"a\" \"b\"]",
        &[
            "1:3: error: a comma is missing between this and the number 2. Write `,` here.",
            "1:10: error: a comma is missing between this and the text \"b\". Write `,` here.",
        ],
    );
}

#[test]
fn several_faults_are_told_at_once() {
    check(
        "(\n  a = 1,\n  \"b\": 2,\n  c: ,\n  d: [1; 2],\n  e,\n)",
        &[
            "2:5: error: `:` is expected after the field name `a`, found `=`. Write `:` instead of \
             `=`.",
            "3:3: error: a field's name is expected here, found the text \"b\". Names of fields are \
             written without quotation marks.",
            "4:6: error: a value is expected here, found `,`. Write a value here, or delete what is \
             too much.",
            "5:8: error: `,` or `]` is expected here, found `;`. Items are parted by commas: write \
             `,`.",
            "6:4: error: `:` is expected after the field name `e`, found `,`. Write `:` and the \
             value.",
        ],
    );
}

#[test]
fn a_quantity_outside_quotation_marks_is_explained() {
    check(
        "(repair: 20min, cycle: 52 s, load: 5 %, ok: 1)",
        &[
            "1:10: error: `20min` is neither a number nor a name. A quantity with its unit is \
             written as text: \"20 min\".",
            "1:27: error: `,` or `)` is expected here, found the name `s`. A quantity with its unit \
             is written as text, between quotation marks: \"20 min\".",
            "1:38: error: `,` or `)` is expected here, found `%`. A quantity with its unit is \
             written as text, between quotation marks: \"20 min\".",
        ],
    );
}

#[test]
fn brackets_that_do_not_match_point_at_both() {
    let text = "(\n  a: [1, 2,\n)";
    let line = "3:1: error: `]` is expected here, found `)`. Close the bracket `[` with `]` first.";
    check(text, &[line]);
    let report = Document::parse("f", text).unwrap_err();
    let opened = &report.diagnostics()[0].labels[0];
    assert_eq!((opened.span.of(text), report.place(opened.span.start).line), ("[", 2));
    assert!(report.drawn(false).contains("opened here"));
    check(
        "(a: {1: 2",
        &[
            "1:10: error: `}` is missing at the end of the file. Close the bracket `{` with `}` first.",
        ],
    );
    check(
        "(a: 1))",
        &[
            "1:7: error: the end of the file is expected here, found `)`. The file's one value ended \
           before this: look for a bracket closed too early, or delete the rest.",
        ],
    );
}

#[test]
fn texts_and_comments_without_end_are_told_where_they_begin() {
    check(
        "(a: \"x,\n b: 1)",
        &[
            "1:5: error: the text that starts here is never closed. Close it with `\"`; write `\\\"` \
           for a quotation mark within the text.",
        ],
    );
    check(
        "(a: r#\"x\")",
        &["1:5: error: the text that starts here is never closed. Close it with `\"#`."],
    );
    check(
        "(a: 1) /* x /* y */",
        &[
            "1:8: error: the comment that starts here is never closed. Close it with `*/`, once for \
           each `/*` within it.",
        ],
    );
}

#[test]
fn escapes_and_literals_are_told_with_their_own_place() {
    let known = "Known are \\n, \\r, \\t, \\0, \\\\, \\\", \\', \\x41 and \\u{20AC}. A `\\` itself \
                 is written `\\\\`.";
    check(
        r#"["C:\dir", "\u{D800}", "\xFF", '\xZZ', 'ab', b'€', “]"#,
        &[
            &format!("1:5: error: `\\d` stands for no character. {known}"),
            "1:13: error: `\\u{D800}` stands for no character. Write 1 to 6 hexadecimal digits, as \
             in `\\u{20AC}` for €.",
            "1:25: error: `\\xFF` stands for no character. Write the character itself, or its \
             number as in `\\u{20AC}`.",
            "1:33: error: `\\x` stands for no character. Write two hexadecimal digits, as in \
             `\\x41`.",
            "1:32: error: one character is expected between `'` and `'`. Text stands between \
             quotation marks: \"...\".",
            "1:40: error: one character is expected between `'` and `'`. Text stands between \
             quotation marks: \"...\".",
            "1:46: error: one ASCII character is expected between `b'` and `'`. Write the number \
             instead.",
            "1:52: error: a value is expected here, found `“`. Text stands between straight \
             quotation marks: \"...\".",
        ],
    );
    let digits = "Write digits, as in 12, -0.5, 1e-3, 0x1F or 1_000.";
    check(
        "[-, 0x, 1._5, 300u8, 1.5i32, 0b12]",
        &[
            &format!("1:2: error: `-` is not a number. {digits}"),
            &format!("1:5: error: `0x` is not a number. {digits}"),
            &format!("1:9: error: `1._5` is not a number. {digits}"),
            "1:15: error: 300 does not fit the type `u8`. Leave the suffix away or write a wider \
             type.",
            "1:22: error: `1.5i32` is neither a number nor a name. A quantity with its unit is \
             written as text: \"1.5 i32\".",
            "1:30: error: `0b12` is neither a number nor a name. A quantity with its unit is \
             written as text: \"0b1 2\".",
        ],
    );
}

#[test]
fn paths_of_variants_empty_files_and_unknown_attributes_are_explained() {
    check(
        "(a: Supply::Saturated)",
        &["1:5: error: `Supply::` is too much. Write the name behind it alone."],
    );
    for text in ["", " \n", "// only a comment"] {
        let found = findings(text, |_| true);
        assert!(found.contains("error: the file holds no value. Write one"), "{found}");
    }
    check(
        "#![enable(implicit_none)]\n(a: 1)",
        &["1:11: error: this line is not understood from the name `implicit_none` on. Write \
           `#![enable(unwrap_newtypes)]`, or delete the line: optional fields need no `Some` here \
           in any case."],
    );
}

#[test]
fn limits_are_told_and_kept() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let limit = |limits| {
        move |text: &str| match Document::parse_within("f", text, limits) {
            Ok(_) => String::new(),
            Err(report) => report.plain(),
        }
    };
    let usual = limit(Limits::default());
    assert_eq!(usual(&deep(64)), "");
    assert!(
        usual(&deep(65)).starts_with("f:1:65: error: brackets nest deeper than 64 levels here")
    );
    assert!(usual(&"(".repeat(1_000_000)).contains("nest deeper than 64"));
    assert!(usual(&"a::".repeat(100_000)).contains("`a::` is too much"));
    let unlimited = Limits { depth: usize::MAX, ..Limits::default() };
    assert!(limit(unlimited)(&deep(10_000)).contains("nest deeper than 256"));
    let few = limit(Limits { nodes: 3, ..Limits::default() });
    assert_eq!(few("[1, 2]"), "");
    assert!(few("[1, 2, 3]").starts_with("f:1:8: error: the file holds more than 3 values"));
    let short = limit(Limits { bytes: 4, ..Limits::default() });
    assert_eq!(short("[12]"), "");
    assert!(short("[123]").starts_with("f: error: the file is longer than 4 bytes"));
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let parse = |bytes: &[u8]| Document::parse_bytes("f", bytes, Limits::default());
    let report = parse(b"(\n a: \"\xC3\xA4\xFF\")").unwrap_err();
    let line = "f:2:7: error: the byte 0xFF is not text in UTF-8. Save the file as UTF-8, without a \
                format of its own.";
    assert_eq!(report.plain(), line);
    assert!(report.drawn(false).contains("0xFF"));
    assert!(parse(b"\xFF\xFE(\0)\0").is_err(), "UTF-16");
    assert!(parse("(a: \"ä\")".as_bytes()).is_ok());
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no.ron");
    let report = Document::open(&path, Limits::default()).unwrap_err();
    assert!(report.plain().contains("no.ron: error: the file cannot be read: "), "{report}");
    std::fs::write(&path, "(a: 1)").unwrap();
    assert!(Document::open(&path, Limits::default()).is_ok());
    let report = Document::open(&path, Limits { bytes: 5, ..Limits::default() }).unwrap_err();
    assert!(report.plain().contains("the file is longer than 5 bytes"), "{report}");
}
