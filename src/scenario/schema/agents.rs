//! The fields of agents: rules of thumb, planners and learners.

use super::direct;
use super::exploration::{STEP_SIZES, exploration};
use super::prediction::PREDICTION;
use crate::scenario::fields::{Bounds, Field, Holds, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const Q_LEARNING: Variant =
    Variant::with("QLearning", &TABULAR, "Learns the best policy's values while exploring.");
const SARSA: Variant =
    Variant::with("Sarsa", &TABULAR, "Learns the values of the policy that it follows.");

const EXPECTED_SARSA: Variant = Variant::with(
    "ExpectedSarsa",
    &TABULAR,
    "SARSA towards what the policy will have on average, without the luck of its next action.",
);
const DOUBLE_Q: Variant = Variant::with(
    "DoubleQ",
    &TABULAR,
    "Q-learning with two tables, each of which says what the other's best action is worth.",
);
const N_STEP_SARSA: Variant =
    Variant::with("NStepSarsa", &N_STEP, "SARSA towards several rewards that were had.");
const SARSA_LAMBDA: Variant =
    Variant::with("SarsaLambda", &TRACES, "SARSA that teaches all pairs that led to a step.");
const Q_LAMBDA: Variant = Variant::with(
    "QLambda",
    &TRACES,
    "Q-learning that teaches all pairs since the best action was left (Watkins).",
);
const DYNA_Q: Variant =
    Variant::with("DynaQ", &DYNA, "Q-learning that goes over what it remembers after each beat.");
const MONTE_CARLO: Variant = Variant::with(
    "MonteCarlo",
    &MONTE_CARLO_FIELDS,
    "Learns towards what was had until the end of each episode.",
);
const DIFFERENTIAL_SARSA: Variant = Variant::with(
    "DifferentialSarsa",
    &DIFFERENTIAL,
    "SARSA for the average reward: learns the reward a beat, and what leads to more.",
);
const PRIORITISED_SWEEPING: Variant = Variant::with(
    "PrioritisedSweeping",
    &PRIORITISED,
    "Counts outcomes and follows back first what changes most.",
);
const CERTAINTY_EQUIVALENCE: Variant = Variant::with(
    "CertaintyEquivalence",
    &MODEL,
    "Counts outcomes and solves what was counted as if it were certain.",
);
const POSTERIOR_SAMPLING: Variant = Variant::with(
    "PosteriorSampling",
    &POSTERIOR,
    "Acts as is best in a model drawn from all that what it met allows.",
);

const TD_PREDICTION: Variant = Variant::with(
    "TdPrediction",
    &PREDICTION,
    "Learns what states are worth under a rule of thumb, by TD(0), n-step TD or Monte Carlo.",
);

const ALWAYS_RUN: Variant = Variant::bare("AlwaysRun", "Every machine always runs.");
const RANDOM: Variant = Variant::bare("Random", "Every allowed action with the same probability.");
const THRESHOLD_POLICY: Variant = Variant::with(
    "Threshold",
    &THRESHOLD,
    "One action while a variable is below a level, another from it on.",
);
const KANBAN_LEVELS: Variant = Variant::with(
    "Kanban",
    &KANBAN,
    "A machine runs while the buffer behind it is below its level.",
);
const CONWIP_CAP: Variant = Variant::with(
    "Conwip",
    &CONWIP,
    "The first machine runs while the parts in the line are below a cap.",
);
const BASE_STOCK_LEVELS: Variant = Variant::with(
    "BaseStock",
    &BASE_STOCK,
    "A machine runs while the stock from it to the end of the line is below its level.",
);
const HYSTERESIS_LEVELS: Variant = Variant::with(
    "Hysteresis",
    &HYSTERESIS,
    "A machine starts when its buffer has run low and stops when it is full again.",
);
const REORDER: Variant = Variant::with(
    "ReorderPoint",
    &REORDER_POINT,
    "A stock is ordered up to a level once it has fallen to another.",
);
const FORECAST_RULE: Variant = Variant::with(
    "Forecast",
    &FORECAST,
    "A stock is ordered up to what is expected to be asked for until the order comes.",
);
const RUN_TO_FAILURE: Variant =
    Variant::bare("RunToFailure", "A machine that wears is never treated before it fails.");
const AGE: Variant =
    Variant::with("AgeBased", &AGE_BASED, "A machine that wears is replaced at an age.");
const CONDITION: Variant = Variant::with(
    "ConditionBased",
    &CONDITION_BASED,
    "A machine that wears is treated from a wear on.",
);
const LONGEST_QUEUE: Variant = Variant::with(
    "LongestQueue",
    &SERVING,
    "The class of jobs or the operation with the longest queue is served first.",
);
const C_MU: Variant = Variant::with(
    "CMu",
    &SERVING,
    "The class of jobs with the highest holding cost × rate of service is served first.",
);
const FIRST_BUFFER: Variant = Variant::bare(
    "FirstBuffer",
    "Of what a station can work on, that with the fewest steps of its route before it goes first.",
);
const LAST_BUFFER: Variant = Variant::bare(
    "LastBuffer",
    "Of what a station can work on, that with the fewest steps of its route behind it goes first.",
);
const NEAREST_JOB_FIRST: Variant =
    Variant::with("NearestJob", &NEAREST_JOB, "Each robot takes the job that is nearest.");
const PRODUCE_UP_TO_LEVELS: Variant = Variant::with(
    "ProduceUpTo",
    &PRODUCE_UP_TO,
    "A machine with set-ups refills each product's stock to a level of its own.",
);
const DISPATCHING: Variant = Variant::with(
    "Dispatch",
    &DISPATCH,
    "Orders are accepted while few are in the shop, and taken by a priority.",
);

const PERIODIC: Variant = Variant::with(
    "PeriodicInspection",
    &PERIODIC_INSPECTION,
    "A machine with a hidden condition is looked at after so many beats, and treated if worn.",
);

/// All agents.
pub static AGENTS: &[Variant] = &[
    ALWAYS_RUN,
    RANDOM,
    THRESHOLD_POLICY,
    KANBAN_LEVELS,
    CONWIP_CAP,
    BASE_STOCK_LEVELS,
    HYSTERESIS_LEVELS,
    REORDER,
    FORECAST_RULE,
    RUN_TO_FAILURE,
    AGE,
    CONDITION,
    LONGEST_QUEUE,
    C_MU,
    FIRST_BUFFER,
    LAST_BUFFER,
    NEAREST_JOB_FIRST,
    PRODUCE_UP_TO_LEVELS,
    PERIODIC,
    DISPATCHING,
    Variant::with(
        "Rollout",
        &ROLLOUT,
        "Tries every action in simulated futures in which a rule of thumb acts thereafter.",
    ),
    Variant::bare("Person", "A person, who gives every action."),
    Variant::with("Optimum", &OPTIMUM, "Follows the best policy, once it has been computed."),
    Variant::with(
        "Beliefs",
        &BELIEFS,
        "Weighs what the hidden state may be, and plans with that; where the state is not seen.",
    ),
    Q_LEARNING,
    SARSA,
    EXPECTED_SARSA,
    DOUBLE_Q,
    N_STEP_SARSA,
    SARSA_LAMBDA,
    Q_LAMBDA,
    MONTE_CARLO,
    DIFFERENTIAL_SARSA,
    DYNA_Q,
    PRIORITISED_SWEEPING,
    CERTAINTY_EQUIVALENCE,
    POSTERIOR_SAMPLING,
    TD_PREDICTION,
    ACTOR_CRITIC,
    REINFORCE,
    LINEAR_Q,
    LINEAR_SARSA,
];

/// Rules of thumb that can act for another agent.
pub(super) static BASES: &[Variant] = &[
    ALWAYS_RUN,
    RANDOM,
    THRESHOLD_POLICY,
    KANBAN_LEVELS,
    CONWIP_CAP,
    BASE_STOCK_LEVELS,
    HYSTERESIS_LEVELS,
    REORDER,
    FORECAST_RULE,
    RUN_TO_FAILURE,
    AGE,
    CONDITION,
    LONGEST_QUEUE,
    C_MU,
    FIRST_BUFFER,
    LAST_BUFFER,
    NEAREST_JOB_FIRST,
    PRODUCE_UP_TO_LEVELS,
    PERIODIC,
    DISPATCHING,
];

const ACTOR_CRITIC: Variant = Variant::with(
    "ActorCritic",
    &direct::ACTOR_CRITIC,
    "Learns how likely to take each action, and what states are worth to judge it by.",
);
const REINFORCE: Variant = Variant::with(
    "Reinforce",
    &direct::REINFORCE,
    "Learns how likely to take each action from whole returns.",
);
const LINEAR_Q: Variant = Variant::with(
    "LinearQ",
    &direct::LINEAR,
    "Q-learning with values linear in features, where a table would be too large.",
);
const LINEAR_SARSA: Variant = Variant::with(
    "LinearSarsa",
    &direct::LINEAR,
    "SARSA with values linear in features, where a table would be too large.",
);

/// Those that learn.
pub static LEARNERS: &[Variant] = &[
    Q_LEARNING,
    SARSA,
    EXPECTED_SARSA,
    DOUBLE_Q,
    N_STEP_SARSA,
    SARSA_LAMBDA,
    Q_LAMBDA,
    MONTE_CARLO,
    DIFFERENTIAL_SARSA,
    DYNA_Q,
    PRIORITISED_SWEEPING,
    CERTAINTY_EQUIVALENCE,
    POSTERIOR_SAMPLING,
    TD_PREDICTION,
    ACTOR_CRITIC,
    REINFORCE,
    LINEAR_Q,
    LINEAR_SARSA,
];

const TABLE: Field = Field::new(
    "table",
    Kind::Fields(&TABULAR),
    Usual::Fields,
    "How values move and actions are chosen.",
);

/// A return over several steps.
pub static N_STEP: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "steps",
            Kind::Whole(1, 10_000, "rewards"),
            Usual::Number(4.0),
            "Over how many rewards.",
        )
        .called("number of steps"),
        TABLE,
    ],
};

