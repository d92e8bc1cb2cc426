//! A plant as the text of a scenario, with what is known of each figure and what is assumed beside it.

use std::fmt::Write;

use super::columns::Clock;
use super::estimates::{Figure, FigureKind, significant};
use super::plant::{Failing, PLACES, Plant, Station, UNCOUNTED, in_words, rounded};

/// The longest line of a comment \[characters\].
const LINE: usize = 100;

/// The text so far.
struct Sheet(String);

impl Sheet {
    fn line(&mut self, indent: usize, what: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{:indent$}{what}", "", indent = 4 * indent);
    }

    /// Words behind `//`, in lines that are not too long.
    fn comment(&mut self, indent: usize, words: &str) {
        let mut line = String::from("//");
        for word in words.split_whitespace() {
            let long = 4 * indent + line.chars().count() + 1 + word.chars().count() > LINE;
            if long && line.len() > 2 {
                self.line(indent, &line);
                line = String::from("//");
            }
            line.push(' ');
            line.push_str(&plain(word));
        }
        self.line(indent, &line);
    }
}

impl Plant {
    /// The scenario as the text of a file. `controlled` is whether each machine can be held back.
    pub fn scenario(&self, beat: f64, controlled: bool) -> String {
        let mut sheet = Sheet(String::new());
        let from = self.sources.join(" and ");
        sheet.comment(0, &format!("Imported from {from}."));
        sheet.comment(
            0,
            "Each figure stands with its 95 % interval and what it is from: of means of times by \
             chi-square (Epstein & Sobel 1953), of shares by Clopper & Pearson (1934), of cycles as of \
             a ratio (Cochran 1977).",
        );
        if self.is_uncounted() {
            sheet.comment(0, UNCOUNTED);
        }
        if let Some(running) = self.running {
            sheet.comment(0, &running.told());
        }
        let assumed = self.assumed(beat);
        if !assumed.is_empty() {
            sheet.comment(0, "Assumed, and to be changed where it is wrong:");
            assumed.iter().for_each(|assumed| sheet.comment(0, &format!("- {assumed}.")));
        }
        sheet.line(0, "(");
        sheet.line(1, "version: 1,");
        sheet.line(1, "title: \"Imported line\",");
        sheet.line(1, &format!("text: {},", quoted(&format!("From {from}."))));
        if self.clock == Clock::Seconds {
            sheet.line(1, &format!("beat: \"{beat} s\","));
        }
        sheet.line(1, "environment: Line(");
        sheet.line(2, "machines: [");
        for station in &self.stations {
            sheet.line(3, "(");
            sheet.line(4, &format!("name: {},", quoted(&station.name)));
            self.machine(&mut sheet, station, beat);
            if !controlled {
                sheet.line(4, "controlled: false,");
            }
            sheet.line(3, "),");
        }
        sheet.line(2, "],");
        self.buffers(&mut sheet);
        sheet.comment(2, "So that what is earned is the number of parts.");
        sheet.line(2, "revenue: 1,");
        sheet.line(1, "),");
        sheet.line(1, "criterion: Average,");
        let estimates = self.estimates();
        if controlled && !estimates.is_empty() {
            sheet.comment(1, "How well these are known, so that `solve` says what that comes to.");
            sheet.line(1, "estimates: [");
            estimates.iter().for_each(|estimate| sheet.line(2, estimate));
            sheet.line(1, "],");
        }
        sheet.line(0, ")");
        sheet.0
    }

    fn buffers(&self, sheet: &mut Sheet) {
        sheet.line(2, "buffers: [");
        let before = self.stations.len().saturating_sub(1);
        if before > 0 {
            sheet.comment(3, "A capacity counts the part in the next machine too.");
        }
        for station in self.stations.iter().take(before) {
            let (places, known) = match station.buffer {
                Some(1) => (1, "1 place".to_owned()),
                Some(places) => (places, format!("{places} places")),
                None => {
                    (PLACES, format!("how many places there are is not recorded; assumed {PLACES}"))
                }
            };
            sheet.comment(3, &format!("Behind {}: {known}.", station.name));
            sheet.line(3, &format!("(capacity: {}),", places.saturating_add(1)));
        }
        sheet.line(2, "],");
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
                    FigureKind::Given | FigureKind::Ratio => continue,
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

    fn machine(&self, sheet: &mut Sheet, station: &Station, beat: f64) {
        let unit = |value: f64| match self.clock {
            Clock::Beats => format!("{value}"),
            Clock::Seconds => format!("\"{value} s\""),
        };
        match station.cycle {
            None => sheet.comment(4, "cycle: not recorded; one beat is assumed."),
            Some(cycle) => {
                let told = self.told("cycle", &cycle);
                let in_beats = Self::cycle_in_beats(&cycle, beat);
                sheet.comment(4, &format!("cycle: {told}; {in_beats}."));
                let found = Self::in_beats(&cycle, beat);
                if found.is_whole() {
                    sheet.line(4, &format!("cycle: {},", found.whole));
                } else {
                    sheet.line(4, &format!("completion: {},", significant(1.0 / found.beats, 6)));
                }
            }
        }
        for told in self.twice(station) {
            sheet.comment(4, &format!("{told}."));
        }
        for (_, told) in self.impossible().filter(|(of, _)| of.name == station.name) {
            sheet.comment(4, &format!("Careful: {told}."));
        }
        for (_, told) in self.unseen().filter(|(unseen, _)| unseen.name == station.name) {
            sheet.comment(4, &format!("failures: {told}."));
        }
        if let (Some(mtbf), Some(mttr)) = (station.mtbf, station.mttr) {
            let each =
                [("mtbf", mtbf, station.time_to_failure), ("mttr", mttr, station.time_to_repair)];
            for (name, figure, shape) in each {
                sheet.comment(4, &format!("{name}: {}.", self.told(name, &figure)));
                if let Some(shape) = shape {
                    sheet.comment(4, &in_words(&shape));
                }
                sheet.line(4, &format!("{name}: {},", unit(figure.rounded().max(beat))));
            }
            let why = match station.failing {
                Failing::AtWork => None,
                Failing::SeenByTime => Some("Failures were seen while it did not work."),
                Failing::WhileUp => Some(
                    "The record does not tell when it worked and when it waited, so that its mtbf \
                     counts all the time that it was up; in the model it fails in all that time \
                     likewise.",
                ),
            };
            if let Some(why) = why {
                sheet.comment(4, why);
                sheet.line(4, "failure_mode: Time,");
            }
        }
        if let Some(scrap) = station.scrap {
            sheet.comment(4, &format!("scrap: {}.", self.told("scrap", &scrap)));
            sheet.line(4, &format!("scrap: {},", scrap.rounded()));
        }
    }
}

/// A text without what commands a terminal or ends a line.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A text in quotation marks.
fn quoted(text: &str) -> String {
    let plain = plain(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{plain}\"")
}
