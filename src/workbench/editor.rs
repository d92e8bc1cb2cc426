//! The open scenario as text, to be edited: what is typed is read off the frame, and opened as soon as
//! it makes sense.

use std::sync::Arc;

use super::desk::Desk;
use super::docks::Pane;
use super::job::{Job, ended};
use super::opening::{findings_of, open};
use super::stage::Opening;
use super::view::{EditorView, FindingView};
use crate::experiment::session::Session;
use crate::scenario::{Reports, Scenario};

/// What messages call the text.
const NAME: &str = "the text";

/// The text and what is known of it.
#[derive(Default)]
pub struct Editor {
    text: Arc<str>,
    /// How often the text was set by something else than typing.
    version: u64,
    /// The scenario that it is the text of.
    of: Option<Arc<Scenario>>,
    /// What is being read, once it is typed.
    reading: Option<Job<Result<Scenario, Reports>>>,
    /// Text that came while another was read.
    next: Option<Arc<str>>,
    findings: Vec<FindingView>,
}

impl Editor {
    fn read(&mut self, text: Arc<str>) {
        self.text = text.clone();
        if self.reading.is_some() {
            self.next = Some(text);
            return;
        }
        self.reading = Some(Job::start("read", move |_| Scenario::parse(NAME, &text)));
    }
}

/// What the pane shows.
pub fn view(desk: &Desk, session: &Session) -> Option<EditorView> {
    desk.docks.has(desk.layout(), Pane::Editor).then(|| EditorView {
        text: desk.editor.text.clone(),
        version: desk.editor.version,
        lists: session.scenario().lists(),
        findings: desk.editor.findings.clone(),
        reading: desk.editor.reading.is_some(),
    })
}

/// Takes what was typed.
pub fn typed(desk: &mut Desk, text: String) {
    desk.editor.read(text.into());
}

/// Makes a list of the scenario longer or shorter by one.
pub fn lengthen(desk: &mut Desk, session: &Session, field: &str, longer: bool) {
    let scenario = session.scenario();
    let text = match longer {
        true => scenario.text_with_more(field),
        false => scenario.text_with_fewer(field),
    };
    if let Some(text) = text {
        desk.editor.version += 1;
        desk.editor.read(text.into());
    }
}

/// Keeps text and scenario together: who changed last is followed by the other.
pub(super) fn attend(desk: &mut Desk, session: &mut Session, opening: &mut Opening) {
    if !desk.docks.has(desk.layout(), Pane::Editor) {
        desk.editor.of = None;
        return;
    }
    let read = ended(&mut desk.editor.reading);
    if let Some(next) = desk.editor.next.take_if(|_| read.is_some()) {
        // What was read is not what stands there any more.
        desk.editor.read(next);
        return;
    }
    match read {
        Some(Ok(Ok(scenario))) => {
            desk.editor.findings.clear();
            let same = scenario.contents == session.scenario().contents;
            if !same {
                open(desk, session, opening, None, scenario);
            }
            desk.editor.of = Some(session.scenario().clone());
        }
        Some(Ok(Err(reports))) => desk.editor.findings = findings_of(&reports),
        Some(Err(error)) => desk.notice = Some(error.to_string()),
        None => {}
    }
    let editor = &mut desk.editor;
    let of_it = editor.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, session.scenario()));
    if !of_it && editor.reading.is_none() && editor.findings.is_empty() {
        editor.text = session.scenario().to_ron().into();
        editor.version += 1;
        editor.of = Some(session.scenario().clone());
    }
}
