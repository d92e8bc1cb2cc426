//! The results as one page that opens without a network: figures as vectors, tables, and what is
//! needed to repeat it.

use std::fmt::Write;

use crate::experiment::optimum;
use crate::experiment::statistics::Estimate;
use crate::mdp::Criterion;
use crate::scenario::Contents;

use super::layout::Layout;
use super::plot::{Bar, Line, bars, curves};
use super::score::Judged;
use super::summary::{ArmSummary, BestSetting, Group, Look, Summary};
use super::tables::Table;
use super::words::{
    UNKNOWN, between, counted, decimals, figure, from_simulation, gap_words, grouped, number,
};

/// Letters that mean something to HTML, as what they are.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// The whole page.
pub fn html(layout: &Layout, summary: &Summary, tables: &[Table], experiment: &str) -> String {
    let mut out = String::new();
    let title = escaped(&layout.title);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
         <h1>{title}</h1>\n"
    );
    let seeds = match (layout.seeds.first(), layout.seeds.last()) {
        (Some(first), Some(last)) if first != last => format!("seeds {first} to {last}"),
        (Some(first), _) => format!("seed {first}"),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "<p class=\"lead\">{} in {}, {}{seeds}. Learners learned for {} beats; each policy at the \
         end was then measured over {} beats without learning. Agents of one seed meet the same \
         luck. Intervals are at 95 %.</p>",
        counted(layout.agents.len() as u64, "agent", "agents"),
        counted(layout.scenarios.len() as u64, "scenario", "scenarios"),
        if layout.settings.len() > 1 {
            format!("{} settings, ", layout.settings.len())
        } else {
            String::new()
        },
        grouped(layout.contents.beats),
        grouped(layout.contents.measured),
    );
    if layout.settings.len() > 1 {
        settings_part(&mut out, layout, summary);
    }
    for overall in &summary.overall {
        overall_part(&mut out, layout, overall);
    }
    // Of very many settings each has its rows in the tables; pictures are for what can be looked at.
    for group in summary.groups.iter().take(MOST_PICTURED) {
        group_part(&mut out, layout, group);
    }
    if summary.groups.len() > MOST_PICTURED {
        let _ = writeln!(
            out,
            "<p>The other {} settings are in <code>agents.csv</code>.</p>",
            summary.groups.len() - MOST_PICTURED
        );
    }
    columns_part(&mut out, tables);
    let _ = writeln!(
        out,
        "<h2>To repeat it</h2><p>Taktlab {}, luck from {}. The experiment with its scenarios, as it \
         was run; as the file <code>experiment.ron</code> it lies beside this page.</p>\
         <details><summary>Show it</summary><pre>{}</pre></details></body></html>",
        env!("CARGO_PKG_VERSION"),
        crate::mdp::luck::GENERATOR,
        escaped(experiment)
    );
    out
}

/// So many scenarios and settings have pictures.
const MOST_PICTURED: usize = 24;

fn contents<'l>(layout: &'l Layout, group: &Group) -> Option<&'l Contents> {
    layout.plain.get(group.scenario).map(|scenario| &scenario.contents)
}

