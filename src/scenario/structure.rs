//! One machine more or less, a buffer, a product: a scenario's text with a longer or a shorter list.
//!
//! What comes is like the last of its list, under a name of its own. Whether the scenario then makes sense
//! is for reading to say: the text need not.

use serde_json::{Value as Json, json};

use super::fields::{Holds, Kind};
use super::load::Scenario;
use super::schema::whole::SCENARIO;

/// A list of the environment that can be made longer and shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the file: `machines`.
    pub field: &'static str,
    /// What one of it is called: "machine".
    pub noun: &'static str,
    /// How many there are.
    pub count: usize,
}

impl Scenario {
    /// The environment's own lists: its machines, buffers, products.
    pub fn lists(&self) -> Vec<Listed> {
        let values = Self::values(&self.contents);
        let Some((kind, settings)) = environment(&values) else { return Vec::new() };
        let Some(fields) = SCENARIO.field("environment").and_then(|field| match field.kind {
            Kind::Choice(variants) => variants.iter().find(|one| one.name == kind),
            _ => None,
        }) else {
            return Vec::new();
        };
        let Holds::Fields(record) = &fields.holds else { return Vec::new() };
        let listed = record.fields.iter().filter_map(|field| match field.kind {
            Kind::List(of) => {
                let count = settings.get(field.setting)?.as_array()?.len();
                Some(Listed { field: field.name, noun: of.noun, count })
            }
            _ => None,
        });
        listed.collect()
    }

    /// The scenario's text with one more of a list, like the last; between the machines of a line a
    /// buffer more as well. `None` where it has no such list, or nothing in it to go by.
    pub fn text_with_more(&self, field: &str) -> Option<String> {
        self.text_with(field, |items| {
            let mut more = items.last()?.clone();
            if let Some(name) = more.get("name").and_then(Json::as_str).filter(|n| !n.is_empty()) {
                let name = unused(name, items);
                *more.get_mut("name")? = json!(name);
            }
            items.push(more);
            Some(())
        })
    }

    /// The scenario's text with the last of a list left out, and the last buffer with the last machine.
    /// `None` where it has no such list, or at most one in it.
    pub fn text_with_fewer(&self, field: &str) -> Option<String> {
        self.text_with(field, |items| (items.len() > 1).then(|| items.pop()).flatten().map(drop))
    }

    fn text_with(
        &self,
        field: &str,
        change: impl Fn(&mut Vec<Json>) -> Option<()>,
    ) -> Option<String> {
        let listed = self.lists();
        let listed = listed.iter().find(|listed| listed.field == field)?;
        let mut values = Self::values(&self.contents);
        let (_, settings) = environment_mut(&mut values)?;
        let machines = settings.get_mut(field)?.as_array_mut()?;
        change(machines)?;
        let count = machines.len();
        // A buffer between each two machines, where there was one before.
        if field == "machines"
            && let Some(buffers) = settings.get_mut("buffers").and_then(Json::as_array_mut)
            && buffers.len() + 1 == listed.count
        {
            if count < listed.count {
                buffers.pop();
            } else {
                let mut like = buffers.last().cloned().unwrap_or_else(|| json!({ "capacity": 5 }));
                if let Some(name) = like.get_mut("name") {
                    // It is called by its number.
                    *name = json!("");
                }
                buffers.push(like);
            }
        }
        Some(self.text_of(&values))
    }
}

/// The environment's kind and settings.
fn environment(values: &Json) -> Option<(&str, &Json)> {
    let (kind, settings) = values.get("environment")?.as_object()?.iter().next()?;
    Some((kind, settings))
}

fn environment_mut(values: &mut Json) -> Option<(&String, &mut Json)> {
    values.get_mut("environment")?.as_object_mut()?.iter_mut().next()
}

/// A name like another with the next number that nothing has.
fn unused(name: &str, items: &[Json]) -> String {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end();
    let taken =
        |name: &str| items.iter().any(|item| item.get("name").and_then(Json::as_str) == Some(name));
    let mut numbered = (2..).map(|number| format!("{stem} {number}"));
    numbered.find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    #[test]
    fn a_line_grows_and_shrinks_by_a_machine_with_its_buffer() {
        let three = library::open("lines/three_machines.ron").unwrap();
        let lists = three.lists();
        assert_eq!((lists[0].field, lists[0].noun, lists[0].count), ("machines", "machine", 3));
        let text = three.text_with_more("machines").unwrap();
        let four = Scenario::parse("four", &text).unwrap();
        let counts: Vec<usize> = four.lists().iter().map(|list| list.count).collect();
        assert_eq!(counts[..2], [4, 3]);
        assert!(four.environment.places().stations.contains(&"Press 2".to_owned()), "{text}");
        // And back.
        let again = Scenario::parse("three", &four.text_with_fewer("machines").unwrap()).unwrap();
        assert_eq!(again.contents.environment, three.contents.environment);
        assert_eq!(three.text_with_more("wagons"), None);
    }

    /// What every shipped scenario becomes by one more of each list reads, or says what is missing.
    #[test]
    fn every_list_can_grow() {
        let (mut grown, mut whole) = (0, 0);
        for listed in library::list(None) {
            let Ok(scenario) = library::open(&listed.path) else { continue };
            for list in scenario.lists() {
                let Some(text) = scenario.text_with_more(list.field) else { continue };
                grown += 1;
                match Scenario::parse("grown", &text) {
                    Ok(more) => {
                        whole += 1;
                        let now = more.lists();
                        let now = now.iter().find(|one| one.field == list.field).unwrap();
                        assert_eq!(now.count, list.count + 1, "{}", listed.path);
                    }
                    Err(reports) => assert!(!reports.entries().is_empty()),
                }
            }
        }
        // A row of a table, a product without a route or a place without a link make no sense alone.
        assert!(grown > 100 && whole >= 40, "{whole} of {grown}");
    }
}
