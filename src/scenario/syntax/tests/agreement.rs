//! What `ron` accepts, the tree accepts with the same meaning.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::{Range, RangeInclusive};

use proptest::prelude::*;
use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cases;
use crate::scenario::syntax::Document;

/// A type of every form that serde knows and `ron` writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Whole {
    signed: (i8, i16, i32, i64),
    unsigned: (u8, u16, u32, u64),
    floats: (f32, f64),
    flag: bool,
    text: String,
    letter: char,
    unit: (),
    nothing: Nothing,
    wrapped: Wrapped,
    pair: Pair,
    perhaps: Option<Vec<Option<i16>>>,
    choices: Vec<Choice>,
    by_name: BTreeMap<String, Choice>,
    by_number: BTreeMap<i32, Option<Pair>>,
    #[serde(rename = "type")]
    raw: Option<bool>,
    span: Range<u32>,
    inclusive: RangeInclusive<i16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapped(u32);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair(f64, String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    a: i32,
    b: Option<Wrapped>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Choice {
    Bare,
    Number(i64),
    Optional(Option<u8>),
    Struct(Inner),
    Newtype(Wrapped),
    List(Vec<Choice>),
    Tuple(Pair),
    Two(char, f32),
    Named { deep: Box<Option<Choice>>, flag: bool },
}

fn choice() -> impl Strategy<Value = Choice> {
    let inner = || (any::<i32>(), any::<Option<u32>>());
    let leaf = prop_oneof![
        Just(Choice::Bare),
        any::<i64>().prop_map(Choice::Number),
        any::<Option<u8>>().prop_map(Choice::Optional),
        inner().prop_map(|(a, b)| Choice::Struct(Inner { a, b: b.map(Wrapped) })),
        any::<u32>().prop_map(|n| Choice::Newtype(Wrapped(n))),
        pair().prop_map(Choice::Tuple),
        any::<(char, f32)>().prop_map(|(letter, number)| Choice::Two(letter, number)),
    ];
    leaf.prop_recursive(3, 16, 4, |choice| {
        let deep = proptest::option::of(choice.clone());
        prop_oneof![
            proptest::collection::vec(choice, 0..4).prop_map(Choice::List),
            (deep, any::<bool>())
                .prop_map(|(deep, flag)| Choice::Named { deep: Box::new(deep), flag }),
        ]
    })
}

fn pair() -> impl Strategy<Value = Pair> {
    (any::<f64>(), any::<String>()).prop_map(|(number, text)| Pair(number, text))
}

fn whole() -> impl Strategy<Value = Whole> {
    let numbers = any::<((i8, i16, i32, i64), (u8, u16, u32, u64), (f32, f64))>();
    let simple = (any::<(bool, String, char, u32)>(), pair(), any::<Option<Vec<Option<i16>>>>());
    let by_name = proptest::collection::btree_map(any::<String>(), choice(), 0..4);
    let by_number =
        proptest::collection::btree_map(any::<i32>(), proptest::option::of(pair()), 0..4);
    let lists = (proptest::collection::vec(choice(), 0..4), by_name, by_number);
    let ranges = any::<(Option<bool>, Range<u32>, RangeInclusive<i16>)>();
    (numbers, simple, lists, ranges).prop_map(|(numbers, simple, lists, ranges)| {
        let (signed, unsigned, floats) = numbers;
        let ((flag, text, letter, wrapped), pair, perhaps) = simple;
        let (choices, by_name, by_number) = lists;
        let (raw, span, inclusive) = ranges;
        let (wrapped, nothing, unit) = (Wrapped(wrapped), Nothing, ());
        Whole {
            signed,
            unsigned,
            floats,
            flag,
            text,
            letter,
            unit,
            nothing,
            wrapped,
            pair,
            perhaps,
            choices,
            by_name,
            by_number,
            raw,
            span,
            inclusive,
        }
    })
}

/// The ways in which `ron` can write a value.
fn styles() -> impl Strategy<Value = Option<PrettyConfig>> {
    let extensions = (0..=Extensions::all().bits()).prop_map(Extensions::from_bits_truncate);
    let pretty = (extensions, any::<[bool; 6]>()).prop_map(|(extensions, flags)| {
        let [names, escape, compact, suffixes, lines, tight] = flags;
        PrettyConfig::new()
            .extensions(extensions)
            .struct_names(names)
            .escape_strings(escape)
            .compact_arrays(compact)
            .number_suffixes(suffixes)
            .separate_tuple_members(lines)
            .compact_structs(tight)
    });
    proptest::option::of(pretty)
}

fn written<T: Serialize>(value: &T, style: Option<PrettyConfig>) -> String {
    match style {
        Some(style) => ron::ser::to_string_pretty(value, style),
        None => ron::to_string(value),
    }
    .unwrap()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let document = Document::parse("f", text).map_err(|report| report.plain())?;
    document.deserialise().map_err(|report| report.plain())
}

/// Where `ron` reads a text as a `T`, so does the tree, with the same outcome.
#[track_caller]
fn agree<T: DeserializeOwned + Debug>(text: &str) -> bool {
    // Whether optional values need `Some` is the one difference in what is plain to both.
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let Ok(theirs) = options.from_str::<T>(text) else {
        return false;
    };
    let ours = read::<T>(text);
    // By their debug texts, in which NaN equals itself.
    assert_eq!(ours.map(|value| format!("{value:?}")), Ok(format!("{theirs:?}")), "in {text}");
    true
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn what_ron_writes_is_read_back(value in whole(), style in styles()) {
        let text = written(&value, style);
        prop_assert_eq!(read::<Whole>(&text), Ok(value), "in {}", text);
    }

    #[test]
    fn a_mutated_file_that_ron_reads_is_read_alike(
        value in choice(),
        style in styles(),
        edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0..3_u8, "[ (){}\\[\\],:.#\"'\\\\/*a-fxnrbSN0-9_+eE-]"),
            1..4,
        ),
    ) {
        let mut text = written(&value, style);
        for (place, edit, letter) in edits {
            let mut at = place.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            let end = if edit == 0 { at } else { at + length };
            text.replace_range(at..end, if edit == 1 { "" } else { &letter });
        }
        agree::<Choice>(&text);
    }

    #[test]
    fn what_ron_reads_as_any_value_is_correct_syntax(
        parts in proptest::collection::vec(
            prop::sample::select(vec![
                "(", ")", "[", "]", "{", "}", ",", ":", " ", "\n", "a", "Some", "None", "true",
                "inf", "NaN", "-", "+", "1", "0x1F", "0b10", "0o7", "1.5", ".5", "5.", "1e3", "_",
                "..", "..=", "\"t\"", "r\"t\"", "r#\"t\"#", "b\"t\"", "br\"t\"", "b'a'", "'a'",
                "'\\''", "\"\\x41\\u{20AC}\"", "//c\n", "/*c/*d*/*/", "r#type", "u8", "i16", "f32",
            ]),
            1..12,
        ),
    ) {
        let text = parts.concat();
        if ron::from_str::<ron::Value>(&text).is_ok() {
            let ours = Document::parse("f", &text).map_err(|report| report.plain());
            prop_assert!(ours.is_ok(), "{:?} in {}", ours.err(), text);
        }
    }
}

