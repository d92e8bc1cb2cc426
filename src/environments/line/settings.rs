//! What a line is made of: plain data, in beats and in currency a beat.

use serde::{Deserialize, Serialize};

/// A serial line: machines in a row, a buffer between any two neighbours.
///
/// All times are in beats, all amounts in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineSettings {
    /// The machines in the order in which a part meets them; 1 to 64.
    pub machines: Vec<MachineSettings>,
    /// The buffers between them: one fewer than machines, the first behind the first machine.
    pub buffers: Vec<BufferSettings>,
    /// Where parts come from. Always at hand by default.
    pub supply: Supply,
    /// Where finished parts go. Always wanted by default.
    pub demand: Demand,
    /// Earned for each part sold; without a demand of its own a finished part is sold at once.
    /// 0 by default.
    pub revenue: f64,
    /// By which levels moves are judged. Downstream first by default.
    pub moves: Moves,
    /// When in a beat machines fail and come up. Before the parts move by default.
    pub conditions: Conditions,
    /// How many crews repair machines that are down; as many as are down by default. With fewer than
    /// machines that can fail, the agent decides who is served first.
    pub crews: Option<u32>,
    /// What the time of day brings; nothing by default.
    pub calendar: Option<CalendarSettings>,
    /// When parts may enter. Whenever there is room by default.
    pub release: Release,
    /// Cost of each part sold with a defect that nobody found; 0 by default.
    pub complaint: f64,
    /// What the carbon of energy costs, for each unit of money that the energy itself costs at the
    /// day's factor 1; 0 by default. With c kg of it a kWh, a price of p a ton and energy at e a kWh it
    /// is c·p / (1000·e).
    pub carbon: f64,
}

impl LineSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// One machine. By default it never fails, works one beat on a part, costs nothing and is
/// controlled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MachineSettings {
    /// Its name; `machine 1`, `machine 2` … where left empty.
    pub name: String,
    /// How many machines alike work there, each on a part of its own; 1 to 64, 1 by default. Several
    /// fail, are repaired and work as machines of their own would, and are held back together.
    pub count: u32,
    /// Probability that it fails in a beat in which it is up and can fail; 0 (never) by default.
    pub failure: f64,
    /// Probability that it comes up again in a beat in which it is down. It must be above 0 where
    /// `failure` is.
    pub repair: f64,
    /// In which beats it can fail: those in which it works (the default), or all.
    pub failure_mode: FailureMode,
    /// In how many stages it is repaired, each geometric and of the same mean; 1 by default. The mean
    /// time to repair stays 1/`repair`; the variance falls from (1 − r)/r² to (1 − s·r)/(s·r²), s the
    /// stages, so that s·`repair` must not exceed 1 and at 1 a repair takes s beats for sure.
    pub repair_stages: u32,
    /// How it wears; not by default.
    pub wear: Option<WearSettings>,
    /// Preventive maintenance, after which it is as new; not offered by default.
    pub maintenance: Option<MaintenanceSettings>,
    /// Speeds at which it can run, in place of `cycle`; one by default.
    pub speeds: Vec<SpeedSettings>,
    /// Probability that a completed part is found to be bad and is scrapped; 0 by default.
    pub scrap: f64,
    /// Cost of each part scrapped, beside what was spent on it; 0 by default.
    pub scrap_cost: f64,
    /// Completed parts that go back along the line; none by default.
    pub rework: Option<ReworkSettings>,
    /// Probability that it makes a good part bad, which nobody sees; 0 by default.
    pub defects: f64,
    /// How it inspects the parts that it completes; not at all by default.
    pub inspection: Option<InspectionSettings>,
    /// How long it works on a part. One beat by default.
    pub cycle: Cycle,
    /// What its energy costs a beat. Nothing by default.
    pub power: PowerSettings,
    /// Beats of starting up that follow after it was held back, before it can work; 0 by default.
    pub restart_delay: u32,
    /// Energy cost of switching on again after it was held back, booked in the beat in which it is
    /// told to run again; 0 by default.
    pub restart_cost: f64,
    /// Cost of each beat in which it is down, whether it is told to run or not; 0 by default.
    pub repair_cost: f64,
    /// Whether the agent decides in each beat if it runs (the default); else it always runs.
    pub controlled: bool,
}

impl Default for MachineSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            count: 1,
            failure: 0.0,
            repair: 0.0,
            failure_mode: FailureMode::Operation,
            repair_stages: 1,
            wear: None,
            maintenance: None,
            speeds: Vec::new(),
            scrap: 0.0,
            scrap_cost: 0.0,
            rework: None,
            defects: 0.0,
            inspection: None,
            cycle: Cycle::Beats(1),
            power: PowerSettings::default(),
            restart_delay: 0,
            restart_cost: 0.0,
            repair_cost: 0.0,
            controlled: true,
        }
    }
}

