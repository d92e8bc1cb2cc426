//! What is known of a plant, and the scenario that it becomes.

use std::fmt::Write;

use super::columns::Clock;
use super::estimates::{Figure, FigureKind, Shape};

/// What is known of a plant. Times are in seconds or beats, by its clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Plant {
    /// The files that it is from.
    pub sources: Vec<String>,
    /// What its times are counted in.
    pub clock: Clock,
    /// The stations in the order in which a part meets them.
    pub stations: Vec<Station>,
    /// What was recorded of it, if anything was.
    pub recorded: Option<Recorded>,
}

/// A station.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Station {
    /// Its name.
    pub name: String,
    /// Time of work on a part.
    pub cycle: Option<Figure>,
    /// Mean time between failures, of the time in which it can fail.
    pub mtbf: Option<Figure>,
    /// Mean time to repair.
    pub mttr: Option<Figure>,
    /// Share of parts scrapped.
    pub scrap: Option<Figure>,
    /// Places for parts behind it.
    pub buffer: Option<u64>,
    /// In which of its time it is taken to fail.
    pub failing: Failing,
    /// In how long a time in which it could fail no failure was seen, if none was.
    pub unseen_failure: Option<f64>,
    /// In how long a time of repair no end of one was seen, if none was.
    pub unseen_repair: Option<f64>,
    /// Whether its times to failure look exponential.
    pub time_to_failure: Option<Shape>,
    /// Whether its times to repair do.
    pub time_to_repair: Option<Shape>,
}

/// In which of its time a station is taken to fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Failing {
    /// At work alone, as most machines do.
    #[default]
    AtWork,
    /// At work or not: it was seen to fail while it did not work.
    SeenByTime,
    /// In all time that it is up, since its record does not tell work from waiting. Its mean time
    /// between failures counts all that time, and a model in which it failed at work alone would be
    /// down less than the record.
    WhileUp,
}

/// A share of time, or a rate, in spans of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// One figure a span.
    pub spans: Vec<f64>,
}

/// What was recorded of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// How long the record is.
    pub span: f64,
    /// Parts out of the last machine, by the plant's unit of time.
    pub throughput: Option<Share>,
    /// By station: shares of time working, starved, blocked and down; None where it is not told.
    pub shares: Vec<[Option<Share>; 4]>,
}

/// The places of a buffer of which nothing is known.
const PLACES: u64 = 10;
/// A cycle nearer to whole beats than this share of itself counts as whole.
const NEAR: f64 = 0.01;

impl Plant {
    /// A plant of which nothing but its file is known.
    pub fn new(source: &str) -> Self {
        let sources = vec![source.to_owned()];
        Self { sources, clock: Clock::Beats, stations: Vec::new(), recorded: None }
    }

    /// A table of stations and a record of the same: the table has the order, the cycles, the scrap
    /// and the buffers, the record the failures and repairs that it saw.
    ///
    /// # Errors
    /// Where they are in different clocks, or of different machines.
    pub fn with(mut self, record: Self) -> Result<Self, String> {
        if self.clock != record.clock
            && self.stations.iter().any(|s| s.cycle.is_some() || s.mtbf.is_some())
        {
            return Err(
                "one file counts in beats and the other in units of the clock. Write both \
                        in the same."
                    .to_owned(),
            );
        }
        self.clock = record.clock;
        let mut shares = Vec::new();
        for station in &mut self.stations {
            let place = record.stations.iter().position(|seen| seen.name == station.name);
            let Some((place, seen)) = place.and_then(|at| Some((at, record.stations.get(at)?)))
            else {
                return Err(format!(
                    "the record says nothing of `{}`. Name the same stations in both files.",
                    station.name
                ));
            };
            if seen.mtbf.is_some() && seen.mttr.is_some() {
                (station.mtbf, station.mttr) = (seen.mtbf, seen.mttr);
                station.failing = seen.failing;
            } else if station.mtbf.is_none() {
                // The table says that it never fails, the record whether it was seen to.
                (station.mtbf, station.mttr) = (seen.mtbf, seen.mttr);
                (station.unseen_failure, station.unseen_repair) =
                    (seen.unseen_failure, seen.unseen_repair);
            }
            (station.time_to_failure, station.time_to_repair) =
                (seen.time_to_failure, seen.time_to_repair);
            station.cycle = station.cycle.or(seen.cycle);
            shares
                .extend(record.recorded.as_ref().and_then(|seen| seen.shares.get(place)).cloned());
        }
        if record.stations.len() != self.stations.len() {
            return Err(
                "the record names machines that the table has not. Name the same stations in \
                        both files."
                    .to_owned(),
            );
        }
        self.sources.extend(record.sources);
        self.recorded = record.recorded.map(|recorded| Recorded { shares, ..recorded });
        Ok(self)
    }

