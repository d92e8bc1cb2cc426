//! The object of `import`.

use super::{Object, name, or_null};

/// What a plant recorded.
pub(super) const IMPORT: Object = Object {
    command: "import",
    about: "What a plant recorded, as a scenario, and how well it is known.",
    names: &[
        or_null("file", "text", "", "The scenario's file; null where it was not written."),
        name("text", "text", "", "The scenario, as the text of a file."),
        name("beat", "number", "s", "The length of a beat; 1 where the files count in beats."),
        or_null(
            "parts_as",
            "text",
            "",
            "How `parts` was read; null if as those since a line before.",
        ),
        name("figures", "list", "", "One item a figure that was recorded."),
        name("figures[].station", "text", "", "Its station."),
        name("figures[].figure", "text", "", "cycle, mtbf, mttr or scrap."),
        name("figures[].value", "number", "s", "The estimate; of scrap a share."),
        or_null("figures[].low", "number", "s", "From where on it may lie; null if not known."),
        or_null("figures[].high", "number", "s", "Up to where; null if not known."),
        or_null(
            "figures[].events",
            "whole number",
            "",
            "From how many events, or parts, it is; null if not known.",
        ),
        or_null("figures[].in_beats", "number", "beats", "A cycle in beats; null of others."),
        or_null(
            "figures[].rounded_by",
            "number",
            "",
            "By what share of itself whole beats make it longer in the scenario; 0 where it keeps \
                 the mean alone, null of others.",
        ),
        or_null(
            "figures[].exponential",
            "truth",
            "",
            "Whether its times look exponential; null where there are none or too few.",
        ),
        name("twice", "list", "", "One item a figure of which table and record both tell."),
        name("twice[].station", "text", "", "Its station."),
        name("twice[].figure", "text", "", "cycle, mtbf or mttr."),
        name("twice[].table", "number", "s", "As the table gives it."),
        or_null("twice[].record", "number", "s", "As the record does; null if it has none."),
        or_null("twice[].low", "number", "s", "From where on it may lie; null if not known."),
        or_null("twice[].high", "number", "s", "Up to where; null if not known."),
        name("twice[].used", "text", "", "Which is used: record or table."),
        name(
            "impossible",
            "list",
            "",
            "One item a station of which more parts were recorded than its \
              cycle allows.",
        ),
        name("impossible[].station", "text", "", "Its name."),
        name("impossible[].what", "text", "", "What does not go together, in words."),
        name("unseen", "list", "", "One item a station whose failures were not seen."),
        name("unseen[].station", "text", "", "Its name."),
        name("unseen[].what", "text", "", "What is known all the same, in words."),
        name("assumed", "list", "", "One item for what the scenario assumes and nothing tells."),
        name("assumed[].what", "text", "", "What it is, in words."),
        or_null(
            "certified_low",
            "number",
            "parts a beat",
            "Proved lower bound of the model's throughput where all always run.",
        ),
        or_null("certified_high", "number", "parts a beat", "The upper bound."),
        or_null(
            "plant_low",
            "number",
            "parts a beat",
            "What the throughput is above in 97.5 % of draws of the estimates.",
        ),
        or_null("plant_high", "number", "parts a beat", "What it is below likewise."),
        name("draws", "whole number", "", "How many draws there were."),
        name("compared", "list", "", "One item a figure of the record."),
        name("compared[].figure", "text", "", "What it is."),
        or_null("compared[].recorded", "estimate", "", "As recorded; null where nothing was seen."),
        name("compared[].simulated", "estimate", "", "As the scenario does."),
        or_null(
            "compared[].agree",
            "truth",
            "",
            "Whether they agree within their intervals; null where these are too wide to tell.",
        ),
    ],
};