/// Learners with traces.
pub static TRACES: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "lambda",
            Measure::Plain("a beat"),
            Bounds::PROBABILITY,
            0.8,
            "How long traces last: 0, one step alone, to 1, all the way back.",
        ),
        Field::new(
            "traces",
            Kind::Choice(TRACE_KINDS),
            Usual::Variant("Replacing"),
            "What a pair's trace becomes when the pair is met.",
        ),
        TABLE,
    ],
};

static TRACE_KINDS: &[Variant] = &[
    Variant::bare("Replacing", "1: a pair met twice has no larger share."),
    Variant::bare("Accumulating", "1 more than before."),
];

/// A learner that goes over what it remembers.
pub static DYNA: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "planned",
            Kind::Whole(0, 10_000, "updates"),
            Usual::Number(5.0),
            "How many remembered pairs are gone over after each beat.",
        )
        .called("number of planned updates"),
        Field::real(
            "bonus",
            Measure::Plain("currency"),
            Bounds::SIZE,
            0.0,
            "What a reward counts more for each root of the beats since its pair was tried.",
        ),
        TABLE,
    ],
};

/// A threshold policy.
pub static THRESHOLD: Record = Record {
    noun: "",
    fields: &[
        Field::text(
            "variable",
            "",
            "The variable that is watched, by name; where all is left out, the best rule is found.",
        ),
        Field::new(
            "level",
            Kind::Level,
            Usual::Nothing,
            "The level from which on the second action is taken: a number or a label.",
        )
        .or_none(),
        Field::new(
            "below",
            Kind::Levels,
            Usual::Fields,
            "The action below that level, by its variables: {\"walk\": \"right\"}. Those not named \
             take their lowest level.",
        )
        .called("action below the level"),
        Field::new(
            "at_or_above",
            Kind::Levels,
            Usual::Fields,
            "The action at that level and above.",
        )
        .called("action at or above the level"),
    ],
};

