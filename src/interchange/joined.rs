//! A table of stations and a record of the same: which of the two is used where both give a figure,
//! and where the parts that were recorded do not go with a cycle that is stated.

use super::beat::NEAR;
use super::estimates::Figure;
use super::plant::{PLACES, Plant, Recorded, Station};

/// A figure of the table of which the record says something too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twice {
    /// cycle, mtbf or mttr.
    pub name: &'static str,
    /// As the table gives it.
    pub table: Figure,
    /// What the record says.
    pub record: Seen,
    /// Whether the record's is used.
    pub is_recorded: bool,
}

/// What a record says of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// A figure.
    Figure(Figure),
    /// No failure in so long a time in which there could have been one.
    NoFailure(f64),
    /// Repairs that took no time.
    NoTime,
}

/// How many parts a machine was seen to finish, and the time in which it could work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Output {
    /// The parts.
    pub parts: u64,
    /// The time.
    pub time: f64,
}

impl Plant {
    /// A table of stations and a record of the same: the table has the order, the cycles, the scrap
    /// and the buffers, the record the failures and repairs that it saw. What both give is noted
    /// ([`Station::twice`]).
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
        let mut lines = Vec::new();
        for station in &mut self.stations {
            let place = record.stations.iter().position(|seen| seen.name == station.name);
            let Some((place, seen)) = place.and_then(|at| Some((at, record.stations.get(at)?)))
            else {
                return Err(format!(
                    "the record says nothing of `{}`. Name the same stations in both files.",
                    station.name
                ));
            };
            station.join(seen);
            if let Some(recorded) = &record.recorded {
                shares.extend(recorded.shares.get(place).cloned());
                lines.extend(recorded.lines.get(place));
            }
        }
        if record.stations.len() != self.stations.len() {
            return Err(
                "the record names machines that the table has not. Name the same stations in \
                        both files."
                    .to_owned(),
            );
        }
        self.sources.extend(record.sources);
        self.running = record.running;
        self.recorded = record.recorded.map(|recorded| Recorded { shares, lines, ..recorded });
        Ok(self)
    }

    /// What both files say of a station's figures and which is used, a sentence each without its stop.
    pub fn twice<'p>(&'p self, station: &'p Station) -> impl Iterator<Item = String> + 'p {
        station.twice.iter().map(move |twice| {
            let Twice { name, table, record, is_recorded } = twice;
            let record = match record {
                Seen::Figure(figure) => self.told(name, figure),
                Seen::NoFailure(time) => format!(
                    "no failure in {} ({} or more, 95 %)",
                    self.time(*time),
                    self.time(Figure::least_mean_time(*time))
                ),
                Seen::NoTime => "repairs that took no time".to_owned(),
            };
            let used = if *is_recorded { "record" } else { "table" };
            format!(
                "{name}: table: {}, record: {record}: the {used}'s is used",
                self.told(name, table)
            )
        })
    }

    /// Where more parts were recorded than a cycle allows, by station, in sentences.
    pub fn impossible(&self) -> impl Iterator<Item = (&Station, String)> {
        let out = self.stations.last().and_then(|last| last.output).map_or(0, |last| last.parts);
        // So many parts may have lain behind a station, and on others, when the record began.
        let behind = |place: usize| {
            let each = self.stations.iter().skip(place);
            let before_last = self.stations.len().saturating_sub(1 + place);
            let places = each.take(before_last).map(|station| station.buffer.unwrap_or(PLACES));
            places.map(|places| places.saturating_add(1)).fold(0, u64::saturating_add)
        };
        self.stations.iter().enumerate().filter_map(move |(place, station)| {
            let (cycle, output) = (station.cycle?.value, station.output?);
            let least = output.parts.max(out.saturating_sub(behind(place)));
            // The first part may have been nearly done when the record began.
            let needed = least.saturating_sub(1) as f64 * cycle;
            (needed > (1.0 + NEAR) * output.time).then(|| {
                let whose = match least > output.parts {
                    true => " or more, as that many came out of the line,",
                    false => "",
                };
                let told = format!(
                    "{least} parts{whose} in {} of work are impossible with a cycle of {}: the model \
                     makes fewer than were recorded. Look at the cycle, and at what the record counts",
                    self.time(output.time),
                    self.time(cycle)
                );
                (station, told)
            })
        })
    }
}

impl Station {
    /// Takes in what a record saw of a station of a table.
    fn join(&mut self, seen: &Self) {
        if let (Some(table), Some(record)) = (self.cycle, seen.cycle) {
            self.twice.push(Twice {
                name: "cycle",
                table,
                record: Seen::Figure(record),
                is_recorded: false,
            });
        }
        let tells_both = seen.mtbf.is_some() && seen.mttr.is_some();
        let no_failure = seen.unseen_failure.filter(|time| *time > 0.0).map(Seen::NoFailure);
        let no_time = seen.is_mended_at_once().then_some(Seen::NoTime);
        for (name, table, record) in [
            ("mtbf", self.mtbf, seen.mtbf.map(Seen::Figure).or(no_failure)),
            ("mttr", self.mttr, seen.mttr.map(Seen::Figure).or(no_time)),
        ] {
            if let (Some(table), Some(record)) = (table, record) {
                self.twice.push(Twice { name, table, record, is_recorded: tells_both });
            }
        }
        if tells_both {
            (self.mtbf, self.mttr) = (seen.mtbf, seen.mttr);
            self.failing = seen.failing;
        } else if self.mtbf.is_none() {
            // The table says that it never fails, the record whether it was seen to.
            (self.mtbf, self.mttr) = (seen.mtbf, seen.mttr);
            (self.unseen_failure, self.unseen_repair) = (seen.unseen_failure, seen.unseen_repair);
        }
        (self.time_to_failure, self.time_to_repair) = (seen.time_to_failure, seen.time_to_repair);
        self.cycle = self.cycle.or(seen.cycle);
        self.output = seen.output;
    }

    /// Whether it failed, and all repairs that were seen took no time.
    pub(super) fn is_mended_at_once(&self) -> bool {
        self.mtbf.is_some() && self.mttr.is_none() && self.unseen_repair.is_none()
    }
}
