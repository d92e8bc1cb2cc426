//! `taktlab list`: the scenarios and lessons that come with the program.

use serde_json::json;

use super::output::{self, Failure, Format};
use crate::scenario::{lesson, library};

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; listing draws nothing, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &ListArguments) -> Result<(), Failure> {
    let listed = library::list(library::folder().as_deref());
    let lessons = lesson::library::list(lesson::library::folder().as_deref());
    match arguments.format {
        Format::Json => {
            let each: Vec<_> = listed
                .iter()
                .map(|scenario| {
                    json!({
                        "path": scenario.path,
                        "family": scenario.family,
                        "title": scenario.title.in_language("en"),
                        "file": scenario.file.as_ref().map(|file| file.display().to_string()),
                    })
                })
                .collect();
            let lessons: Vec<_> = lessons
                .iter()
                .map(|lesson| {
                    json!({
                        "name": lesson.name,
                        "title": lesson.title.in_language("en"),
                        "file": lesson.file.as_ref().map(|file| file.display().to_string()),
                    })
                })
                .collect();
            output::print_json(&json!({ "scenarios": each, "lessons": lessons }))
        }
        Format::Text => {
            let width = listed.iter().map(|scenario| scenario.path.len()).max().unwrap_or(0);
            let lines = listed.iter().map(|scenario| {
                format!("{:width$}  {}\n", scenario.path, scenario.title.in_language("en"))
            });
            let mut text: String = lines.collect();
            let width = lessons.iter().map(|lesson| lesson.name.len()).max().unwrap_or(0);
            if !lessons.is_empty() {
                text.push_str("\nLessons, each to be gone through with `taktlab lesson NAME`:\n");
            }
            for lesson in lessons {
                let title = lesson.title.in_language("en");
                text.push_str(&format!("{:width$}  {title}\n", lesson.name));
            }
            output::print(&text)
        }
    }
}