/// Kanban.
pub static KANBAN: Record = Record {
    noun: "",
    fields: &[Field::new(
        "levels",
        Kind::Wholes(0, 1_000_001, "parts"),
        Usual::Numbers(&[]),
        "A level for each buffer in the order of the line; where left out, the best are found.",
    )
    .called("kanban level")],
};

/// CONWIP.
pub static CONWIP: Record = Record {
    noun: "",
    fields: &[Field::new(
        "cap",
        Kind::Whole(0, 100_000_000, "parts"),
        Usual::Nothing,
        "Below how many parts behind it the first controlled machine runs; where left out, the \
         best is found.",
    )
    .called("CONWIP cap")
    .or_none()],
};

/// A plan over beliefs.
pub static BELIEFS: Record = Record {
    noun: "",
    fields: &[Field::new(
        "resolution",
        Kind::Whole(1, 10_000, ""),
        Usual::Number(20.0),
        "How fine the grid of beliefs is: their probabilities are multiples of 1 over this.",
    )
    .called("resolution of the grid")],
};

/// Base stock.
pub static BASE_STOCK: Record = Record {
    noun: "",
    fields: &[Field::new(
        "levels",
        Kind::Wholes(0, 100_000_000, "parts"),
        Usual::Numbers(&[]),
        "A level for each buffer in the order of the line: below which stock from this buffer to \
         the end of the line, less those who wait, the machine before it runs. Or a level for \
         each stock that is ordered for. Where left out, the best are found.",
    )
    .called("base stock level")],
};