#[test]
fn every_form_of_literal_has_rons_meaning() {
    let numbers = [
        "0", "-0", "+7", "007", "1_000", "0x1F", "-0x1f", "0b1010", "0o17", "0xF_F", "255", "-128",
    ];
    for number in numbers {
        assert!(agree::<i64>(number), "{number}");
    }
    for number in ["200u8", "b'a'", "b'\\n'", "b'\\x7F'", "0x10u8"] {
        assert!(agree::<u8>(number), "{number}");
    }
    let floats = [
        "1",
        "-1",
        "1.",
        ".5",
        "-.5",
        "+1.5",
        "1e3",
        "1E-3",
        "1.5e+3",
        "1_0.2_5",
        "inf",
        "-inf",
        "+inf",
        "NaN",
        "1e400",
        "-0.0",
        "340282346638528859811704183484516925440",
        "18446744073709551616",
        "1.5f64",
        "infinity_is_no_name",
    ];
    for number in floats {
        assert_eq!(agree::<f64>(number), number != "infinity_is_no_name", "{number}");
    }
    // Halfway cases in which rounding to double precision first would go wrong.
    for number in ["0.1", "1.00000017881393432617187499", "7.038531e-26", "inf", "NaN"] {
        assert!(agree::<f32>(number), "{number}");
    }
    let texts = [
        r#""""#,
        r#""a\n\r\t\0\\\"\'b""#,
        r#""\x41\xE2\x82\xAC""#,
        r#""\u{20AC}\u{1F600}""#,
        "\"a\\\n   b\"",
        "\"a\\\r\n   b\"",
        "\"a\nb\"",
        r##"r"a\n""##,
        r###"r#"a"b"#"###,
        r####"r##"a"#b"##"####,
        r#""«größe»""#,
    ];
    for text in texts {
        assert!(agree::<String>(text), "{text}");
    }
    for letter in ["'a'", "'\\''", "'''", "'\\u{20AC}'", "'€'", "'\\\\'", "'\\x41'"] {
        assert!(agree::<char>(letter), "{letter}");
    }
}

