//! The words a scenario file may use: tables from which files are read, written and documented.
//!
//! Each struct of a file is a [`Record`], each of its fields a [`Field`] that says what may stand
//! there, what holds where it is left out, and what it means. Reading, writing, the sliders
//! ([`super::parameters`]) and `taktlab schema` all
//! follow these tables, so that none can know a field that another does not. The settings structs
//! of environments and agents are filled through serde: a field's `setting` is the name of the
//! struct's field, and a test compares every default with the struct's own.

use super::quantity::{Measure, number_text};

/// A struct of the file.
#[derive(Debug)]
pub struct Record {
    /// What one is called in messages: `machine`.
    pub noun: &'static str,
    /// Its fields, in the order in which they are written and documented.
    pub fields: &'static [Field],
}

/// A field of a struct.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the file.
    pub name: &'static str,
    /// What messages call it; empty for the name with spaces in place of underscores.
    pub called: &'static str,
    /// What it is called beside its slider; as in messages where empty.
    pub label: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// What holds where it is left out.
    pub usual: Usual,
    /// Whether `None` may be written, for something that is not there at all.
    pub none: bool,
    /// The setting that it fills. Several fields may fill one setting in different ways; at most
    /// one of them may be given.
    pub setting: &'static str,
    /// The variant that the value is wrapped in on its way into the setting; empty for none.
    pub wrapped: &'static str,
    /// Whether it is written even where it holds its default, as a file is hard to read without.
    pub always: bool,
    /// How it can be changed with a slider, if it can.
    pub slide: Option<Slide>,
    /// What it means: a sentence or two.
    pub about: &'static str,
}