/// Hysteresis.
pub static HYSTERESIS: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "start",
            Kind::Wholes(0, 1_000_000, "parts"),
            Usual::Numbers(&[]),
            "A level for each buffer in the order of the line, at which and below the machine \
             before it starts; where left out in both, the best are found.",
        )
        .called("level to start at"),
        Field::new(
            "stop",
            Kind::Wholes(1, 1_000_001, "parts"),
            Usual::Numbers(&[]),
            "As many levels, at which and above the machine stops.",
        )
        .called("level to stop at"),
    ],
};

/// A reorder point.
pub static REORDER_POINT: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "reorder",
            Kind::Wholes(-1_000_000, 1_000_000, "units"),
            Usual::Numbers(&[]),
            "A level s for each stock that is ordered for: at this inventory position (on hand and on \
             order, less who waits) and below an order is placed; where left out in both, the best \
             are found.",
        )
        .called("level to order at"),
        Field::new(
            "up_to",
            Kind::Wholes(-1_000_000, 1_000_000, "units"),
            Usual::Numbers(&[]),
            "As many levels S that an order leads to.",
        )
        .called("level to order up to"),
    ],
};

/// Ordering up to a forecast.
pub static FORECAST: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "window",
            Kind::Whole(1, 1_000, "beats"),
            Usual::Number(5.0),
            "Of how many beats the mean is taken for the demand to come.",
        )
        .slide(1.0, 50.0),
        Field::new(
            "safety",
            Kind::Whole(-1_000_000, 1_000_000, "units"),
            Usual::Nothing,
            "Units that are kept above the expected demand; where left out, the best are found.",
        )
        .called("safety stock")
        .or_none(),
    ],
};

/// Age-based maintenance.
pub static AGE_BASED: Record = Record {
    noun: "",
    fields: &[Field::new(
        "age",
        Kind::Whole(1, 100_000_000, "beats"),
        Usual::Nothing,
        "After how many worked beats the machine is replaced; where left out, the best is found.",
    )
    .called("age of replacement")
    .or_none()],
};

/// Condition-based maintenance.
pub static CONDITION_BASED: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "control_limit",
            Kind::Whole(0, 100_000, "states of wear"),
            Usual::Nothing,
            "From which wear on the machine is treated; where left out, the best is found.",
        )
        .or_none(),
        Field::new(
            "joint_limit",
            Kind::Whole(0, 100_000, "states of wear"),
            Usual::Nothing,
            "From which wear on a unit is treated along with one that is due, where there are several; \
             found with the other limit.",
        )
        .or_none(),
        Field::new(
            "treatment",
            Kind::Choice(TREATMENTS),
            Usual::Nothing,
            "What is done then; where left out, it is replaced if it can be, else maintained.",
        )
        .or_none(),
    ],
};

/// Periodic inspection.
pub static PERIODIC_INSPECTION: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "every",
            Kind::Whole(1, 100_000_000, "beats"),
            Usual::Nothing,
            "After how many beats it is inspected; where one is left out, the best are found.",
        )
        .called("interval of inspections")
        .or_none(),
        Field::new(
            "treat_from",
            Kind::Whole(0, 100, "findings"),
            Usual::Nothing,
            "From which finding on it is treated, counted from 0.",
        )
        .called("finding to treat from")
        .or_none(),
    ],
};

static TREATMENTS: &[Variant] = &[
    Variant::bare("Maintain", "Its wear is lowered by some states."),
    Variant::bare("Replace", "It is replaced by a new one."),
];

/// Who is served first.
pub static SERVING: Record = Record {
    noun: "",
    fields: &[Field::new(
        "cap",
        Kind::Whole(0, 10_000, "jobs"),
        Usual::Nothing,
        "Below how many jobs in the system one is admitted, where that is decided; where left out, \
         the best is found.",
    )
    .or_none()],
};

/// Nearest job first.
pub static NEAREST_JOB: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "home",
            Kind::Whole(0, 6, ""),
            Usual::Nothing,
            "Where a robot without a job waits: 0, where it is; k, at the k-th station where jobs \
             arrive. Where left out, the best is found, and so is the reserve.",
        )
        .or_none(),
        Field::new(
            "reserve",
            Kind::Whole(0, 100, "levels"),
            Usual::Nothing,
            "How much charge beyond the way to the place to charge is kept; 0 where left out beside a \
             home.",
        )
        .or_none(),
    ],
};

