//! The same race on many lucks: what one run says of two agents, and what two hundred say.
//!
//! Each luck is a seed. On each, all agents begin at the scenario's start and play as many beats; what
//! they earned more than the first is paired, beat by beat, and added up. One luck is one way of a fan;
//! its ends are independent samples, so that their mean has Student's interval.

use std::sync::Arc;

use rayon::prelude::*;

use super::agents::Plan;
use super::session::{Session, SessionError};
use super::statistics::Estimate;
use crate::mdp::Progress;
use crate::scenario::{AgentSpec, Scenario};

/// A way is kept at so many beats, or up to twice as many.
const POINTS: usize = 64;
/// Beats between two looks at whether an end was asked for.
const PIECE: u64 = 4096;

/// What is to be played.
pub struct Race {
    /// The line.
    pub scenario: Arc<Scenario>,
    /// The agents; all others are compared with the first.
    pub agents: Vec<AgentSpec>,
    /// For agents that follow one.
    pub plan: Option<Plan>,
    /// Beats played on each luck.
    pub beats: u64,
}

/// Ways of the agents beside the first, by luck.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lucks {
    /// After how many beats the ways are known; the last is the end.
    pub beats: Vec<u64>,
    /// By agent and luck: how much more than the first was earned so far, at each of these beats.
    pub ahead: Vec<Vec<Vec<f64>>>,
}

impl Race {
    /// Plays the race on these seeds, in parallel; the order is that of the seeds. `None` where an end
    /// was asked for.
    ///
    /// # Errors
    /// Where an agent cannot act here.
    pub fn on(&self, seeds: &[u64], progress: &Progress) -> Result<Option<Lucks>, SessionError> {
        let each: Vec<Option<Lucks>> = seeds
            .par_iter()
            .map(|seed| self.one(*seed, progress))
            .collect::<Result<_, SessionError>>()?;
        let mut all = Lucks::default();
        for one in each {
            let Some(one) = one else { return Ok(None) };
            all.take_in(one);
        }
        Ok(Some(all))
    }

    fn one(&self, seed: u64, progress: &Progress) -> Result<Option<Lucks>, SessionError> {
        let mut earned = Vec::with_capacity(self.agents.len());
        for spec in &self.agents {
            let mut session =
                Session::open(self.scenario.clone(), spec.clone(), seed, self.plan.as_ref())?;
            let run = session.run_mut();
            run.watch(false);
            while run.beats() < self.beats {
                let most = (self.beats - run.beats()).min(PIECE);
                if progress.is_cancelled() || run.advance(most) == 0 {
                    return Ok(None);
                }
            }
            earned.push(run.records().rewards.clone());
        }
        progress.advance(1);
        let Some((first, others)) = earned.split_first() else { return Ok(None) };
        let mut lucks = Lucks::default();
        for other in others {
            let ahead = first.below(other);
            let together = (ahead.buckets().len() / POINTS).max(1);
            let (mut beats, mut total) = (0, 0.0);
            let ends = ahead.buckets().chunks(together).map(|buckets| {
                beats += buckets.iter().map(|bucket| bucket.count).sum::<u64>();
                total += buckets.iter().map(|bucket| bucket.sum).sum::<f64>();
                (beats, total)
            });
            let (beats, way): (Vec<u64>, Vec<f64>) = ends.unzip();
            lucks.beats = beats;
            lucks.ahead.push(vec![way]);
        }
        Ok(Some(lucks))
    }
}

impl Lucks {
    /// Adds the ways of further lucks, of the same race.
    pub fn take_in(&mut self, more: Self) {
        if self.ahead.is_empty() {
            *self = more;
            return;
        }
        for (ways, more) in self.ahead.iter_mut().zip(more.ahead) {
            ways.extend(more);
        }
    }

    /// How many lucks there are.
    pub fn count(&self) -> usize {
        self.ahead.first().map_or(0, Vec::len)
    }

    /// How far an agent was ahead at the end, by luck.
    fn ends(&self, agent: usize) -> Vec<f64> {
        let ways = self.ahead.get(agent).into_iter().flatten();
        ways.filter_map(|way| way.last().copied()).collect()
    }