/// What may stand in a field.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// A text, or a map from languages to texts.
    Translated,
    /// The length of a beat: a time of the clock, as text.
    Clock,
    /// A sign for money.
    Currency,
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second, both included.
    Whole(i128, i128, &'static str),
    /// A time in whole beats, from the first to the second; as text it is rounded.
    Beats(i128, i128),
    /// A real number, or an amount with a unit.
    Real(Measure, Bounds),
    /// One of several names, each with or without a value.
    Choice(&'static [Variant]),
    /// A struct.
    Fields(&'static Record),
    /// A list of structs.
    List(&'static Record),
    /// A list of real numbers, or a single one for a list of one.
    Reals(Measure, Bounds),
    /// A list of whole numbers.
    Wholes(i128, i128, &'static str),
    /// A list of texts, or a single one for a list of one.
    Texts,
    /// A variable's level, as a number or as its label.
    Level,
    /// A map from variables to their levels.
    Levels,
}

/// One of the names that a choice has.
#[derive(Debug)]
pub struct Variant {
    /// The name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it means.
    pub about: &'static str,
    /// The fields, in RON, that a file of one's own begins with where it says this; what need not
    /// be said may be left out. Of a variant within a kind: what it holds in such a file.
    pub start: &'static str,
    /// What such a file shows of fields whose defaults would not do there: the ends of their paths,
    /// and values. Behind `=` a value is written as one that counts.
    pub shown: &'static [(&'static str, &'static str)],
}

/// What a variant holds.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of each, and all are constants")]
pub enum Holds {
    /// Nothing: the name stands alone.
    Nothing,
    /// Fields: `Name(field: …)`.
    Fields(&'static Record),
    /// One value: `Name(0.99)`.
    Value(Field),
}

/// What holds where a field is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Usual {
    /// It must be given, or another field of the same setting.
    Required,
    /// Nothing.
    Nothing,
    /// Another field of the same setting speaks for it.
    Other,
    /// This number.
    Number(f64),
    /// This truth.
    Flag(bool),
    /// This text.
    Text(&'static str),
    /// This variant, with the defaults of its fields.
    Variant(&'static str),
    /// The struct with the defaults of its fields; for a list the empty one.
    Fields,
    /// These numbers; without any also no texts.
    Numbers(&'static [f64]),
    /// It depends, as these words say.
    Depends(&'static str),
}

/// Between which numbers a value must lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// Whether the least itself is too little.
    pub above: bool,
    /// Whether the most itself is too much.
    pub below: bool,
}

/// Where a slider begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slide {
    /// Its left end; wider where the file's value lies beyond.
    pub low: f64,
    /// Its right end.
    pub high: f64,
    /// Whether equal ways are equal factors.
    pub logarithmic: bool,
}

/// The largest amount of money, so that no sum leaves the finite numbers.
const LARGEST: f64 = 1e12;

impl Bounds {
    /// From one number to another, both included.
    pub const fn new(low: f64, high: f64) -> Self {
        Self { low, high, above: false, below: false }
    }

    /// A probability: 0 to 1.
    pub const PROBABILITY: Self = Self::new(0.0, 1.0);
    /// A probability of something that must be able to happen: above 0, up to 1.
    pub const CHANCE: Self = Self { above: true, ..Self::PROBABILITY };
    /// A probability, or any other fraction, of neither 0 nor 1.
    pub const INSIDE: Self = Self { below: true, ..Self::CHANCE };
    /// Money, gained or lost.
    pub const AMOUNT: Self = Self::new(-LARGEST, LARGEST);
    /// Money that is taken off the reward.
    pub const COST: Self = Self::new(0.0, LARGEST);
    /// Any number that is not negative.
    pub const SIZE: Self = Self::new(0.0, f64::MAX);
    /// Any number above 0.
    pub const POSITIVE: Self = Self { low: 0.0, high: f64::MAX, above: true, below: false };
    /// Any number.
    pub const ANY: Self = Self::new(-f64::MAX, f64::MAX);

    /// Whether a value lies between them; NaN does not.
    pub fn holds(self, value: f64) -> bool {
        let low = if self.above { value > self.low } else { value >= self.low };
        let high = if self.below { value < self.high } else { value <= self.high };
        low && high
    }

    /// The rule that `value` breaks, as a message says it: "lie between 0 and 1".
    pub fn rule(self, value: f64) -> String {
        let Self { low, high, above, below } = self;
        let bounded = |end: f64| end.abs() < LARGEST;
        match (bounded(low), bounded(high), above, below) {
            // With a single bound in sight, the one that is out of sight was broken here.
            (true, false, ..) if value > high && high == f64::MAX => {
                "be a finite number".to_owned()
            }
            (true, false, ..) if value > high => "be at most 1e12".to_owned(),
            (true, true, false, false) => format!("lie between {low} and {high}"),
            (true, true, true, false) => format!("lie above {low} and be at most {high}"),
            (true, true, true, true) => format!("lie above {low} and below {high}"),
            (true, true, false, true) => format!("be at least {low} and below {high}"),
            (true, false, true, _) => format!("lie above {low}"),
            (true, false, false, _) => format!("be {low} or more"),
            (false, ..) if high == f64::MAX => "be a finite number".to_owned(),
            (false, ..) => "be a number of at most 1e12 in size".to_owned(),
        }
    }

    /// What to write in place of `value`, as a message says it.
    pub fn remedy(self, value: f64) -> String {
        let Self { low, high, above, below } = self;
        match (above, below) {
            _ if high >= LARGEST && value.is_nan() => "Write a number.".to_owned(),
            _ if high >= LARGEST && value > high => "Write a smaller number.".to_owned(),
            _ if high >= LARGEST && low == 0.0 && above => "Write a number above 0.".to_owned(),
            _ if high == f64::MAX && low == 0.0 => "Write 0 or a number above it.".to_owned(),
            _ if high >= LARGEST && low == 0.0 => {
                "Write it as a positive number: costs are taken off the reward.".to_owned()
            }
            _ if high >= LARGEST => "Write a smaller number.".to_owned(),
            (false, false) => format!("Write a number between {low} and {high}."),
            (true, false) => format!("Write a number above {low} and up to {high}."),
            (false, true) => format!("Write a number from {low}, below {high}."),
            (true, true) => format!("Write a number above {low} and below {high}."),
        }
    }

    /// The interval in the usual signs, for documentation: `(0, 1]`; empty where all is allowed.
    pub fn interval(self) -> String {
        let bounded = |end: f64| end.abs() < f64::MAX;
        let shown = |end: f64| match end.abs() >= 1e6 {
            true => format!("{end:e}"),
            false => number_text(end),
        };
        let low = match bounded(self.low) {
            true => format!("{}{}", if self.above { '(' } else { '[' }, shown(self.low)),
            false => "(−∞".to_owned(),
        };
        let high = match bounded(self.high) {
            true => format!("{}{}", shown(self.high), if self.below { ')' } else { ']' }),
            false => "∞)".to_owned(),
        };
        if bounded(self.low) || bounded(self.high) {
            format!("{low}, {high}")
        } else {
            String::new()
        }
    }
}

impl Field {
    /// A field that fills the setting of its own name.
    pub const fn new(name: &'static str, kind: Kind, usual: Usual, about: &'static str) -> Self {
        Self {
            name,
            called: "",
            label: "",
            kind,
            usual,
            none: false,
            setting: name,
            wrapped: "",
            always: false,
            slide: None,
            about,
        }
    }

    /// A field for a real number with a default of 0 or any other.
    pub const fn real(
        name: &'static str,
        measure: Measure,
        bounds: Bounds,
        usual: f64,
        about: &'static str,
    ) -> Self {
        Self::new(name, Kind::Real(measure, bounds), Usual::Number(usual), about)
    }

    /// A field for a text, empty by default.
    pub const fn text(name: &'static str, usual: &'static str, about: &'static str) -> Self {
        Self::new(name, Kind::Text, Usual::Text(usual), about)
    }

    /// The same, written even where it holds its default.
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// The same, which must be given.
    pub const fn required(mut self) -> Self {
        self.usual = Usual::Required;
        self
    }

    /// The same under another name in messages.
    pub const fn called(mut self, called: &'static str) -> Self {
        self.called = called;
        self
    }

    /// The same under a shorter name beside its slider.
    pub const fn labelled(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    /// The same with a slider.
    pub const fn slide(mut self, low: f64, high: f64) -> Self {
        self.slide = Some(Slide { low, high, logarithmic: false });
        self
    }

    /// The same with a slider on which equal ways are equal factors.
    pub const fn slide_by_factors(mut self, low: f64, high: f64) -> Self {
        self.slide = Some(Slide { low, high, logarithmic: true });
        self
    }

    /// The same, filling another setting, in a variant or (where that is empty) as it is.
    pub const fn fills(mut self, setting: &'static str, wrapped: &'static str) -> Self {
        self.setting = setting;
        self.wrapped = wrapped;
        self
    }

    /// The same, with `None` allowed.
    pub const fn or_none(mut self) -> Self {
        self.none = true;
        self
    }

    /// What messages call it.
    pub fn words(&self) -> String {
        if self.called.is_empty() { self.name.replace('_', " ") } else { self.called.to_owned() }
    }
}

impl Record {
    /// What several are called: `machines`.
    pub fn nouns(&self) -> String {
        let (first, rest) = match self.noun.split_once(" of ") {
            Some((first, rest)) => (first, format!(" of {rest}")),
            None => (self.noun, String::new()),
        };
        let stem = first.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
        match stem {
            Some(stem) => format!("{stem}ies{rest}"),
            None if first.ends_with(['s', 'x', 'h']) => format!("{first}es{rest}"),
            None => format!("{first}s{rest}"),
        }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Variant {
    /// A bare name.
    pub const fn bare(name: &'static str, about: &'static str) -> Self {
        Self { name, holds: Holds::Nothing, about, start: "", shown: &[] }
    }

    /// A name with fields.
    pub const fn with(name: &'static str, fields: &'static Record, about: &'static str) -> Self {
        Self { name, holds: Holds::Fields(fields), about, start: "", shown: &[] }
    }

    /// The same, with what a file of one's own begins with.
    pub const fn begin_with(mut self, start: &'static str) -> Self {
        self.start = start;
        self
    }

    /// The same, with what such a file shows where defaults would not do.
    pub const fn showing(mut self, shown: &'static [(&'static str, &'static str)]) -> Self {
        self.shown = shown;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_called_as_they_are_in_words() {
        for (noun, nouns) in [
            ("machine", "machines"),
            ("class", "classes"),
            ("set of marks", "sets of marks"),
            ("battery", "batteries"),
            ("day", "days"),
        ] {
            assert_eq!(Record { noun, fields: &[] }.nouns(), nouns);
        }
    }

    #[test]
    fn intervals_are_those_that_are_enforced() {
        for (bounds, interval) in [
            (Bounds::CHANCE, "(0, 1]"),
            (Bounds::COST, "[0, 1e12]"),
            (Bounds::AMOUNT, "[-1e12, 1e12]"),
            (Bounds::POSITIVE, "(0, ∞)"),
            (Bounds::ANY, ""),
        ] {
            assert_eq!(bounds.interval(), interval);
        }
    }

    #[test]
    fn what_is_too_large_is_not_called_too_small() {
        assert_eq!(Bounds::COST.rule(-2.0), "be 0 or more");
        assert_eq!(Bounds::AMOUNT.remedy(f64::NAN), "Write a number.");
        assert!(Bounds::COST.remedy(-2.0).contains("positive number"));
        for (bounds, value, rule) in [
            (Bounds::COST, 1e308, "be at most 1e12"),
            (Bounds::COST, f64::INFINITY, "be at most 1e12"),
            (Bounds::POSITIVE, f64::INFINITY, "be a finite number"),
            (Bounds::AMOUNT, 1e13, "be a number of at most 1e12 in size"),
        ] {
            assert_eq!(bounds.rule(value), rule);
            assert_eq!(bounds.remedy(value), "Write a smaller number.");
        }
    }
}