/// Producing up to levels.
pub static PRODUCE_UP_TO: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "levels",
            Kind::Wholes(0, 1_000, "units"),
            Usual::Numbers(&[]),
            "Up to which stock each product is made, in the order of the list; where left out, the \
             best are found.",
        ),
        Field::new(
            "lots",
            Kind::Wholes(1, 2_000, "units"),
            Usual::Numbers(&[]),
            "Of how many units each product must be short for a change over to it; 1 where left \
             out beside levels.",
        ),
        Field::new(
            "next",
            Kind::Choice(NEXT_PRODUCTS),
            Usual::Nothing,
            "Which product is made next; where left out, the better is found, or, beside levels, it \
             is `InOrder`.",
        )
        .or_none(),
    ],
};

static NEXT_PRODUCTS: &[Variant] = &[
    Variant::bare(
        "InOrder",
        "What the machine is set up for up to its level, then the next in the order of the list.",
    ),
    Variant::bare("MostShort", "The one that is short of most units."),
];

/// Dispatching.
pub static DISPATCH: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "priority",
            Kind::Choice(PRIORITIES),
            Usual::Nothing,
            "Which order is taken next; where left out, the best is found, or, beside limits, it is \
             `EarliestDue`.",
        )
        .or_none(),
        Field::new(
            "limits",
            Kind::Wholes(0, 9, "orders"),
            Usual::Numbers(&[]),
            "For each type in the order of the list, below how many orders in the shop it is \
             accepted; where left out, the best are found.",
        ),
    ],
};

static PRIORITIES: &[Variant] = &[
    Variant::bare("EarliestDue", "The one that is due first."),
    Variant::bare("FirstCome", "The one that came first; the slots must be kept by arrival."),
    Variant::bare("ShortestWork", "The one of least mean set-up and work."),
    Variant::bare(
        "DearestWork",
        "The one of greatest cost of waiting a beat of set-up and work, or of greatest reward where \
         waiting costs nothing.",
    ),
    Variant::bare("SameSetUp", "One that the machine is set up for, else the one due first."),
];

/// Greedy rollout.
pub static ROLLOUT: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "base",
            Kind::Choice(BASES),
            Usual::Variant("AlwaysRun"),
            "The rule of thumb that acts after the action that is tried.",
        )
        .called("base rule"),
        Field::new(
            "futures",
            Kind::Whole(1, 10_000, "futures"),
            Usual::Number(8.0),
            "In how many futures each action is tried, all actions in the same.",
        )
        .called("number of futures"),
        Field::new(
            "beats",
            Kind::Whole(1, 100_000, "beats"),
            Usual::Number(30.0),
            "How long a future lasts, the beat of the action included.",
        )
        .called("length of a future"),
    ],
};

/// The best policy.
pub static OPTIMUM: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "method",
            Kind::Choice(METHODS),
            Usual::Nothing,
            "How it is computed; by the fastest method for the criterion where left out.",
        )
        .or_none(),
        Field::new(
            "precision",
            Kind::Real(Measure::Plain("currency"), Bounds::POSITIVE),
            Usual::Number(1e-6),
            "How near its value must surely be to the best, at the start or a beat on average.",
        ),
    ],
};

static METHODS: &[Variant] = &[
    Variant::bare("ValueIteration", "Value iteration in Jacobi's order: all states from the last."),
    Variant::bare("GaussSeidel", "Value iteration in place, each state from the newest values."),
    Variant::bare("ModifiedPolicyIteration", "Policy iteration with few sweeps of evaluation."),
    Variant::bare("PolicyIteration", "Policy iteration with an exact evaluation."),
    Variant::bare("RelativeValueIteration", "Value iteration for the average reward."),
];

/// The learners that keep a table of values.
pub static TABULAR: Record =
    Record { noun: "", fields: &[STEP_SIZE, EXPLORATION, DISCOUNT, INITIAL_VALUE] };

const STEP_SIZE: Field = Field::new(
    "step_size",
    Kind::Choice(STEP_SIZES),
    Usual::Variant("Visits"),
    "How far an update moves a value towards its target.",
);
const EXPLORATION: Field = exploration("Visits", "How something else than the best is tried.");
const DISCOUNT: Field =
    discount("The learner's own discount factor a beat; below 1 where the environment never ends.");
