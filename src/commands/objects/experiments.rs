//! The objects of `compare`, `sweep`, `merge` and `fork`.

use super::{Name, Object, SEED, name, or_null};

const COMPARED: &[Name] = &[
    name("title", "text", "", "The experiment's title."),
    name("folder", "text", "", "Where the tables, the page and the runs are."),
    name("seeds", "list", "", "The seeds."),
    name("beats", "whole number", "beats", "For how many beats learners learned."),
    name("measured", "whole number", "beats", "For how many beats policies were measured."),
    name("groups", "list", "", "One item for each scenario and setting."),
    name("groups[].scenario", "text", "", "The scenario's name."),
    name("groups[].setting", "object", "", "By path: the value of each figure that varies."),
    name("groups[].setting.{figure}", "number", "", "Its value, in its unit in the scenario."),
    name("groups[].criterion", "text", "", "What is optimised: discounted, average or total."),
    name("groups[].optimum", "object", "", "Bounds of the optimum."),
    or_null("groups[].optimum.lower", "number", "currency", "What the best is surely worth."),
    or_null("groups[].optimum.upper", "number", "currency", "What no policy exceeds."),
    name(
        "groups[].judged",
        "text",
        "",
        "How policies are judged: exactly, simulated, or partly the one and partly the other.",
    ),
    or_null(
        "groups[].warm_up",
        "whole number",
        "beats",
        "What is left out of measured runs: the median of the cuts of MSER-5 over an agent's seeds, \
         and the longest of these; null where an agent's runs are too short to tell.",
    ),
    name("groups[].agents", "list", "", "One item an agent."),
    name("groups[].agents[].agent", "text", "", "Its name."),
    name(
        "groups[].agents[].lacks",
        "list",
        "",
        "The figures that vary and that it does not have: it is played once, whatever their values.",
    ),
    name("groups[].agents[].judged", "text", "", "How its policies are judged: as above."),
    name(
        "groups[].agents[].seeds_without_value",
        "whole number",
        "",
        "Seeds whose policy never ends, so that it has no worth, or of which nothing is known.",
    ),
    name(
        "groups[].agents[].worth",
        "estimate",
        "currency",
        "What its policy at the end is worth: a beat for the average reward, else at the start; over \
         the seeds that have a value, its mean null where none has.",
    ),
    name(
        "groups[].agents[].worth_iqm",
        "estimate",
        "currency",
        "The interquartile mean; a seed without a value is the worst.",
    ),
    or_null("groups[].agents[].gap", "estimate", "", "The distance to the optimum, a share."),
    name("groups[].agents[].earned", "estimate", "currency a beat", "Earned while it learned."),
    or_null(
        "groups[].agents[].regret",
        "estimate",
        "currency",
        "By how much that fell short of the optimum in all; null where there is no optimum, and for \
         a discounted process that neither ends nor is cut off.",
    ),
    or_null(
        "groups[].agents[].prediction_error",
        "estimate",
        "currency",
        "How far what it predicts of its policy is from the truth: the root of the mean square over \
         the states as the policy meets them; null where it does not predict.",
    ),
    or_null(
        "groups[].agents[].reward",
        "estimate",
        "currency a beat",
        "What the policy at the end earns in simulation, after the warm-up.",
    ),
    or_null("groups[].agents[].return", "estimate", "currency", "The mean return of an episode."),
    or_null("groups[].agents[].throughput", "estimate", "parts a beat", "Parts out."),
    or_null("groups[].agents[].wip", "estimate", "parts", "Parts in buffers, as in `simulate`."),
    or_null(
        "groups[].agents[].lead_time",
        "estimate",
        "beats",
        "Time of a part in the line, as in `simulate`.",
    ),
    name("groups[].pairs", "list", "", "Each agent against each that stands after it."),
    name("groups[].pairs[].agent", "text", "", "The agent."),
    name("groups[].pairs[].against", "text", "", "Whom it is compared with."),
    name("groups[].pairs[].worth", "object", "", "What its policy is worth more."),
    or_null(
        "groups[].pairs[].reward",
        "object",
        "",
        "What it earns more a beat, on the same luck.",
    ),
    name("groups[].pairs[].worth.difference", "estimate", "currency", "Seed by seed."),
    name("groups[].pairs[].worth.unpaired", "estimate", "currency", "As if on luck of their own."),
    or_null("groups[].pairs[].worth.saved", "number", "", "The share of variance that is saved."),
    name("groups[].pairs[].reward.difference", "estimate", "currency a beat", "Likewise."),
    name("groups[].pairs[].reward.unpaired", "estimate", "currency a beat", "Likewise."),
    or_null("groups[].pairs[].reward.saved", "number", "", "Likewise."),
    name("groups[].pairs[].improvement", "estimate", "", "How likely a seed of it is better."),
];

/// `compare`.
pub const COMPARE: Object =
    Object { command: "compare", about: "Agents compared on the same luck.", names: COMPARED };

/// `sweep`.
pub const SWEEP: Object =
    Object { command: "sweep", about: "As `compare`, a group a setting.", names: COMPARED };

/// `merge`.
pub const MERGE: Object =
    Object { command: "merge", about: "As `compare`, of all parts together.", names: COMPARED };

/// What a part of an experiment prints.
pub const PART: Object = Object {
    command: "compare --shard",
    about: "A part of an experiment, to be merged; likewise of `sweep`.",
    names: &[
        name("part", "whole number", "", "Which part, from 1."),
        name("of", "whole number", "", "How many parts there are."),
        name("runs", "whole number", "", "Its finished runs."),
        name("folder", "text", "", "Where they are."),
    ],
};

/// `fork`.
pub const FORK: Object = Object {
    command: "fork",
    about: "What each first action comes to from one state, on the same luck.",
    names: &[
        super::FILE,
        SEED,
        name("state", "object", "", "The state's levels, by variable."),
        name("futures", "whole number", "", "Futures of each action."),
        name("beats", "whole number", "beats", "How long each is at most."),
        name("actions", "list", "", "One item a first action."),
        name("actions[].action", "object", "", "Its levels, by variable."),
        name("actions[].return", "estimate", "currency", "The return of its futures."),
        or_null(
            "actions[].exact",
            "number",
            "currency",
            "Its Q-value where the optimum goes on; for the average reward a relative one.",
        ),
        or_null(
            "actions[].first_less_this",
            "estimate",
            "currency",
            "By how much the first action's return is more, pair by pair.",
        ),
        or_null("actions[].unpaired", "estimate", "currency", "As if on luck of their own."),
        or_null("actions[].exact_difference", "number", "currency", "The same of the Q-values."),
    ],
};