fn group_part(out: &mut String, layout: &Layout, group: &Group) {
    let name = layout.scenarios.get(group.scenario).map_or("", String::as_str);
    let setting = layout.settings.get(group.setting).map(|one| one.words()).unwrap_or_default();
    let currency = contents(layout, group).map_or("", |contents| contents.currency.as_str());
    let average = group.criterion == Criterion::Average;
    let unit = if average { format!("{currency} a beat") } else { currency.to_owned() };
    let _ = writeln!(out, "<h2>{}</h2>", escaped(name));
    if !setting.is_empty() {
        let _ = writeln!(out, "<p><code>{}</code></p>", escaped(&setting));
        let agents = layout.agents.iter().enumerate();
        let without = agents.filter(|(agent, _)| !layout.lacks(*agent).is_empty());
        for (agent, name) in without {
            let with = match layout.setting_of(agent, group.setting).words() {
                words if words.is_empty() => "nothing of this".to_owned(),
                words => format!("only {words}"),
            };
            let _ = writeln!(
                out,
                "<p class=\"note\">{}: {} applies to it.</p>",
                escaped(name),
                escaped(&with)
            );
        }
    }
    let mut facts = vec![format!("{} reward", group.criterion.name())];
    match group.optimum {
        Some((low, high)) => facts.push(format!(
            "certified {} {} to {} {}",
            layout.plain.get(group.scenario).map_or("optimum", |s| optimum::name(&s.environment)),
            number(low),
            number(high),
            escaped(&unit)
        )),
        None => facts.push("no optimum: there is no model here, or it is too large".to_owned()),
    }
    facts.push(match group.judged {
        Judged::Exactly => "policies are evaluated exactly on the model".to_owned(),
        Judged::Simulated => "policies are judged by simulation".to_owned(),
        Judged::Partly => "policies are evaluated exactly on the model where it tells what they \
                           are, else by simulation (~)"
            .to_owned(),
    });
    facts.push(match group.warm_up {
        Some(0) => "no warm-up to leave out (MSER-5)".to_owned(),
        Some(cut) => format!("{} beats of warm-up left out (MSER-5)", grouped(cut)),
        None => {
            "MSER-5 finds no end of the warm-up of some agent: the first half is left out, and \
                 longer runs are needed for the figures of simulation"
                .to_owned()
        }
    });
    let _ = writeln!(out, "<p>{}.</p>", facts.join("; "));
    let leaders = group.leaders();
    agents_table(out, layout, group, &unit, &leaders);
    let learners = group.arms.iter().filter(|arm| arm.learns && arm.curve.len() > 1);
    let name_of = |arm: &ArmSummary| layout.agents.get(arm.agent).cloned().unwrap_or_default();
    let line = |arm: &ArmSummary, figure: fn(&Look) -> Option<Estimate>| Line {
        name: name_of(arm),
        colour: arm.agent,
        points: arm
            .curve
            .iter()
            .filter_map(|look| Some((look.beats as f64, figure(look)?)))
            .collect(),
    };
    let exact: Vec<Line> = learners
        .clone()
        .filter(|arm| arm.curve.iter().any(|look| look.value.is_some()))
        .map(|arm| line(arm, |look| look.value))
        .collect();
    let mut levels: Vec<(String, f64)> = Vec::new();
    if let Some(best) = group.best() {
        levels.push(("optimum".to_owned(), best));
    }
    if !exact.is_empty() {
        for arm in group.arms.iter().filter(|arm| !arm.learns) {
            if arm.score.mean.is_finite() && name_of(arm) != "Optimum" {
                levels.push((name_of(arm), arm.score.mean));
            }
        }
        let title = format!("What the policy is worth, {unit}");
        let _ = writeln!(
            out,
            "<figure>{}<figcaption>What each learner’s policy was worth as it learned, exploration \
             left out: mean over seeds with its 95 % interval. Dashed: the optimum, and what the \
             others are worth.</figcaption></figure>",
            curves(&title, "beats learned", &exact, &levels)
        );
    }
    let earned: Vec<Line> = group
        .arms
        .iter()
        .filter(|arm| arm.curve.len() > 1)
        .map(|arm| line(arm, |look| Some(look.earned)))
        .collect();
    if !earned.is_empty() {
        let title = format!("Earned so far, {currency} a beat");
        let best = group.best().filter(|_| average).map(|best| ("optimum".to_owned(), best));
        let _ = writeln!(
            out,
            "<figure>{}<figcaption>What was earned a beat up to then, exploration included, on the \
             same luck.</figcaption></figure>",
            curves(&title, "beats", &earned, best.as_slice())
        );
    }
    let errors: Vec<Line> = learners
        .filter(|arm| arm.error.is_some())
        .map(|arm| line(arm, |look| look.error))
        .collect();
    if !errors.is_empty() {
        let title = format!("Error of predictions, {currency}");
        let _ = writeln!(
            out,
            "<figure>{}<figcaption>How far what is predicted of a policy is from the truth: the root of \
             the mean square over the states as the policy meets them.</figcaption></figure>",
            curves(&title, "beats learned", &errors, &[])
        );
    }
    pairs_table(out, layout, group, currency, &unit);
}

