//! Nearest job first: each free robot on a shop floor goes for the job that is nearest to it.
//!
//! A loaded robot takes its load where it goes. The others take the jobs that wait: of all pairs of a
//! free robot and a job not yet taken the one with the shortest way is matched, the lower number
//! among equals, until there are no more. All go shortest ways along the lanes; who finds the next
//! cell taken by another robot goes round, and waits where no way leads round. Who has nothing to do
//! waits too, where it is or at a station.
//! A robot goes to charge when its charge is no more than the way there and a reserve, and who stands
//! where it can charge stays until it is full.
//!
//! Source: Egbelu & Tanchoco (1984), "Characterization of automatic guided vehicle dispatching
//! rules", International Journal of Production Research 22, whose rule of the shortest travel
//! distance this is. It looks one trip ahead and at no other robot's way: in a corridor two robots
//! that meet stand for ever, and so do two that close in on a third at a station in a corner.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Heuristic, Rule};
use crate::environments::shop_floor::{MOST_ROBOTS, MOST_STATIONS, STAY, ShopFloor, Target};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// What the rule of the nearest job goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NearestJobSettings {
    /// Where a robot without a job waits: 0, where it is; k, at the k-th station where jobs arrive.
    /// `None` where the best is to be found, the reserve with it.
    pub home: Option<u32>,
    /// How much charge beyond the way to the place to charge is kept; 0 where `None` and the home is
    /// given.
    pub reserve: Option<u32>,
}

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct ShortestWay {
    floor: Arc<ShopFloor>,
    /// The stations where jobs arrive, with the variable of those that wait.
    sources: Vec<(usize, usize)>,
    home: Option<Target>,
    reserve: Level,
}

impl ShortestWay {
    /// Where each robot is to go, as far as it is to go at all.
    fn targets(&self, seen: &[Level]) -> [Option<Target>; MOST_ROBOTS] {
        let level = |variable: usize| seen.get(variable).copied().unwrap_or(0);
        let mut targets = [None; MOST_ROBOTS];
        let mut free = [None; MOST_ROBOTS];
        let slots = targets.iter_mut().zip(&mut free);
        for (robot, (target, free)) in self.floor.robots().iter().zip(slots) {
            let cell = self.floor.cell_of(seen, robot);
            let charge = robot.charge.zip(self.floor.full_charge());
            let low = charge.is_some_and(|(charge, full)| {
                let way = self.floor.distance(cell, Target::Charger);
                let needed =
                    Level::try_from(way).unwrap_or(Level::MAX).saturating_add(self.reserve);
                level(charge) < full && (way == 0 || level(charge) <= needed)
            });
            if low {
                *target = Some(Target::Charger);
            } else if let Some(station) = self.floor.destination(seen, robot) {
                *target = Some(Target::Station(station));
            } else {
                *target = self.home;
                *free = Some(cell);
            }
        }
        let mut jobs = [0; MOST_STATIONS];
        for (waiting, (_, queue)) in jobs.iter_mut().zip(&self.sources) {
            *waiting = level(*queue);
        }
        while let Some((_, robot, source)) = self.shortest(&free, &jobs) {
            let slots = (free.get_mut(robot), targets.get_mut(robot), jobs.get_mut(source));
            let (Some(free), Some(target), Some(waiting)) = slots else { break };
            (*free, *waiting) = (None, *waiting - 1);
            *target = self.sources.get(source).map(|(station, _)| Target::Station(*station));
        }
        targets
    }

    /// The pair of a free robot, by its cell, and a source of waiting jobs that are nearest to each
    /// other: their distance and places.
    fn shortest(&self, free: &[Option<usize>], jobs: &[Level]) -> Option<(u32, usize, usize)> {
        let mut best: Option<(u32, usize, usize)> = None;
        for (robot, cell) in free.iter().enumerate() {
            let Some(cell) = cell else { continue };
            for (source, ((station, _), waiting)) in self.sources.iter().zip(jobs).enumerate() {
                let way = self.floor.distance(*cell, Target::Station(*station));
                if *waiting > 0 && best.is_none_or(|(least, ..)| way < least) {
                    best = Some((way, robot, source));
                }
            }
        }
        best
    }
}