/// Wear in stages. A failure is repaired as new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WearSettings {
    /// How many stages there are, new included: 2 or more; 3 by default.
    pub stages: u32,
    /// Probability that a beat of work wears it by one stage: one figure for each stage but the
    /// last, or a single one for all. 0.01 by default.
    pub probability: Vec<f64>,
    /// Probability of a failure by stage, new first, in place of the machine's `failure`; that for
    /// all stages where left empty.
    pub failure: Vec<f64>,
}

impl Default for WearSettings {
    fn default() -> Self {
        Self { stages: 3, probability: vec![0.01], failure: Vec::new() }
    }
}

/// Preventive maintenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaintenanceSettings {
    /// Probability that a beat of maintenance, the first included, is the last: 1 / its mean in beats.
    /// 1 by default.
    pub completion: f64,
    /// Cost of each maintenance, booked in its first beat; 0 by default.
    pub cost: f64,
}

impl Default for MaintenanceSettings {
    fn default() -> Self {
        Self { completion: 1.0, cost: 0.0 }
    }
}

/// A speed at which a machine can run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpeedSettings {
    /// Its name; `speed 1`, `speed 2` … where left empty.
    pub name: String,
    /// Probability that a beat of work completes the part. 1 by default.
    pub completion: f64,
    /// By what the cost of energy while working is multiplied. 1 by default.
    pub power: f64,
    /// By what the probabilities to fail and to wear in a beat of work are multiplied. 1 by default.
    pub strain: f64,
}

impl Default for SpeedSettings {
    fn default() -> Self {
        Self { name: String::new(), completion: 1.0, power: 1.0, strain: 1.0 }
    }
}

/// Completed parts that go back to an earlier buffer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReworkSettings {
    /// Probability that a completed part, if it is not scrapped, must go back.
    pub probability: f64,
    /// The buffer that it goes back to, by name: one before this machine. Where it is full, the part
    /// is scrapped.
    pub to: String,
}

/// Inspection of completed parts, by a machine after its work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InspectionSettings {
    /// Probability that a bad part is found; 1 by default.
    pub finds: f64,
    /// Probability that a good part is taken for bad; 0 by default.
    pub false_alarms: f64,
    /// Cost of each inspection; 0 by default.
    pub cost: f64,
    /// The buffer to which goes back what is found, to be made good, by name: one before this
    /// machine. Where it is full the part is scrapped, as are all parts found where none is named.
    pub to: Option<String>,
}

impl Default for InspectionSettings {
    fn default() -> Self {
        Self { finds: 1.0, false_alarms: 0.0, cost: 0.0, to: None }
    }
}

/// When parts may enter the line, or a stage of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Release {
    /// Whenever there is room.
    #[default]
    Free,
    /// The first machine works only while the buffers behind it hold fewer parts than there are
    /// cards; without a card it is starved (Spearman, Woodruff & Hopp 1990).
    Conwip {
        /// The cards.
        cap: u32,
    },
    /// Each machine works only while the buffer behind it holds fewer parts than that stage has
    /// cards; without a card it is blocked (Buzacott & Shanthikumar 1993, ch. 10).
    Kanban {
        /// The cards of each buffer between machines, then of the store, where there is one; at most
        /// its capacity.
        levels: Vec<u32>,
    },
}

/// A day that comes again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarSettings {
    /// How many beats a day has; 24 by default.
    pub day: u32,
    /// What holds from when on; the day begins with the first, whose `from` is 0.
    pub spans: Vec<SpanSettings>,
}

impl Default for CalendarSettings {
    fn default() -> Self {
        Self { day: 24, spans: Vec::new() }
    }
}

/// A part of the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpanSettings {
    /// In which beat of the day it begins, from 0. 0 by default.
    pub from: u32,
    /// By what the cost of energy is multiplied. 1 by default.
    pub energy: f64,
    /// By what the cost of its carbon is multiplied. 1 by default.
    pub carbon: f64,
    /// Whether the line works; else all machines stand, neither work nor fail while they stand, and
    /// neither parts nor customers come. It does by default.
    pub works: bool,
}

impl Default for SpanSettings {
    fn default() -> Self {
        Self { from: 0, energy: 1.0, carbon: 1.0, works: true }
    }
}

/// In which beats a machine that is up can fail (Gershwin 1994, section 2.5; Buzacott & Hanifin
/// 1978).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FailureMode {
    /// Only in beats in which it would work: not while starved, blocked, held back or starting.
    #[default]
    Operation,
    /// In every beat.
    Time,
}