    /// How far an agent was ahead a beat, over all lucks.
    pub fn rate(&self, agent: usize) -> Estimate {
        let beats = self.beats.last().copied().unwrap_or(0) as f64;
        let rates: Vec<f64> = self.ends(agent).into_iter().map(|end| end / beats).collect();
        Estimate::of_samples(&rates)
    }

    /// On how many lucks an agent was ahead at the end, and on how many neither was.
    pub fn won(&self, agent: usize) -> (usize, usize) {
        let ends = self.ends(agent);
        let count = |is: fn(&f64) -> bool| ends.iter().filter(|end| is(end)).count();
        (count(|end| *end > 0.0), count(|end| *end == 0.0))
    }

    /// Where the ways of an agent lie: at each of the beats, below which value this share of them is
    /// (by linear interpolation between the ordered ways; Hyndman and Fan 1996, definition 7).
    pub fn quantile(&self, agent: usize, share: f64) -> Vec<f64> {
        let Some(ways) = self.ahead.get(agent) else { return Vec::new() };
        let at = |point: usize| {
            let mut values: Vec<f64> =
                ways.iter().filter_map(|way| way.get(point).copied()).collect();
            values.sort_by(f64::total_cmp);
            let place = share.clamp(0.0, 1.0) * values.len().saturating_sub(1) as f64;
            let below = values.get(place.floor() as usize).copied().unwrap_or(f64::NAN);
            let above = values.get(place.ceil() as usize).copied().unwrap_or(f64::NAN);
            below + (above - below) * place.fract()
        };
        (0..self.beats.len()).map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    fn race(beats: u64) -> Race {
        let scenario = Arc::new(library::open("lines/three_machines.ron").unwrap());
        Race { scenario, agents: vec![AgentSpec::AlwaysRun, AgentSpec::Random], plan: None, beats }
    }

    #[test]
    fn each_luck_is_the_run_of_its_seed() {
        let race = race(3000);
        let seeds: Vec<u64> = (1..=6).collect();
        let lucks = race.on(&seeds, &Progress::new()).unwrap().unwrap();
        assert_eq!(lucks.count(), 6);
        for (seed, way) in seeds.iter().zip(&lucks.ahead[0]) {
            let earned = |spec: AgentSpec| {
                let mut session = Session::open(race.scenario.clone(), spec, *seed, None).unwrap();
                let beats = lucks.beats.last().unwrap();
                (0..*beats)
                    .map(|_| {
                        session.run_mut().advance(1);
                        session.run().reward()
                    })
                    .sum::<f64>()
            };
            let difference = earned(AgentSpec::Random) - earned(AgentSpec::AlwaysRun);
            assert!((way.last().unwrap() - difference).abs() < 1e-6 * difference.abs().max(1.0));
        }
        // In blocks or at once, the same.
        let mut again = race.on(&seeds[..2], &Progress::new()).unwrap().unwrap();
        again.take_in(race.on(&seeds[2..], &Progress::new()).unwrap().unwrap());
        assert_eq!(again, lucks);
    }

    #[test]
    fn quantiles_and_wins_are_those_of_the_ways() {
        let ways = [3.0, -1.0, 0.0, 2.0, 6.0].map(|end| vec![0.0, end]).to_vec();
        let lucks = Lucks { beats: vec![5, 10], ahead: vec![ways] };
        assert_eq!(lucks.won(0), (3, 1));
        assert_eq!(lucks.quantile(0, 0.5), [0.0, 2.0]);
        assert_eq!(lucks.quantile(0, 0.0), [0.0, -1.0]);
        assert!((lucks.quantile(0, 0.9)[1] - 4.8).abs() < 1e-12);
        assert_eq!(lucks.rate(0).mean, 0.2);
    }

    #[test]
    fn a_race_that_is_called_off_says_nothing() {
        let progress = Progress::new();
        progress.cancel();
        assert_eq!(race(1000).on(&[1, 2], &progress).unwrap(), None);
    }
}
