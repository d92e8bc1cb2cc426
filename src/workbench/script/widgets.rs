//! The widgets on screen as a screen reader knows them: names, roles, texts, values, rectangles.

use crate::scenario::suggestion;
use egui::accesskit::{Action, Node, NodeId, Role, Toggled, TreeUpdate};
use egui::{Rect, pos2};
use serde::Serialize;
use std::collections::HashMap;

/// A widget.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Widget {
    /// Its accessible name: its own, or that of its label.
    pub name: String,
    /// Its role: `Button`, `Slider`, `Label`.
    pub role: String,
    /// The text in it, where that is not its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its number, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Left, top, width, height (points).
    pub rect: [f32; 4],
    /// Whether it can be used.
    pub enabled: bool,
    /// Whether it is ticked or selected, where it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<bool>,
    /// Whether a click means something to it.
    pub clickable: bool,
    /// Whether it takes a number.
    #[serde(skip)]
    pub settable: bool,
    /// Its number in egui's accessibility tree.
    #[serde(skip)]
    pub id: u64,
}

impl Widget {
    /// Where it stands.
    pub fn place(&self) -> Rect {
        let [x, y, w, h] = self.rect;
        Rect::from_min_size(pos2(x, y), egui::vec2(w, h))
    }

    fn says(&self, words: &str) -> bool {
        self.name.contains(words) || self.text.as_ref().is_some_and(|text| text.contains(words))
    }
}

/// All widgets of a frame, in the order in which they were drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Widgets(pub Vec<Widget>);

impl Widgets {
    /// Those of egui's accessibility tree that have a name, a text or a value.
    pub fn read(update: &TreeUpdate) -> Self {
        let names: HashMap<NodeId, String> =
            update.nodes.iter().map(|(id, node)| (*id, own_name(node))).collect();
        let widgets = update.nodes.iter().filter_map(|(id, node)| widget(*id, node, &names));
        Self(widgets.collect())
    }

    /// Whether one says this in its name or text.
    pub fn say(&self, words: &str) -> bool {
        self.0.iter().any(|widget| widget.says(words))
    }

    /// Names like this one, for an error: `: did you mean "Planning method"?`, or nothing.
    fn near(&self, name: &str) -> String {
        let asked = name.to_lowercase();
        let usable = || self.0.iter().filter(|widget| widget.clickable || widget.settable);
        let contains = |widget: &&Widget| {
            let shown = widget.name.to_lowercase();
            !shown.is_empty() && (shown.contains(&asked) || asked.contains(&shown))
        };
        let slip = || suggestion(name, usable().map(|widget| widget.name.as_str()));
        let near = usable().find(contains).map(|widget| widget.name.as_str()).or_else(slip);
        near.map_or(String::new(), |near| format!(": did you mean \"{near}\"?"))
    }

    /// The widget of this name.
    ///
    /// # Errors
    /// In words, where there is none or where several are meant.
    pub fn find(&self, name: &str) -> Result<&Widget, String> {
        let whole: Vec<_> = self.0.iter().filter(|widget| widget.name == name).collect();
        let begun = || self.0.iter().filter(|widget| widget.name.starts_with(name));
        // The tooltip of a widget begins as the widget does, and is not meant.
        let is_tip = |tip: &Widget| {
            let first = tip.name.lines().next().unwrap_or_default();
            first != tip.name && begun().any(|widget| widget.name == first)
        };
        let begun: Vec<_> = begun().filter(|widget| !is_tip(widget)).collect();
        let matching = if whole.is_empty() { begun } else { whole };
        // A label beside its field has the same name, and can be clicked only to be selected.
        let usable: Vec<_> = matching
            .iter()
            .filter(|widget| (widget.clickable || widget.settable) && widget.role != "Label")
            .collect();
        match (usable.as_slice(), matching.as_slice()) {
            ([one], _) => Ok(one),
            ([], [one]) => Ok(one),
            ([], []) => Err(format!("no widget is called \"{name}\"{}", self.near(name))),
            (several, _) => {
                let count = several.len().max(matching.len());
                Err(format!("{count} widgets are called \"{name}\""))
            }
        }
    }
}

