//! The JSON objects that commands print: every name with its type, unit and meaning, as
//! `taktlab schema json` shows them. Names stay as they are; new ones may come.
//!
//! Everything is a beat and in the scenario's currency. To add a name: its line here, and in the
//! command's `as_json`; a test compares the two.

mod experiments;
mod insight;
mod plant;

/// One name in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Name {
    /// Where it is: `seeds[].gap` in each item of a list, `utilisation.{machine}` for each machine
    /// by its name.
    pub path: &'static str,
    /// `text`, `number`, `whole number`, `truth`, `list`, `object`, or `estimate`: an object of
    /// `mean`, `low` and `high`, the ends of the 95 % interval null where one sample says nothing.
    #[serde(rename = "type")]
    pub of_type: &'static str,
    /// Whether it may be null: where there is no such thing, or it is not known.
    pub nullable: bool,
    /// The unit, empty where there is none.
    pub unit: &'static str,
    /// What it means.
    pub description: &'static str,
}

/// The object of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Object {
    /// The command.
    pub command: &'static str,
    /// What the object tells.
    pub about: &'static str,
    /// Its names, in their order.
    pub names: &'static [Name],
}

const fn name(
    path: &'static str,
    of_type: &'static str,
    unit: &'static str,
    description: &'static str,
) -> Name {
    Name { path, of_type, nullable: false, unit, description }
}

const fn or_null(
    path: &'static str,
    of_type: &'static str,
    unit: &'static str,
    description: &'static str,
) -> Name {
    Name { path, of_type, nullable: true, unit, description }
}

const FILE: Name = name("scenario", "text", "", "The scenario's file, as it was given.");
const TITLE: Name = name("title", "text", "", "The scenario's title, in English.");
const SEED: Name = name("seed", "whole number", "", "The seed of all luck.");
const CRITERION: Name =
    name("criterion", "text", "", "What is optimised: discounted, average or total.");
const HALF_LIFE: Name = or_null(
    "half_life",
    "number",
    "beats",
    "After how long a reward is worth half; null where nothing is discounted.",
);