fn agents_table(out: &mut String, layout: &Layout, group: &Group, unit: &str, leaders: &[usize]) {
    let simulated = group.judged == Judged::Simulated;
    let bars_of: Vec<Bar> = group
        .arms
        .iter()
        .map(|arm| Bar {
            name: layout.agents.get(arm.agent).cloned().unwrap_or_default(),
            colour: arm.agent,
            middle: arm.middle,
            samples: arm.values(),
        })
        .collect();
    let _ = writeln!(
        out,
        "<figure>{}<figcaption>What the policies at the end are worth: each dot a seed, the bar the \
         interquartile mean with its bootstrap interval.</figcaption></figure>",
        bars(&format!("Worth, {unit}"), &bars_of, group.best())
    );
    let reward = group.arms.iter().any(|arm| arm.steady.is_some());
    let mut heads = vec![
        "agent".to_owned(),
        format!("worth, {}", escaped(unit)),
        "interquartile mean".to_owned(),
    ];
    if group.best().is_some() {
        heads.push("gap, %".to_owned());
        heads.push("regret".to_owned());
    }
    heads.push("earned a beat".to_owned());
    let predicts = group.arms.iter().any(|arm| arm.error.is_some());
    if predicts {
        heads.push("error of predictions".to_owned());
    }
    if reward {
        heads.push("reward a beat, simulated".to_owned());
        for (has, head) in [
            (group.arms.iter().any(|arm| steady(arm, |s| s.throughput).is_some()), "parts a beat"),
            (group.arms.iter().any(|arm| steady(arm, |s| s.wip).is_some()), "parts in buffers"),
            (
                group.arms.iter().any(|arm| steady(arm, |s| s.lead_time).is_some()),
                "lead time, beats",
            ),
        ] {
            if has {
                heads.push(head.to_owned());
            }
        }
    }
    let _ = write!(out, "<table><thead><tr>");
    for head in &heads {
        let _ = write!(out, "<th>{head}</th>");
    }
    let _ = writeln!(out, "</tr></thead><tbody>");
    for arm in &group.arms {
        let name = layout.agents.get(arm.agent).map_or("", String::as_str);
        let leads = leaders.contains(&arm.agent);
        let class = if leads { " class=\"leads\"" } else { "" };
        let name = if leads { format!("{} ★", escaped(name)) } else { escaped(name) };
        let mark = if arm.judged == group.judged { "" } else { marked(arm.judged) };
        let mut row = vec![name, format!("{mark}{}", arm.score_words()), between(&arm.middle)];
        if group.best().is_some() {
            row.push(arm.gap.map_or("–".to_owned(), |gap| gap_words(&gap)));
            row.push(arm.regret.map_or("–".to_owned(), |regret| figure(&regret)));
        }
        row.push(figure(&arm.earned));
        if predicts {
            row.push(arm.error.map_or("–".to_owned(), |error| figure(&error)));
        }
        if reward {
            let dash = || "–".to_owned();
            row.push(
                arm.steady.as_ref().map_or_else(dash, |steady| from_simulation(&steady.reward)),
            );
            let figures: [fn(&super::summary::Steady) -> Option<Estimate>; 3] =
                [|s| s.throughput, |s| s.wip, |s| s.lead_time];
            for of in figures {
                if group.arms.iter().any(|arm| steady(arm, of).is_some()) {
                    row.push(steady(arm, of).map_or_else(dash, |found| from_simulation(&found)));
                }
            }
        }
        let _ = write!(out, "<tr{class}>");
        for (place, cell) in row.iter().enumerate() {
            let tag = if place == 0 { "th" } else { "td" };
            let _ = write!(out, "<{tag}>{cell}</{tag}>");
        }
        let _ = writeln!(out, "</tr>");
    }
    let _ = writeln!(
        out,
        "</tbody></table><p class=\"note\">★ the best, and those that cannot be told from it on \
         these seeds.{}{}{}</p>",
        if simulated { " No model tells what they are worth exactly." } else { "" },
        lacks(layout, group),
        if group.is_uncertain() { format!(" {UNKNOWN}.") } else { String::new() },
    );
}

/// The sign of a figure from simulation among exact ones.
fn marked(judged: Judged) -> &'static str {
    if judged == Judged::Exactly { "" } else { "~" }
}

/// Which agents have no value on which seeds.
fn lacks(layout: &Layout, group: &Group) -> String {
    let each = group.arms.iter().filter_map(|arm| {
        let name = layout.agents.get(arm.agent).map_or("", String::as_str);
        let why = arm.why_unknown(group.criterion, layout.contents.measured);
        Some(format!(
            " {}: {}; the worth and the gap are those of the others{}.",
            escaped(name),
            arm.lack()?,
            why.map_or(String::new(), |why| format!(" ({})", escaped(&why)))
        ))
    });
    each.collect()
}

fn steady(
    arm: &ArmSummary,
    of: impl Fn(&super::summary::Steady) -> Option<Estimate>,
) -> Option<Estimate> {
    arm.steady.as_ref().and_then(of)
}

fn pairs_table(out: &mut String, layout: &Layout, group: &Group, currency: &str, unit: &str) {
    if group.pairs.is_empty() {
        return;
    }
    let name = |agent: usize| escaped(layout.agents.get(agent).map_or("", String::as_str));
    let _ = writeln!(
        out,
        "<h3>Pairs</h3><table><thead><tr><th>agent</th><th>against</th><th>worth more, {}</th>\
         <th>earns more a beat, {}, same luck</th><th>± on luck of their own</th>\
         <th>variance saved, %</th><th>probability of improvement</th></tr></thead><tbody>",
        escaped(unit),
        escaped(currency)
    );
    for pair in &group.pairs {
        let dash = || "–".to_owned();
        let measured = pair.measured;
        let _ = writeln!(
            out,
            "<tr><th>{}</th><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            name(pair.first),
            name(pair.second),
            figure(&pair.score.difference),
            measured.map_or_else(dash, |measured| figure(&measured.difference)),
            measured
                .and_then(|measured| measured.unpaired.half_width())
                .map_or_else(dash, |half| format!("{half:.*}", decimals(half))),
            measured
                .and_then(|measured| measured.saved)
                .map_or_else(dash, |saved| format!("{:.1}", 100.0 * saved)),
            between(&pair.improvement),
        );
    }
    let _ = writeln!(out, "</tbody></table>");
}