impl Rule for ShortestWay {
    fn name(&self) -> &str {
        "Nearest job first"
    }

    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        let mut cells = [usize::MAX; MOST_ROBOTS];
        for (cell, robot) in cells.iter_mut().zip(self.floor.robots()) {
            *cell = self.floor.cell_of(seen, robot);
        }
        let targets = self.targets(seen);
        for (number, (action, target)) in action.iter_mut().zip(targets).enumerate() {
            let Some(&from) = cells.get(number) else { continue };
            // Those of lower number have driven by then.
            let taken = |cell: usize| cells.contains(&cell);
            let target = target.filter(|target| self.floor.distance(from, *target) > 0);
            let (level, to) = target.map_or((STAY, from), |target| {
                match self.floor.first_move(from, target, taken) {
                    (STAY, _) => self.floor.way_round(from, target, taken).unwrap_or((STAY, from)),
                    nearer => nearer,
                }
            });
            *action = level;
            if let Some(cell) = cells.get_mut(number) {
                *cell = to;
            }
        }
    }
}

/// The agent that goes for the nearest job.
pub type NearestJob = Heuristic<ShortestWay>;

impl NearestJob {
    /// The agent of these settings, or all that is wrong with them here.
    ///
    /// # Errors
    /// That there are no robots here, or what is wrong.
    pub fn new(
        settings: &NearestJobSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let floor = floor_of(environment)?;
        let sources = sources_of(floor);
        let home = settings.home.and_then(|home| (home as usize).checked_sub(1));
        let home = home.and_then(|home| sources.get(home));
        let rule = ShortestWay {
            home: home.map(|(station, _)| Target::Station(*station)),
            sources,
            reserve: Level::try_from(settings.reserve.unwrap_or(0)).unwrap_or(Level::MAX),
            floor: floor.clone(),
        };
        Ok(Self::following(rule, floor.action_space()))
    }
}

/// The stations where jobs arrive, with the variable of those that wait.
fn sources_of(floor: &ShopFloor) -> Vec<(usize, usize)> {
    let stations = floor.stations().iter().enumerate();
    stations.filter_map(|(number, s)| Some((number, s.queue.as_ref()?.variable))).collect()
}

/// The highest settings that differ from others: the number of stations where jobs arrive, and a
/// reserve of a full battery.
pub fn most(floor: &ShopFloor) -> (u32, u32) {
    let whole = |level: usize| u32::try_from(level).unwrap_or(u32::MAX);
    let full = floor.full_charge().unwrap_or(0);
    (whole(sources_of(floor).len()), u32::try_from(full).unwrap_or(0))
}