fn own_name(node: &Node) -> String {
    let label = node.label().unwrap_or_default();
    // egui keeps the text of a plain label as its value.
    let value = if node.role() == Role::Label { node.value() } else { None };
    if label.is_empty() { value.unwrap_or_default().to_owned() } else { label.to_owned() }
}

fn widget(id: NodeId, node: &Node, names: &HashMap<NodeId, String>) -> Option<Widget> {
    let bounds = node.bounds()?;
    let labels = node.labelled_by().iter().filter_map(|label| names.get(label).cloned());
    let mut name = own_name(node);
    if name.is_empty() {
        name = labels.collect::<Vec<_>>().join(" ");
    }
    let text = node.value().filter(|_| node.role() != Role::Label).map(str::to_owned);
    let value = node.numeric_value();
    if name.is_empty() && text.is_none() && value.is_none() {
        return None;
    }
    let round = |v: f64| (v * 4.0).round() as f32 / 4.0;
    Some(Widget {
        name,
        role: format!("{:?}", node.role()),
        text,
        value,
        rect: [
            round(bounds.x0),
            round(bounds.y0),
            round(bounds.x1 - bounds.x0),
            round(bounds.y1 - bounds.y0),
        ],
        enabled: !node.is_disabled(),
        selected: node.toggled().map(|toggled| toggled == Toggled::True),
        clickable: node.supports_action(Action::Click),
        settable: node.supports_action(Action::SetValue),
        id: id.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(draw: impl FnMut(&mut egui::Ui)) -> Widgets {
        let ctx = egui::Context::default();
        crate::workbench::fonts::install(&ctx);
        ctx.enable_accesskit();
        let mut output = ctx.run_ui(egui::RawInput::default(), draw);
        output.textures_delta.clear();
        Widgets::read(&output.platform_output.accesskit_update.unwrap())
    }

    #[test]
    fn widgets_have_the_names_that_a_screen_reader_says() {
        let (mut seed, mut file, mut on) = (7.0, "a.ron".to_owned(), true);
        let widgets = shown(|ui| {
            let _ = ui.button("Play");
            ui.label("beat 12");
            let label = ui.label("seed").id;
            ui.add(egui::Slider::new(&mut seed, 0.0..=10.0)).labelled_by(label);
            let label = ui.label("file").id;
            ui.text_edit_singleline(&mut file).labelled_by(label);
            ui.checkbox(&mut on, "motion");
            ui.add_enabled(false, egui::Button::new("Undo"));
        });
        let play = widgets.find("Play").unwrap();
        assert!(play.clickable && play.enabled && play.role == "Button");
        assert!(play.place().width() > 20.0);
        assert!(widgets.say("beat 1") && !widgets.say("beat 13"));
        let seed = widgets.find("seed").unwrap();
        assert_eq!((seed.role.as_str(), seed.value, seed.settable), ("Slider", Some(7.0), true));
        let file = widgets.find("file").unwrap();
        assert_eq!((file.role.as_str(), file.text.as_deref()), ("TextInput", Some("a.ron")));
        assert_eq!(widgets.find("motion").unwrap().selected, Some(true));
        assert!(!widgets.find("Undo").unwrap().enabled);
    }

    #[test]
    fn a_name_is_matched_whole_then_by_its_beginning() {
        let widgets = shown(|ui| {
            for name in ["Play", "Play faster", "Stop", "Stop"] {
                let _ = ui.button(name);
            }
        });
        assert_eq!(widgets.find("Play").unwrap().name, "Play");
        assert_eq!(widgets.find("Play f").unwrap().name, "Play faster");
        assert_eq!(widgets.find("Stop").unwrap_err(), "2 widgets are called \"Stop\"");
        let hovered = shown(|ui| {
            ui.label("cell 3: 4.2");
            ui.label("cell 3: 4.2\nclick to see why");
        });
        assert_eq!(hovered.find("cell 3").unwrap().name, "cell 3: 4.2");
        assert_eq!(widgets.find("Fly").unwrap_err(), "no widget is called \"Fly\"");
        for (asked, meant) in [("faster", "Play faster"), ("Paly", "Play"), ("play", "Play")] {
            let said = widgets.find(asked).unwrap_err();
            let expected = format!("no widget is called \"{asked}\": did you mean \"{meant}\"?");
            assert_eq!(said, expected);
        }
    }
}