    /// The beat that suits its times: the shortest cycle or repair, and at least a thousandth of a
    /// second; one beat where it counts in beats.
    pub fn usual_beat(&self) -> f64 {
        if self.clock == Clock::Beats {
            return 1.0;
        }
        let times = self.stations.iter().flat_map(|station| [station.cycle, station.mttr]);
        let shortest = times.flatten().map(|figure| figure.value).fold(f64::INFINITY, f64::min);
        if shortest.is_finite() { shortest.max(1e-3) } else { 60.0 }
    }

    /// What the beat is too long for, if anything.
    ///
    /// # Errors
    /// In words, with what to do.
    pub fn fits(&self, beat: f64) -> Result<(), String> {
        for station in &self.stations {
            let times = [("mtbf", station.mtbf), ("mttr", station.mttr)];
            for (what, figure) in times {
                if let Some(figure) = figure.filter(|figure| figure.value < beat) {
                    return Err(format!(
                        "the {what} of `{}` is {}, shorter than a beat of {}. Choose a shorter --beat.",
                        station.name,
                        self.time(figure.value),
                        self.time(beat)
                    ));
                }
            }
            if let Some(cycle) = station.cycle
                && (cycle.value < beat * (1.0 - NEAR) || cycle.value > beat * 10_000.0)
            {
                return Err(format!(
                    "a cycle of `{}`, {}, is not between 1 and 10000 beats of {}. Choose another --beat.",
                    station.name,
                    self.time(cycle.value),
                    self.time(beat)
                ));
            }
        }
        Ok(())
    }

    /// A time in words, in the unit that suits it.
    pub fn time(&self, value: f64) -> String {
        if self.clock == Clock::Beats {
            return format!("{} beats", rounded(value));
        }
        let (size, unit) = match value {
            _ if value >= 7200.0 => (3600.0, "h"),
            _ if value >= 120.0 => (60.0, "min"),
            _ => (1.0, "s"),
        };
        format!("{} {unit}", rounded(value / size))
    }

    /// Figures with their intervals, each with the name of its station and of what it is.
    pub fn figures(&self) -> impl Iterator<Item = (&Station, &'static str, Figure)> {
        self.stations.iter().flat_map(|station| {
            let all = [
                ("cycle", station.cycle),
                ("mtbf", station.mtbf),
                ("mttr", station.mttr),
                ("scrap", station.scrap),
            ];
            all.into_iter().filter_map(move |(name, figure)| Some((station, name, figure?)))
        })
    }

    /// What a record ought to say of its failures and does not, by station, in sentences: its model
    /// never fails, and nothing can be drawn in the place of what was not seen.
    pub fn unseen(&self) -> impl Iterator<Item = (&Station, String)> {
        let told = |station: &Station| {
            let least = |time: f64| self.time(Figure::least_mean_time(time));
            if let Some(time) = station.unseen_failure {
                let seen = match time > 0.0 {
                    true => format!(
                        "no failure was seen in {}, so that its mtbf is {} or more (95 %)",
                        self.time(time),
                        least(time)
                    ),
                    false => {
                        "it was never seen to work, so that nothing is known of its mtbf".to_owned()
                    }
                };
                return Some(format!("{seen}; in the model it never fails"));
            }
            let time = station.unseen_repair.filter(|_| station.mtbf.is_some())?;
            let least = match time > 0.0 {
                true => format!(
                    " in {}, so that its mttr is {} or more (95 %)",
                    self.time(time),
                    least(time)
                ),
                false => String::new(),
            };
            Some(format!("no repair was seen to end{least}; in the model it never fails"))
        };
        self.stations.iter().filter_map(move |station| Some((station, told(station)?)))
    }