fn floor_of(environment: &AnyEnvironment) -> Result<&Arc<ShopFloor>, Vec<SettingError>> {
    match environment {
        AnyEnvironment::ShopFloor(floor) => Ok(floor),
        _ => Err(vec![SettingError {
            path: String::new(),
            message: "nearest job first is for robots on a shop floor, and there are none"
                .to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }]),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &NearestJobSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let floor = match floor_of(environment) {
        Ok(floor) => floor,
        Err(faults) => return faults,
    };
    let (homes, reserves) = most(floor);
    let given = [
        ("home", settings.home, homes, format!("jobs arrive at {homes} stations")),
        ("reserve", settings.reserve, reserves, format!("a battery holds {reserves}")),
    ];
    let above = given.into_iter().filter_map(|(path, given, most, message)| {
        given.filter(|given| *given > most).map(|_| SettingError {
            path: path.to_owned(),
            message,
            remedy: format!("give a number from 0 to {most}, or none to have the best found"),
        })
    });
    above.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::shop_floor::{BatterySettings, ShopFloorSettings, StationSettings};

    const UP: Level = 1;
    const RIGHT: Level = 2;
    const DOWN: Level = 3;
    const LEFT: Level = 4;

    fn floor(rows: &[&str], battery: Option<BatterySettings>) -> AnyEnvironment {
        let station = |symbol: &str, to: &[&str]| StationSettings {
            symbol: symbol.to_owned(),
            arrival: if to.is_empty() { 0.0 } else { 0.5 },
            to: to.iter().map(|to| (*to).to_owned()).collect(),
            ..Default::default()
        };
        let settings = ShopFloorSettings {
            rows: rows.iter().map(|row| (*row).to_owned()).collect(),
            stations: vec![station("A", &["B"]), station("B", &["A"])],
            battery,
            ..Default::default()
        };
        AnySettings::ShopFloor(settings).build().unwrap()
    }

    fn agent(environment: &AnyEnvironment, home: u32, reserve: u32) -> NearestJob {
        let settings = NearestJobSettings { home: Some(home), reserve: Some(reserve) };
        NearestJob::new(&settings, environment).unwrap()
    }

    /// Two robots, two jobs: each takes one, whichever way shortens both.
    #[test]
    fn the_shortest_ways_are_matched_first() {
        let environment = floor(&["A.1.2.B", "......."], None);
        let mut agent = agent(&environment, 0, 0);
        // x y load to, twice; the queues of A and B.
        let mut act = |state: [Level; 10]| decided(&mut agent, &seeing(&state, None), 2);
        assert_eq!(act([2, 1, 0, 0, 4, 1, 0, 0, 1, 1]), [LEFT, RIGHT]);
        // One job: the nearer robot goes, the other waits.
        assert_eq!(act([2, 1, 0, 0, 4, 1, 0, 0, 0, 1]), [STAY, RIGHT]);
        assert_eq!(act([4, 1, 0, 0, 2, 1, 0, 0, 0, 1]), [RIGHT, STAY]);
        // Two at one station: both go, as far as there is room.
        assert_eq!(act([3, 1, 0, 0, 4, 1, 0, 0, 2, 0]), [LEFT, LEFT]);
        assert_eq!(act([4, 1, 0, 0, 3, 1, 0, 0, 2, 0]), [DOWN, LEFT], "the way round");
        // A load goes to its own station; level 0 of `to` is A.
        assert_eq!(act([3, 1, 1, 0, 4, 1, 1, 1, 0, 0]), [LEFT, RIGHT]);
        // Who already drove leaves its cell to the next.
        assert_eq!(act([1, 1, 1, 0, 2, 1, 1, 0, 0, 0]), [LEFT, LEFT]);
    }

    /// In a corridor nobody can go round: both wait.
    #[test]
    fn who_cannot_go_round_waits() {
        let environment = floor(&["A1.2B", "##.##"], None);
        let mut agent = agent(&environment, 0, 0);
        let mut act = |state: [Level; 10]| decided(&mut agent, &seeing(&state, None), 2);
        assert_eq!(act([1, 1, 1, 1, 2, 1, 0, 0, 2, 0]), [STAY, STAY]);
        assert_eq!(act([1, 1, 1, 1, 3, 1, 0, 0, 2, 0]), [RIGHT, STAY]);
        // In the bay one is out of the way.
        assert_eq!(act([1, 1, 1, 1, 2, 0, 0, 0, 2, 0]), [RIGHT, STAY]);
    }

    #[test]
    fn lanes_are_kept_and_homes_gone_to() {
        let environment = floor(&["A>>1", "^..v", "B.<."], None);
        let mut agent = agent(&environment, 2, 0);
        let mut act = |state: [Level; 6]| decided(&mut agent, &seeing(&state, None), 1);
        // A is two cells to the left, but against the lane.
        assert_eq!(act([2, 2, 1, 0, 0, 0]), [RIGHT]);
        // Home is the second station, B.
        assert_eq!(act([0, 2, 0, 0, 0, 0]), [RIGHT]);
        assert_eq!(act([1, 1, 0, 0, 0, 0])[0], DOWN);
        assert_eq!(act([0, 0, 0, 0, 0, 0]), [STAY]);
        assert_eq!(act([1, 1, 1, 0, 0, 0]), [LEFT], "to A, over the lane that leads up");
        assert_eq!(act([0, 1, 1, 0, 0, 0]), [UP]);
    }

    #[test]
    fn who_is_low_charges_until_it_is_full() {
        let battery = BatterySettings { levels: 8, ..Default::default() };
        let environment = floor(&["A.1CB"], Some(battery));
        let mut agent = agent(&environment, 0, 1);
        // x y load to charge; the queues.
        let mut act = |state: [Level; 7]| decided(&mut agent, &seeing(&state, None), 1)[0];
        assert_eq!(act([1, 0, 1, 0, 4, 0, 0]), LEFT);
        assert_eq!(act([1, 0, 1, 0, 3, 0, 0]), RIGHT, "the way of 2 and a reserve of 1");
        assert_eq!(act([3, 0, 1, 0, 5, 0, 0]), STAY);
        assert_eq!(act([3, 0, 1, 0, 8, 0, 0]), LEFT);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let environment = floor(&["A.1.B"], None);
        let told = |home, reserve, environment: &AnyEnvironment| {
            let found = faults(&NearestJobSettings { home, reserve }, environment);
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert!(told(Some(2), Some(0), &environment).is_empty());
        assert_eq!(told(Some(3), Some(1), &environment), ["home", "reserve"]);
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert_eq!(told(None, None, &chain), [""]);
    }
}