const INITIAL_VALUE: Field =
    initial_value("The value of every pair before it is met; a high one makes it try everything.");

/// The discount of learners of values.
pub(super) const fn discount(about: &'static str) -> Field {
    Field::new(
        "discount",
        Kind::Real(Measure::Plain("a beat"), Bounds::PROBABILITY),
        Usual::Depends(
            "the criterion's, 1 for the total reward; for the average reward 0.95 in Q-learning, \
             0.97 in SARSA",
        ),
        about,
    )
    .called("discount factor")
    .or_none()
}

/// What values begin at.
pub(super) const fn initial_value(about: &'static str) -> Field {
    Field::real("initial_value", Measure::Plain("currency"), Bounds::ANY, 0.0, about)
}

/// How many pairs a learner with a model backs up after each beat.
const fn backups(usual: f64, about: &'static str) -> Field {
    Field::new("backups", Kind::Whole(0, 10_000, "backups"), Usual::Number(usual), about)
        .called("number of backups")
}

/// Monte Carlo control.
pub static MONTE_CARLO_FIELDS: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "visits",
            Kind::Choice(COUNTED_VISITS),
            Usual::Variant("First"),
            "Which visits of an episode are learned from.",
        ),
        Field::new(
            "policy",
            Kind::Choice(LEARNED_POLICIES),
            Usual::Variant("Followed"),
            "Whose values are learned.",
        ),
        Field::new(
            "longest",
            Kind::Whole(1, 1_000_000, "steps"),
            Usual::Number(10_000.0),
            "After how many steps without an end what was had is settled.",
        )
        .called("longest episode"),
        TABLE,
    ],
};

pub(super) static COUNTED_VISITS: &[Variant] =
    &[Variant::bare("First", "The first of each episode."), Variant::bare("Every", "Every one.")];

static LEARNED_POLICIES: &[Variant] = &[
    Variant::bare("Followed", "Those of the policy followed, exploration included."),
    Variant::bare("Greedy", "Those of the greedy policy, by weighted importance sampling."),
];

/// SARSA for the average reward.
pub static DIFFERENTIAL: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "reward_step",
            Kind::Choice(STEP_SIZES),
            Usual::Depends("1/(1 + n^0.8) after n steps"),
            "How far a step moves the average reward.",
        ),
        STEP_SIZE,
        exploration("Time", "How something else than the best is tried."),
        INITIAL_VALUE,
    ],
};

/// A learner that counts outcomes.
pub static MODEL: Record =
    Record { noun: "", fields: &[BACKUPS, EXPLORATION, DISCOUNT, INITIAL_VALUE] };

const BACKUPS: Field =
    backups(20.0, "How many pairs are backed up after each beat beside the one just met.");

/// Prioritised sweeping.
pub static PRIORITISED: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "threshold",
            Measure::Plain("currency"),
            Bounds::SIZE,
            1e-4,
            "By how much a value must be thought to change to wait for its backup.",
        ),
        Field::new(
            "model",
            Kind::Fields(&MODEL),
            Usual::Fields,
            "How many pairs are backed up after each beat, and how actions are chosen.",
        ),
    ],
};

/// Posterior sampling.
pub static POSTERIOR: Record = Record {
    noun: "",
    fields: &[
        backups(100.0, "How many pairs are backed up after each beat."),
        Field::real(
            "concentration",
            Measure::Plain("visits"),
            Bounds::POSITIVE,
            1.0,
            "How many visits' worth states that never followed a pair have beforehand.",
        ),
        Field::real(
            "reward_spread",
            Measure::Plain("currency"),
            Bounds::POSITIVE,
            1.0,
            "How far the rewards of a beat are thought to vary beforehand.",
        )
        .called("spread of rewards"),
        DISCOUNT,
    ],
};

/// What is optimised.
pub static CRITERIA: &[Variant] = &[
    Variant::bare("Average", "The reward a beat in the long run."),
    Variant {
        name: "Discounted",
        holds: Holds::Value(
            Field::new(
                "factor",
                Kind::Real(Measure::Plain("a beat"), Bounds::INSIDE),
                Usual::Required,
                "The discount factor a beat.",
            )
            .called("discount factor")
            .slide(0.8, 0.9999),
        ),
        about: "The sum of rewards, each worth less by this factor for every beat it is away.",
        start: "0.99",
        shown: &[],
    },
    Variant::bare("Total", "The sum of rewards until the environment ends."),
];