/// The objects of all commands.
pub const OBJECTS: &[Object] = &[
    Object {
        command: "error",
        about: "What every command but `check` prints where its input was wrong (exit status 1).",
        names: &[
            name("error", "text", "", "What is wrong; of several faults of a file the first."),
            name("findings", "list", "", "All that is wrong with a file, and its warnings."),
            name("findings[].file", "text", "", "The file that it is in."),
            name("findings[].severity", "text", "", "`error` or `warning`."),
            or_null("findings[].line", "whole number", "", "Its line, from 1."),
            or_null("findings[].column", "whole number", "", "Its column, from 1."),
            or_null("findings[].end_line", "whole number", "", "The line of its end."),
            or_null("findings[].end_column", "whole number", "", "The column behind its end."),
            name("findings[].path", "text", "", "The field concerned, empty for none."),
            name("findings[].message", "text", "", "What is wrong."),
            name("findings[].remedy", "text", "", "What to do about it."),
        ],
    },
    Object {
        command: "list",
        about: "The scenarios and lessons that come with the program.",
        names: &[
            name("scenarios", "list", "", "One item a scenario, by path."),
            name("scenarios[].path", "text", "", "Its path below the folder of scenarios."),
            name("scenarios[].family", "text", "", "Its family: the folder it is in."),
            name("scenarios[].title", "text", "", "Its title, in English."),
            or_null("scenarios[].file", "text", "", "Its file; null where it is built in."),
            name("lessons", "list", "", "One item a lesson, in their order."),
            name("lessons[].name", "text", "", "Its name, by which `lesson` takes it."),
            name("lessons[].title", "text", "", "Its title, in English."),
            or_null("lessons[].file", "text", "", "Its file; null where it is built in."),
        ],
    },
    Object {
        command: "new",
        about: "A scenario to begin with.",
        names: &[
            name("kind", "text", "", "Its kind of environment."),
            or_null("file", "text", "", "The file it was written to; null where it was not."),
            name("text", "text", "", "The scenario, as the text of a file."),
            name("kinds", "list", "", "Without KIND: one item a kind, and nothing else."),
            name("kinds[].kind", "text", "", "The kind."),
            name("kinds[].about", "text", "", "What it is."),
        ],
    },
    plant::IMPORT,
    Object {
        command: "check",
        about: "What is wrong with scenario files, and what their figures become.",
        names: &[
            name("valid", "truth", "", "Whether no file has an error."),
            name("files", "list", "", "One item a file, in the order given."),
            name("files[].file", "text", "", "The file, as it was given."),
            name("files[].valid", "truth", "", "Whether it has no error."),
            or_null("files[].title", "text", "", "Its title; null where it is not valid."),
            or_null(
                "files[].kind",
                "text",
                "",
                "Its kind of environment, or `Experiment`; likewise.",
            ),
            or_null(
                "files[].states",
                "whole number",
                "",
                "How many states there are; null where they cannot be counted, and of experiments.",
            ),
            or_null("files[].actions", "whole number", "", "How many actions; likewise."),
            name("files[].conversions", "list", "", "The figures given with units."),
            name("files[].conversions[].path", "text", "", "The field."),
            name("files[].conversions[].given", "text", "", "The figure as it was given."),
            name("files[].conversions[].becomes", "text", "", "What it becomes, in words."),
            name("files[].conversions[].value", "number", "a beat", "What it becomes."),
            name(
                "files[].conversions[].rounding_error",
                "number",
                "",
                "By what share of itself that differs from what was given.",
            ),
            name("files[].warnings", "list", "", "What its author should know."),
            name("files[].warnings[].file", "text", "", "The file that it is in."),
            name("files[].warnings[].severity", "text", "", "`warning`."),
            or_null("files[].warnings[].line", "whole number", "", "Its line, from 1."),
            or_null("files[].warnings[].column", "whole number", "", "Its column, from 1."),
            or_null("files[].warnings[].end_line", "whole number", "", "The line of its end."),
            or_null(
                "files[].warnings[].end_column",
                "whole number",
                "",
                "The column behind its end.",
            ),
            name("files[].warnings[].path", "text", "", "The field concerned, empty for none."),
            name("files[].warnings[].message", "text", "", "What is not as it was meant."),
            name("files[].warnings[].remedy", "text", "", "What to do about it."),
            name(
                "files[].remarks",
                "list",
                "",
                "In words: which agents of its experiment have not all figures that vary.",
            ),
            name(
                "files[].errors",
                "list",
                "",
                "All that is wrong with it; where it is not valid, its warnings among them.",
            ),
            name("files[].errors[].file", "text", "", "The file that it is in."),
            name("files[].errors[].severity", "text", "", "`error` or `warning`."),
            or_null("files[].errors[].line", "whole number", "", "Its line, from 1."),
            or_null("files[].errors[].column", "whole number", "", "Its column, from 1."),
            or_null("files[].errors[].end_line", "whole number", "", "The line of its end."),
            or_null(
                "files[].errors[].end_column",
                "whole number",
                "",
                "The column behind its end.",
            ),
            name("files[].errors[].path", "text", "", "The field concerned, empty for none."),
            name("files[].errors[].message", "text", "", "What is wrong."),
            name("files[].errors[].remedy", "text", "", "What to do about it."),
        ],
    },
    Object {
        command: "solve",
        about: "The optimum with certified bounds.",
        names: &[
            FILE,
            TITLE,
            name("states", "whole number", "", "States of the model."),
            name(
                "transitions",
                "whole number",
                "",
                "Different successors, summed over allowed state–action pairs.",
            ),
            name("method", "text", "", "The planner."),
            CRITERION,
            or_null("discount", "number", "a beat", "The discount factor."),
            HALF_LIFE,
            or_null(
                "lower",
                "number",
                "currency",
                "The expected value at the start, or for the average reward the gain a beat, is no \
                 lower.",
            ),
            or_null(
                "upper",
                "number",
                "currency",
                "It is no higher; null where that is not known.",
            ),
            name("sweeps", "whole number", "", "Sweeps over all states."),
            name("backups", "whole number", "", "Updates of one state."),
            or_null("backups_per_second", "number", "1/s", "Updates a second of planning."),
            name("precision", "number", "currency", "The width of the bounds that was asked for."),
            name("optimal", "truth", "", "Whether `upper` − `lower` is at most the precision."),
            name(
                "limited_by_rounding",
                "truth",
                "",
                "Whether the bounds are as close as rounding lets them be, though not as close as \
                 asked for.",
            ),
            name("enumeration_seconds", "number", "s", "How long counting the model took."),
            name("planning_seconds", "number", "s", "How long planning took."),
            name(
                "full_information",
                "truth",
                "",
                "Whether the bounds are those of who sees a state that agents do not see.",
            ),
            or_null(
                "beliefs",
                "list",
                "",
                "Bounds for who does not see the state, by plans over a grid of beliefs; null where \
                 it is seen or there are none.",
            ),
            name(
                "beliefs[].resolution",
                "whole number",
                "",
                "Probabilities on the grid are multiples of 1 over this.",
            ),
            name("beliefs[].points", "whole number", "", "How many beliefs the grid has."),
            name("beliefs[].lower", "number", "currency", "The best is worth at least this."),
            or_null("beliefs[].upper", "number", "currency", "The best is worth at most this."),
            or_null("beliefs[].gap", "number", "currency", "`upper` − `lower`."),
            or_null(
                "uncertainty",
                "object",
                "",
                "How far the optimum is known where figures are estimated; null where none is, or where \
                 the model is too large to be solved for each draw.",
            ),
            name("uncertainty.lower", "number", "currency", "2.5 % of the draws are worth less."),
            name("uncertainty.upper", "number", "currency", "2.5 % of the draws are worth more."),
            name("uncertainty.draws", "whole number", "", "How often the figures were drawn anew."),
        ],
    },
    Object { command: "simulate", about: "An agent over replications.", names: SIMULATE },
    Object {
        command: "train",
        about: "A learner over several seeds, measured against the optimum.",
        names: &[
            FILE,
            TITLE,
            CRITERION,
            HALF_LIFE,
            name("learner", "text", "", "The learner."),
            name("steps", "whole number", "beats", "Beats that each seed learned for."),
            or_null(
                "value",
                "number",
                "currency",
                "What the greedy policies are worth in the end, on average over the seeds: at the \
                 start, or a beat for the average reward; null where a policy never ends and is worth \
                 no finite amount.",
            ),
            or_null(
                "value_interval",
                "estimate",
                "currency",
                "The same with its interval, which ends at the optimum: no policy is better.",
            ),
            name(
                "seeds_without_value",
                "whole number",
                "",
                "Seeds whose greedy policy never ends and is worth no finite amount, or of which \
                 nothing is known.",
            ),
            or_null(
                "value_of_others",
                "estimate",
                "currency",
                "What the greedy policies of the other seeds are worth: those that never end are left \
                 out; null where every seed has a value, or none has.",
            ),
            or_null("optimum", "number", "currency", "What the best policy is worth."),
            or_null(
                "optimum_proved",
                "truth",
                "",
                "Whether that is known to a precision of 1e-6; null where there is no optimum.",
            ),
            or_null("difference", "number", "currency", "`optimum` − `value`."),
            or_null(
                "gap",
                "number",
                "",
                "(`optimum` − `value`) / |`optimum`|; null where the optimum is 0 or not known.",
            ),
            or_null(
                "gap_interval",
                "estimate",
                "",
                "The same with its interval, which ends at the optimum: no policy is better.",
            ),
            or_null(
                "error",
                "number",
                "currency",
                "How far predicted values are from the true ones on average; null where none are \
                 predicted.",
            ),
            or_null(
                "error_interval",
                "estimate",
                "currency",
                "The same with its interval, which ends at the optimum: no policy is better.",
            ),
            name(
                "exact",
                "truth",
                "",
                "Whether the policies were evaluated on the model, not simulated.",
            ),
            name("seeds", "list", "", "One item a seed."),
            name("seeds[].seed", "whole number", "", "The seed."),
            or_null("seeds[].value", "number", "currency", "What its greedy policy is worth."),
            or_null("seeds[].gap", "number", "", "Its distance to the optimum."),
            or_null("seeds[].error", "number", "currency", "How far what it predicts is off."),
        ],
    },
    Object {
        command: "replay",
        about: "A saved run, played again.",
        names: &[
            name("file", "text", "", "The saved run's file, as it was given."),
            TITLE,
            name("agent", "text", "", "The agent that acts at the end."),
            SEED,
            name("beats", "whole number", "beats", "Beats played."),
            name("commands", "whole number", "", "Commands that came from outside."),
            or_null("reward", "number", "currency a beat", "The mean reward."),
            name("state", "object", "", "The state at the end, by variable."),
            name("state.{variable}", "whole number", "", "The variable's level."),
        ],
    },
    Object {
        command: "lesson",
        about: "A lesson that was gone through without predictions, in the language asked for.",
        names: &[
            name("lesson", "text", "", "The lesson, as it was given."),
            name("title", "text", "", "Its title."),
            name("breaks", "text", "", "The misconception that it breaks."),
            name("minutes", "whole number", "min", "How long it takes, about."),
            name("steps", "list", "", "Its steps, in their order."),
            name("steps[].number", "whole number", "", "The step's number, from 1."),
            name("steps[].tell", "text", "", "What is told; empty for nothing."),
            or_null("steps[].question", "text", "", "What is asked; null for nothing."),
            or_null("steps[].answer", "text", "", "What turned out to be right; likewise."),
            name("steps[].figures", "list", "", "The figures that are shown."),
            name("steps[].figures[].name", "text", "", "The figure's name in the lesson."),
            name("steps[].figures[].label", "text", "", "What it is called."),
            name(
                "steps[].figures[].value",
                "estimate",
                "the figure's",
                "What it came to; its interval is the figure itself where it is exact.",
            ),
            name("steps[].figures[].unit", "text", "", "Its unit, empty for none."),
            name("steps[].figures[].samples", "list", "", "What each seed came to."),
        ],
    },
    Object {
        command: "schema",
        about: "The fields of a kind.",
        names: &[
            name("kind", "text", "", "The kind."),
            name("about", "text", "", "What it is."),
            name("fields", "list", "", "One item a field."),
            name("fields[].path", "text", "", "Its path below the kind."),
            name("fields[].type", "text", "", "What may stand there."),
            name("fields[].unit", "text", "", "The unit of a bare number, empty for none."),
            or_null(
                "fields[].default",
                "text",
                "",
                "What holds where it is left out; null where \
                    it must be given.",
            ),
            name("fields[].range", "text", "", "Which values are allowed, empty for all."),
            name("fields[].description", "text", "", "What it means."),
            name("fields[].examples", "list", "", "Texts with units that it may be written as."),
            name("kinds", "list", "", "Without KIND: one item a kind, and nothing else."),
            name("kinds[].kind", "text", "", "The kind."),
            name("kinds[].about", "text", "", "What it is."),
        ],
    },
    Object {
        command: "schema json",
        about: "The objects of all commands: this table.",
        names: &[
            name("kind", "text", "", "`json`."),
            name("about", "text", "", "What it is."),
            name("objects", "list", "", "One item a command."),
            name("objects[].command", "text", "", "The command."),
            name("objects[].about", "text", "", "What its object tells."),
            name("objects[].names", "list", "", "The names in it, in their order."),
            name("objects[].names[].path", "text", "", "Where the name is."),
            name("objects[].names[].type", "text", "", "What it is, as in this column."),
            name("objects[].names[].nullable", "truth", "", "Whether it may be null."),
            name("objects[].names[].unit", "text", "", "Its unit, empty for none."),
            name("objects[].names[].description", "text", "", "What it means."),
        ],
    },
    experiments::COMPARE,
    experiments::SWEEP,
    experiments::MERGE,
    experiments::PART,
    experiments::FORK,
    insight::COLLECT,
    insight::FIT,
    insight::EVALUATE,
    insight::PREDICT,
];