/// The best settings of each agent in each scenario.
fn settings_part(out: &mut String, layout: &Layout, summary: &Summary) {
    let _ = writeln!(out, "<h2>Settings</h2>");
    for remark in layout.remarks() {
        let _ = writeln!(out, "<p class=\"note\">{}.</p>", escaped(&remark));
    }
    for (scenario, name) in layout.scenarios.iter().enumerate() {
        let _ = writeln!(
            out,
            "<h3>{}</h3><table><thead><tr><th>agent</th><th>best setting</th><th>worth</th>\
             <th>not told from it</th></tr></thead><tbody>",
            escaped(name)
        );
        for (agent, name) in layout.agents.iter().enumerate() {
            let its_own = |setting| !layout.repeats(agent, setting);
            let best = BestSetting::of(summary, scenario, agent, its_own);
            let Some(best) = best else { continue };
            // One for which nothing varies is played once, under no setting that was chosen.
            let [words, tied] = match layout.varies(agent) {
                true => [
                    layout.setting_of(agent, best.setting).words(),
                    counted(best.tied.len() as u64, "setting", "settings"),
                ],
                false => ["–".to_owned(), "–".to_owned()],
            };
            let _ = writeln!(
                out,
                "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(name),
                escaped(&words),
                figure(&best.score),
                tied
            );
        }
        let _ = writeln!(out, "</tbody></table>");
    }
}

fn overall_part(out: &mut String, layout: &Layout, overall: &super::summary::Overall) {
    let setting = layout.settings.get(overall.setting).map(|one| one.words()).unwrap_or_default();
    let _ = writeln!(
        out,
        "<h2>Over all scenarios</h2><p>{} Each seed’s share of the optimum; scenarios are strata of \
         the bootstrap.</p><table><thead><tr><th>agent</th><th>interquartile mean, % of the optimum\
         </th></tr></thead><tbody>",
        escaped(&setting)
    );
    for (agent, middle) in &overall.middle {
        let name = layout.agents.get(*agent).map_or("", String::as_str);
        let _ = writeln!(
            out,
            "<tr><th>{}</th><td>{}</td></tr>",
            escaped(name),
            between(&middle.times(100.0))
        );
    }
    let _ = writeln!(out, "</tbody></table>");
    if overall.improvement.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<table><thead><tr><th>agent</th><th>against</th><th>probability that a seed of it is \
         better, over the scenarios</th></tr></thead><tbody>"
    );
    for (first, second, improvement) in &overall.improvement {
        let [first, second] = [first, second]
            .map(|agent| escaped(layout.agents.get(*agent).map_or("", String::as_str)));
        let _ = writeln!(
            out,
            "<tr><th>{first}</th><td>{second}</td><td>{}</td></tr>",
            between(improvement)
        );
    }
    let _ = writeln!(out, "</tbody></table>");
}

fn columns_part(out: &mut String, tables: &[Table]) {
    let _ = writeln!(
        out,
        "<h2>The tables</h2><p>Each as <code>.csv</code> and <code>.arrow</code> beside this \
         page.</p>"
    );
    for table in tables {
        let _ = writeln!(
            out,
            "<details><summary><code>{}</code>: {}</summary><table><tbody>",
            table.name,
            escaped(table.about)
        );
        for column in &table.columns {
            let _ = writeln!(
                out,
                "<tr><th><code>{}</code></th><td>{}</td></tr>",
                escaped(&column.name),
                escaped(&column.about)
            );
        }
        let _ = writeln!(out, "</tbody></table></details>");
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1c2024;--quiet:#5b6570;--line:#d8dde2;--ground:#fff;--mark:#f3f6f9}\
@media(prefers-color-scheme:dark){:root{--text:#e6e9ec;--quiet:#9aa4ae;--line:#3a4249;--ground:#15181b;--mark:#1f2429}}\
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--ground);max-width:68rem;margin:2rem auto;padding:0 1.5rem}\
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}h3{font-size:1rem}\
.lead,.note,figcaption{color:var(--quiet)}figure{margin:1rem 0;overflow-x:auto}figcaption{font-size:.85rem}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}\
th,td{padding:.3rem .8rem .3rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}\
thead th{color:var(--quiet);font-weight:500;font-size:.85rem}td{white-space:nowrap}tr.leads{background:var(--mark)}\
svg text{fill:var(--text);font:12px system-ui,sans-serif}svg .quiet{fill:var(--quiet)}svg .axis{stroke:var(--line)}\
pre{background:var(--mark);padding:1rem;overflow-x:auto;font-size:.8rem}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_html_are_letters() {
        assert_eq!(escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}