/// How long a machine works on a part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Cycle {
    /// In each beat that it works, the part is completed with this probability, so that a cycle is
    /// geometric with mean 1/p. 1 is one beat a part; below 1 it is the Bernoulli machine.
    Completion(f64),
    /// So many beats of work exactly. What was done is kept through failures and holding back.
    Beats(u32),
}

impl Default for Cycle {
    fn default() -> Self {
        Self::Beats(1)
    }
}

/// Energy cost of a machine in currency a beat, by what it was told and did. All 0 by default.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PowerSettings {
    /// Told to run, and worked.
    pub working: f64,
    /// Told to run, but had no part.
    pub starved: f64,
    /// Told to run, but had no room for its part.
    pub blocked: f64,
    /// Told to run, but was down.
    pub down: f64,
    /// Told to run, and was starting up.
    pub starting: f64,
    /// Held back, be it up or down.
    pub held: f64,
}

impl PowerSettings {
    /// The same cost whenever the machine is told to run, and none while it is held back.
    pub fn commanded(cost: f64) -> Self {
        Self { working: cost, starved: cost, blocked: cost, down: cost, starting: cost, held: 0.0 }
    }
}

/// One buffer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BufferSettings {
    /// Its name; `buffer 1`, `buffer 2` … where left empty, `queue` for that of arrivals and
    /// `store` for that of finished parts.
    pub name: String,
    /// How many parts it holds at most, the one that the machine after it is working on included
    /// (machines hold no part between beats); 1 or more, 10 by default. Gershwin's N.
    pub capacity: u32,
    /// Cost of a part in it, a beat; 0 by default.
    pub holding: f64,
    /// Which levels holding is charged on. Those before the moves by default.
    pub charged: Charged,
    /// Its level at the start; 0 by default.
    pub initial: u32,
    /// Beats that a part is on its way before it can be taken, beside the one in which it was put in;
    /// 0 by default. On its way it takes room and is held as any other.
    pub transit: u32,
}

impl Default for BufferSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            capacity: 10,
            holding: 0.0,
            charged: Charged::Before,
            initial: 0,
            transit: 0,
        }
    }
}

/// Which levels a cost by level is charged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Charged {
    /// Those at the beat's start, before anything moves.
    #[default]
    Before,
    /// Those at the beat's end, after all moves.
    After,
}

/// By which levels it is judged whether a machine has a part and room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Moves {
    /// By the levels at the beat's start (Gershwin 1994): the room that the next machine frees in
    /// this beat does not count. A buffer's capacity is then Gershwin's N.
    OldLevels,
    /// From the last machine to the first, with what has just become free (Li & Meerkov 2009; no
    /// part passes two machines in a beat).
    #[default]
    DownstreamFirst,
}

/// When in a beat machines fail and come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Conditions {
    /// Before the parts move: what fails in a beat does not work in it, what is repaired does
    /// (Gershwin 1994, section 3.2; Li & Meerkov 2009).
    #[default]
    BeforeMoves,
    /// After the parts have moved: a machine works in a beat if it was up at the beat's start, and
    /// who decides sees what will work.
    AfterMoves,
}

/// Where parts come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Supply {
    /// There is always a part: the first machine is never starved.
    #[default]
    Saturated,
    /// In each beat a part arrives with a probability and joins a queue before the first machine;
    /// where the queue is full it is turned away.
    Arrivals {
        /// Probability of an arrival in a beat.
        probability: f64,
        /// The queue.
        #[serde(default)]
        queue: BufferSettings,
    },
}

/// Where finished parts go.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Demand {
    /// Every finished part is sold at once: the last machine is never blocked.
    #[default]
    Saturated,
    /// In each beat a customer asks for one part with a probability, and is served from a store of
    /// finished parts behind the last machine.
    Customers {
        /// Probability of a customer in a beat.
        probability: f64,
        /// What happens where the store is empty.
        #[serde(default)]
        unmet: Unmet,
        /// The store.
        #[serde(default)]
        store: BufferSettings,
    },
}

/// What happens to a customer who finds the store empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Unmet {
    /// The customer leaves.
    Lost {
        /// Cost of each customer lost, beside the revenue forgone.
        #[serde(default)]
        cost: f64,
    },
    /// The customer waits and is served before later ones.
    Backorder {
        /// Cost of each customer waiting, a beat.
        #[serde(default)]
        cost: f64,
        /// How many may wait; one more is lost.
        limit: u32,
        /// Cost of each customer lost because so many wait already.
        #[serde(default)]
        lost_cost: f64,
        /// Which backlog the cost of waiting is charged on.
        #[serde(default)]
        charged: Charged,
    },
}

impl Default for Unmet {
    fn default() -> Self {
        Self::Lost { cost: 0.0 }
    }
}