const SIMULATE: &[Name] = &[
    FILE,
    TITLE,
    CRITERION,
    HALF_LIFE,
    name("agent", "text", "", "The agent."),
    or_null(
        "agent_settings",
        "object",
        "",
        "The agent's settings by the names of `taktlab schema`, a rule's as they were found; null \
         where it has none.",
    ),
    or_null("settings_found", "object", "", "How they were found; null where they were given."),
    name("settings_found.by", "text", "", "`model`, by exact values, or `simulation`."),
    name(
        "settings_found.value",
        "estimate",
        "currency a beat or an episode",
        "What the best is worth: exactly, or on luck that the search did not see.",
    ),
    name("settings_found.settings_tried", "whole number", "", "Different settings."),
    name("settings_found.all_tried", "truth", "", "Whether there are no others."),
    name("settings_found.settled", "truth", "", "Whether the search ended within its work."),
    name(
        "settings_found.undecided",
        "whole number",
        "",
        "How many of them simulation cannot tell from the best at 99 %.",
    ),
    or_null(
        "plan_optimal",
        "truth",
        "",
        "Whether the plan that it follows is proved to its precision; null where it follows none.",
    ),
    SEED,
    name("replications", "whole number", "", "Independent runs."),
    or_null("beats", "whole number", "beats", "Beats of each that count; null where episodes do."),
    name("warm_up", "whole number", "beats", "Beats before them that do not."),
    or_null(
        "warm_up_by",
        "text",
        "",
        "Where that is from: `asked`, `mser-5`, or `tenth` where MSER-5 finds no end of it; null \
         where there is no warm-up, as what begins anew is no steady state.",
    ),
    or_null(
        "throughput",
        "estimate",
        "parts a beat",
        "Parts out, where parts are joined the products; null where there are no parts.",
    ),
    or_null(
        "scrapped",
        "estimate",
        "parts a beat",
        "Parts scrapped, outdated or without room where they came; null where there are no parts.",
    ),
    or_null(
        "wip",
        "estimate",
        "parts",
        "The sum of the buffers' levels at the beats' starts, where parts are joined a product as \
         `parts_each`; null without buffers. It is parts_each × throughput × lead_time + scrapped × \
         scrapped_after (Little's law).",
    ),
    or_null(
        "lead_time",
        "estimate",
        "beats",
        "From entering the first buffer to leaving for the customer, part by part, of those delivered; \
         where parts are joined, of each of these; null without buffers.",
    ),
    or_null(
        "lead_time_95",
        "estimate",
        "beats",
        "The lead time that 95 % of those delivered do not exceed.",
    ),
    or_null("lead_times", "object", "", "How often which lead time came up in all replications."),
    name("lead_times.width", "whole number", "beats", "How wide a bin is; the first begins at 0."),
    name("lead_times.counts", "list", "parts", "How many parts are in each bin."),
    or_null(
        "scrapped_after",
        "estimate",
        "beats",
        "How long parts had been in the line when they were scrapped; null where none was, or without \
         buffers.",
    ),
    name(
        "parts_each",
        "whole number",
        "parts",
        "Of how many parts each that leaves is joined: 1, or as many as an assembly has feeders.",
    ),
    name("utilisation", "object", "", "The share of beats working, by machine."),
    name("utilisation.{machine}", "estimate", "", "From 0 to 1."),
    name("time_by_cause", "object", "", "The share of beats in each condition, by machine."),
    name(
        "time_by_cause.{machine}",
        "object",
        "",
        "By condition: working, starved, blocked, down, held back, set-up.",
    ),
    name("time_by_cause.{machine}.{condition}", "estimate", "", "From 0 to 1."),
    name(
        "oee",
        "object",
        "",
        "Overall equipment effectiveness after ISO 22400-2, by machine; empty where there are no parts.",
    ),
    name("oee.{machine}", "object", "", "The index and its factors."),
    or_null(
        "oee.{machine}.availability",
        "estimate",
        "",
        "Beats working over all but planned stops: starved, blocked, down, held back and set-up beats \
         count against it.",
    ),
    or_null(
        "oee.{machine}.effectiveness",
        "estimate",
        "",
        "Parts made × beats that each takes at the highest speed over beats working; null where that \
         is not the same for all parts.",
    ),
    or_null(
        "oee.{machine}.quality",
        "estimate",
        "",
        "Parts neither scrapped there nor sent back over parts made.",
    ),
    or_null("oee.{machine}.oee", "estimate", "", "Availability × effectiveness × quality."),
    or_null(
        "power",
        "estimate",
        "kW",
        "Mean power; null where no price of energy or length of a beat is given, or the price changes.",
    ),
    name(
        "return",
        "estimate",
        "currency",
        "An episode's, discounted where the criterion is, or, where none ended, that of each \
         replication from its start; for the average reward, reward a beat, of one replication with \
         the interval of its batch means.",
    ),
    name("items", "object", "", "The parts of the reward, by name."),
    name("items.{item}", "estimate", "currency a beat", "The item's amount."),
    name(
        "items_a_part",
        "object",
        "",
        "The same for each part that left for the customer, where parts are joined each product; empty \
         where none did.",
    ),
    name("items_a_part.{item}", "estimate", "currency a part", "The item's amount."),
    or_null("reward_a_part", "estimate", "currency a part", "All of them together."),
    name("episodes", "whole number", "", "Episodes ended in all replications."),
    name("terminal", "whole number", "", "Those that the environment ended."),
    name("cut_off", "whole number", "", "Those cut off at the limit."),
    name("goals", "whole number", "", "How often a goal was reached."),
    or_null("episode_length", "estimate", "beats", "Null where no episode ended."),
    or_null(
        "never_ends",
        "truth",
        "",
        "Whether the policy can never reach an end; null where there is none, or it is not known.",
    ),
];

/// All objects for people.
pub fn as_text() -> String {
    let mut text = format!("json: {ABOUT}\n");
    for object in OBJECTS {
        text.push_str(&format!("\n{}: {}\n", object.command, object.about));
        for name in object.names {
            let null = if name.nullable { " or null" } else { "" };
            let unit =
                if name.unit.is_empty() { String::new() } else { format!(", {}", name.unit) };
            text.push_str(&format!(
                "  {}\n      {}{null}{unit}. {}\n",
                name.path, name.of_type, name.description
            ));
        }
    }
    text
}

/// What all this is, in a sentence or two.
pub const ABOUT: &str = "What commands print with --format json: one object on standard output, \
    everything a beat and in the scenario's currency. An estimate is an object of mean, low and \
    high, the ends of its 95 % interval, which are null where one sample says nothing of them. \
    Where no window can be had, `taktlab [SCENARIO]` prints the object of `simulate`, for a saved \
    run that of `replay`, and writes it to the file that it names as `results`. Where the input was \
    wrong it is the object `error`.";