    /// The plant with other values in the place of those that were estimated: for each a uniform
    /// number says which ([`Figure::drawn`]).
    #[must_use]
    pub fn drawn(&self, mut uniform: impl FnMut() -> f64) -> Self {
        let mut drawn = self.clone();
        for station in &mut drawn.stations {
            for figure in [&mut station.mtbf, &mut station.mttr, &mut station.scrap] {
                *figure = figure.map(|figure| figure.drawn(uniform()));
            }
        }
        drawn
    }

    /// What a figure is, from what, and how well it is known, in a sentence.
    pub fn told(&self, name: &str, figure: &Figure) -> String {
        let share = |value: f64| format!("{} %", rounded(100.0 * value));
        let say = |value: f64| if name == "scrap" { share(value) } else { self.time(value) };
        if !figure.is_estimated() {
            return format!(
                "{}; nothing is known of how many events it is from",
                say(figure.value)
            );
        }
        let of = match name {
            "scrap" => format!("{} of {} parts", figure.events, figure.of),
            _ => format!("{} in {}", counted(figure.events, name), self.time(figure.of)),
        };
        format!("{} (95 %: {} to {}; {of})", say(figure.value), say(figure.low), say(figure.high))
    }

    /// The scenario as the text of a file. `controlled` is whether each machine can be held back.
    pub fn scenario(&self, beat: f64, controlled: bool) -> String {
        let mut text = String::new();
        let from = self.sources.join(" and ");
        let line = |text: &mut String, indent: usize, what: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{:indent$}{what}", "", indent = 4 * indent);
        };
        line(&mut text, 0, &format!("// Imported from {}.", comment(&from)));
        line(
            &mut text,
            0,
            "// Each figure stands with its 95 % interval and what it is from: of means of times by chi-square",
        );
        line(&mut text, 0, "// (Epstein & Sobel 1953), of shares by Clopper & Pearson (1934).");
        line(&mut text, 0, "(");
        line(&mut text, 1, "version: 1,");
        line(&mut text, 1, "title: \"Imported line\",");
        line(&mut text, 1, &format!("text: {},", quoted(&format!("From {from}."))));
        if self.clock == Clock::Seconds {
            line(&mut text, 1, &format!("beat: \"{beat} s\","));
        }
        line(&mut text, 1, "environment: Line(");
        line(&mut text, 2, "machines: [");
        for station in &self.stations {
            line(&mut text, 3, "(");
            line(&mut text, 4, &format!("name: {},", quoted(&station.name)));
            self.machine(&mut text, station, beat, &line);
            if !controlled {
                line(&mut text, 4, "controlled: false,");
            }
            line(&mut text, 3, "),");
        }
        line(&mut text, 2, "],");
        line(&mut text, 2, "buffers: [");
        let before = self.stations.len().saturating_sub(1);
        for station in self.stations.iter().take(before) {
            // The model counts the part that the next machine works on.
            let (places, known) = match station.buffer {
                Some(places) => (places, format!("{places} places")),
                None => (PLACES, "of how many places is not recorded: change it".to_owned()),
            };
            let name = comment(&station.name);
            line(
                &mut text,
                3,
                &format!("// Behind {name}: {known}, and the part in the next machine."),
            );
            line(&mut text, 3, &format!("(capacity: {}),", places.saturating_add(1)));
        }
        line(&mut text, 2, "],");
        line(&mut text, 2, "// So that what is earned is the number of parts.");
        line(&mut text, 2, "revenue: 1,");
        line(&mut text, 1, "),");
        line(&mut text, 1, "criterion: Average,");
        let estimates = self.estimates();
        if controlled && !estimates.is_empty() {
            line(
                &mut text,
                1,
                "// How well these are known, so that `solve` says what that comes to.",
            );
            line(&mut text, 1, "estimates: [");
            estimates.iter().for_each(|estimate| line(&mut text, 2, estimate));
            line(&mut text, 1, "],");
        }
        line(&mut text, 0, ")");
        text
    }

    /// The figures of the scenario that are estimated, as entries of its list of them.
    fn estimates(&self) -> Vec<String> {
        let mut estimates = Vec::new();
        for (place, station) in self.stations.iter().enumerate() {
            // A time to failure without one to repair, or the other way round, is not written.
            let times = station.mtbf.zip(station.mttr);
            let all = [
                ("mtbf", times.map(|both| both.0)),
                ("mttr", times.map(|both| both.1)),
                ("scrap", station.scrap),
            ];
            for (name, figure) in all {
                let known =
                    figure.filter(|figure| figure.low.is_finite() && figure.high.is_finite());
                let Some(Figure { low, high, events, of, kind, .. }) = known else { continue };
                let count = match kind {
                    FigureKind::Given => continue,
                    FigureKind::MeanTime => String::new(),
                    FigureKind::Proportion => format!(", count: {of}"),
                };
                let (low, high) = (rounded(low), rounded(high));
                estimates.push(format!(
                    "(of: \"environment.machines[{place}].{name}\", low: {low}, high: {high}, events: \
                     {events}{count}),"
                ));
            }
        }
        estimates
    }

    fn machine(
        &self,
        text: &mut String,
        station: &Station,
        beat: f64,
        line: &impl Fn(&mut String, usize, &str),
    ) {
        let unit = |value: f64| match self.clock {
            Clock::Beats => format!("{value}"),
            Clock::Seconds => format!("\"{value} s\""),
        };
        match station.cycle {
            None => line(text, 4, "// The cycle is not recorded: one beat."),
            Some(cycle) => {
                let beats = cycle.value / beat;
                let told = self.told("cycle", &cycle);
                line(text, 4, &format!("// cycle: {told}."));
                if (beats - beats.round()).abs() <= NEAR * beats {
                    line(text, 4, &format!("cycle: {},", beats.round()));
                } else {
                    line(text, 4, "// No whole number of beats, so that its mean alone is kept.");
                    line(text, 4, &format!("completion: {},", 1.0 / beats));
                }
            }
        }
        for (_, told) in self.unseen().filter(|(unseen, _)| unseen.name == station.name) {
            line(text, 4, &format!("// failures: {told}."));
        }
        if let (Some(mtbf), Some(mttr)) = (station.mtbf, station.mttr) {
            let each =
                [("mtbf", mtbf, station.time_to_failure), ("mttr", mttr, station.time_to_repair)];
            for (name, figure, shape) in each {
                line(text, 4, &format!("// {name}: {}.", self.told(name, &figure)));
                if let Some(shape) = shape {
                    line(text, 4, &format!("// {}", in_words(&shape)));
                }
                line(text, 4, &format!("{name}: {},", unit(figure.value)));
            }
            let why: &[&str] = match station.failing {
                Failing::AtWork => &[],
                Failing::SeenByTime => &["// Failures were seen while it did not work."],
                Failing::WhileUp => &[
                    "// The record does not tell when it worked and when it waited, so that its mtbf counts all",
                    "// the time that it was up; in the model it fails in all that time likewise.",
                ],
            };
            why.iter().for_each(|why| line(text, 4, why));
            if !why.is_empty() {
                line(text, 4, "failure_mode: Time,");
            }
        }
        if let Some(scrap) = station.scrap {
            line(text, 4, &format!("// scrap: {}.", self.told("scrap", &scrap)));
            line(text, 4, &format!("scrap: {},", scrap.value));
        }
    }
}

/// What a test of times says, in words.
pub fn in_words(shape: &Shape) -> String {
    let Shape { times, variation, statistic, refused } = shape;
    let (variation, statistic) = (rounded(*variation), rounded(*statistic));
    match refused {
        false => format!(
            "Its {times} times look exponential, as the model has them (variation {variation}, A² \
             {statistic}, at most 1.321)."
        ),
        true => format!(
            "Its {times} times do not look exponential, as the model has them (variation \
             {variation}, A² {statistic}, above 1.321): {}",
            if variation.parse::<f64>().is_ok_and(|v| v < 0.9) {
                "they vary less; stages of repair do so too."
            } else {
                "several causes may be mixed."
            }
        ),
    }
}

fn counted(events: u64, name: &str) -> String {
    let what = if name == "mttr" { "repair" } else { "failure" };
    if events == 1 { format!("1 {what}") } else { format!("{events} {what}s") }
}

/// Four digits that count.
fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = (3 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A text within a comment: on its line.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A text in quotation marks.
fn quoted(text: &str) -> String {
    let plain = comment(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{plain}\"")
}