#[test]
fn comments_and_space_mean_nothing_wherever_they_stand() {
    let text = "\u{feff}/* /* nested */ */ #![ enable ( implicit_some , unwrap_newtypes , ) ] // end\n\
                #![enable(unwrap_variant_newtypes)]\n\
                Struct /* here */ ( // and here\n a : /**/ 1 , b : 5 , ) // no line end";
    let expected = Choice::Struct(Inner { a: 1, b: Some(Wrapped(5)) });
    assert_eq!(read::<Choice>(text), Ok(expected));
    assert!(agree::<Choice>(text.trim_start_matches('\u{feff}')));
    assert!(agree::<Vec<i32>>("#![type = \"a::B\"] #![schema = \"./a\"] [1,2,/*3*/]"));
}

#[test]
fn variants_may_be_written_with_the_fields_of_what_they_hold() {
    let expected = Choice::Struct(Inner { a: 1, b: None });
    for text in ["Struct((a: 1))", "Struct(Inner(a: 1))", "Struct(a: 1)", "Struct(a: 1, b: None)"] {
        assert_eq!(read::<Choice>(text).as_ref(), Ok(&expected), "{text}");
    }
    for text in ["Newtype(5)", "Newtype((5))", "Newtype(Wrapped(5))"] {
        assert_eq!(read::<Choice>(text), Ok(Choice::Newtype(Wrapped(5))), "{text}");
    }
    for text in ["Tuple((1.5, \"a\"))", "Tuple(1.5, \"a\")", "Tuple(Pair(1.5, \"a\"))"] {
        assert_eq!(read::<Choice>(text), Ok(Choice::Tuple(Pair(1.5, "a".to_owned()))), "{text}");
    }
    assert_eq!(read::<Option<Inner>>("Some(a: 2)"), Ok(Some(Inner { a: 2, b: None })));
}

/// Types that ask serde for "anything" first.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(f64),
    Text(String),
    Inner(Inner),
    List(Vec<Untagged>),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Mill { speed: f64 },
    Lathe,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    name: String,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[test]
fn types_that_ask_for_anything_are_read_too() {
    let list = vec![Untagged::Number(1.0), Untagged::Text("a".to_owned())];
    assert_eq!(read("[1, \"a\"]"), Ok(Untagged::List(list)));
    assert_eq!(read("(a: 3)"), Ok(Untagged::Inner(Inner { a: 3, b: None })));
    assert_eq!(read("(kind: \"Mill\", speed: 2.5)"), Ok(Tagged::Mill { speed: 2.5 }));
    assert_eq!(read("(kind: \"Lathe\")"), Ok(Tagged::Lathe));
    let rest = BTreeMap::from([("x".to_owned(), 1), ("y".to_owned(), 2)]);
    let flat = Flat { name: "n".to_owned(), rest };
    assert_eq!(read("(name: \"n\", x: 1, y: 2)").as_ref(), Ok(&flat));
    assert_eq!(read("{\"name\": \"n\", \"x\": 1, \"y\": 2}").as_ref(), Ok(&flat));
    assert_eq!(read::<Option<serde_json::Value>>("[1, (a: true), {\"b\": ()}, Go(2)]"), {
        Ok(Some(serde_json::json!([1, {"a": true}, {"b": null}, {"Go": 2}])))
    });
}
