//! The stage: machines, buffers and parts as entities that a run's beats move.
//!
//! What is drawn reads runs, never the reverse: whoever plays a beat writes [`BeatShown`] for its
//! stage, and [`StageSet`] where beats were skipped. The systems here update the entities, and
//! [`scene`] collects what [`super::view::line`] paints.

use super::scene::{BufferView, Element, Pace, PartView, Scene, StationView};
use super::yard::{Journey, PartNumber, Yard};
use crate::mdp::{Condition, Event, Places};
use crate::workbench::number;
use crate::workbench::view::FigureView;
use bevy::prelude::*;
use std::collections::HashMap;

/// One line's stage. Its machines, buffers and parts are its children.
#[derive(Component, Debug)]
pub struct Stage {
    /// Stations and buffers in the order in which parts pass them.
    pub order: Vec<Element>,
    /// Ways back for parts that are reworked: from which station to which buffer.
    pub ways_back: Vec<(u16, u16)>,
    /// Key figures at the top, filled from the run's records.
    pub figures: Vec<FigureView>,
    /// Conditions that can occur here.
    pub conditions: Vec<Condition>,
    /// Whether beats are seen one by one, and how much of the present one has gone by.
    pub pace: Pace,
    /// The length of a beat in seconds, where the scenario says.
    pub beat_seconds: Option<f64>,
    /// What holds for the whole line: the time of day.
    pub words: String,
    yard: Yard,
    parts: HashMap<PartNumber, Entity>,
}

/// A machine on a stage.
#[derive(Component, Debug, Clone)]
pub struct Machine {
    /// The station's number.
    pub number: u16,
    /// What is drawn.
    pub view: StationView,
    /// For how many beats it has been in its condition.
    pub beats: u64,
}

/// A buffer on a stage.
#[derive(Component, Debug, Clone)]
pub struct Buffer {
    /// The buffer's number.
    pub number: u16,
    /// What is drawn.
    pub view: BufferView,
}

/// A part on a stage.
#[derive(Component, Debug, Clone, Copy)]
pub struct Part(pub PartView);

/// A beat was played where it is watched.
#[derive(Message, Debug, Clone)]
pub struct BeatShown {
    /// The stage that shows it.
    pub stage: Entity,
    /// What happened, in the order in which it was told.
    pub events: Vec<Event>,
    /// The share of each machine's cycle that was done at the beat's start and at its end, by
    /// number; where a machine is left out, the beat is its cycle.
    pub work: Vec<(f32, f32)>,
}

/// Beats were skipped, or another state was loaded: everything stands where this says.
#[derive(Message, Debug, Clone)]
pub struct StageSet {
    /// The stage.
    pub stage: Entity,
    /// The buffers' levels (means where beats run too fast to be seen), by number.
    pub levels: Vec<f64>,
    /// The machines' conditions, by number.
    pub conditions: Vec<Condition>,
}

/// How machines spent their time, from the run's records.
#[derive(Message, Debug, Clone)]
pub struct SharesKnown {
    /// The stage.
    pub stage: Entity,
    /// The share of time in each condition, by machine.
    pub shares: Vec<[f64; Condition::COUNT]>,
    /// Which machine limits the line, if one does.
    pub bottleneck: Option<u16>,
}

/// Adds the stage's messages and the systems that follow them.
pub fn plugin(app: &mut App) {
    app.add_message::<BeatShown>()
        .add_message::<StageSet>()
        .add_message::<SharesKnown>()
        .add_systems(Update, (set_stages, show_beats, show_shares).chain());
}

/// Stations and buffers of a serial line in the order in which parts pass them. With as many
/// buffers as stations, the odd one stands before the first station if `queue_first`, else behind
/// the last.
pub fn serial_order(places: &Places, queue_first: bool) -> Vec<Element> {
    let (stations, buffers) = (places.stations.len() as u16, places.buffers.len() as u16);
    let first = buffers > stations || (buffers == stations && queue_first);
    let mut order = Vec::new();
    let mut buffer = 0;
    let mut put_buffer = |order: &mut Vec<Element>| {
        if buffer < buffers {
            order.push(Element::Buffer(buffer));
            buffer += 1;
        }
    };
    if first {
        put_buffer(&mut order);
    }
    for station in 0..stations {
        order.push(Element::Station(station));
        put_buffer(&mut order);
    }
    order
}

/// Spawns a stage with its machines and buffers, empty and idle until [`StageSet`] says otherwise.
pub fn spawn(commands: &mut Commands, places: &Places, order: Vec<Element>) -> Entity {
    let machines = (0u16..).zip(&places.stations).map(|(number, name)| Machine {
        number,
        view: StationView {
            name: name.clone(),
            condition: Condition::Starved,
            since: String::new(),
            work: (0.0, 1.0),
            failed_now: false,
            shares: None,
            bottleneck: false,
            machines: None,
            wear: String::new(),
        },
        beats: 0,
    });
    let buffers = (0u16..).zip(&places.buffers).map(|(number, place)| Buffer {
        number,
        view: BufferView {
            name: place.name.clone(),
            before: 0.0,
            level: 0.0,
            capacity: place.capacity,
            bad: None,
            under_way: None,
        },
    });
    let stage = Stage {
        order,
        ways_back: Vec::new(),
        figures: Vec::new(),
        conditions: Condition::ALL[..5].to_vec(),
        pace: Pace::Beats(1.0),
        beat_seconds: None,
        words: String::new(),
        yard: Yard::new(places.stations.len(), places.buffers.iter().map(|_| 0)),
        parts: HashMap::new(),
    };
    commands
        .spawn((stage, Name::new("stage")))
        .with_children(|stage| {
            for machine in machines {
                stage.spawn((Name::new(machine.view.name.clone()), machine));
            }
            for buffer in buffers {
                stage.spawn((Name::new(buffer.view.name.clone()), buffer));
            }
        })
        .id()
}

fn set_stages(
    mut commands: Commands,
    mut messages: MessageReader<StageSet>,
    mut stages: Query<(&mut Stage, &Children)>,
    mut machines: Query<&mut Machine>,
    mut buffers: Query<&mut Buffer>,
) {
    for message in messages.read() {
        let Ok((mut stage, children)) = stages.get_mut(message.stage) else { continue };
        let levels = message.levels.iter().map(|level| level.round().max(0.0) as u32);
        stage.yard = Yard::new(stage.yard.stations(), levels);
        let mut each = machines.iter_many_mut(children);
        while let Some(mut machine) = each.fetch_next() {
            if let Some(condition) = message.conditions.get(usize::from(machine.number)) {
                turn(&mut machine, *condition, stage.beat_seconds, 0);
            }
        }
        let mut each = buffers.iter_many_mut(children);
        while let Some(mut buffer) = each.fetch_next() {
            if let Some(level) = message.levels.get(usize::from(buffer.number)) {
                (buffer.view.before, buffer.view.level) = (*level, *level);
            }
        }
        // At full speed nobody can follow a part.
        let journeys = if stage.pace == Pace::Rates { Vec::new() } else { stage.yard.at_rest() };
        move_parts(&mut commands, message.stage, &mut stage, &journeys);
    }
}

fn show_beats(
    mut commands: Commands,
    mut messages: MessageReader<BeatShown>,
    mut stages: Query<(&mut Stage, &Children)>,
    mut machines: Query<&mut Machine>,
    mut buffers: Query<&mut Buffer>,
) {
    for message in messages.read() {
        let Ok((mut stage, children)) = stages.get_mut(message.stage) else { continue };
        let before: Vec<u32> = stage.yard.levels().collect();
        let journeys = stage.yard.play(&message.events);
        let after: Vec<u32> = stage.yard.levels().collect();
        let mut each = buffers.iter_many_mut(children);
        while let Some(mut buffer) = each.fetch_next() {
            let number = usize::from(buffer.number);
            let level = |levels: &[u32]| f64::from(levels.get(number).copied().unwrap_or(0));
            (buffer.view.before, buffer.view.level) = (level(&before), level(&after));
        }
        let mut each = machines.iter_many_mut(children);
        while let Some(mut machine) = each.fetch_next() {
            machine.view.failed_now = false;
            let work = message.work.get(usize::from(machine.number));
            machine.view.work = work.copied().unwrap_or((0.0, 1.0));
            for event in &message.events {
                match *event {
                    Event::Spent { station, condition } if station == machine.number => {
                        turn(&mut machine, condition, stage.beat_seconds, 1);
                    }
                    Event::Failed { station } if station == machine.number => {
                        machine.view.failed_now = true;
                    }
                    _ => {}
                }
            }
        }
        move_parts(&mut commands, message.stage, &mut stage, &journeys);
    }
}

fn show_shares(
    mut messages: MessageReader<SharesKnown>,
    stages: Query<&Children, With<Stage>>,
    mut machines: Query<&mut Machine>,
) {
    for message in messages.read() {
        let Ok(children) = stages.get(message.stage) else { continue };
        let mut each = machines.iter_many_mut(children);
        while let Some(mut machine) = each.fetch_next() {
            machine.view.shares = message.shares.get(usize::from(machine.number)).copied();
            machine.view.bottleneck = message.bottleneck == Some(machine.number);
        }
    }
}

/// Puts a machine into a condition that has lasted `beats` more, or begins now.
fn turn(machine: &mut Machine, condition: Condition, beat_seconds: Option<f64>, beats: u64) {
    if machine.view.condition == condition {
        machine.beats += beats;
    } else {
        machine.view.condition = condition;
        machine.beats = beats;
    }
    // How long matters where someone might do something about it.
    machine.view.since = match (condition, beat_seconds, machine.beats) {
        (_, _, 0) => String::new(),
        (Condition::Down | Condition::SetUp | Condition::Planned, Some(seconds), beats) => {
            number::duration(beats as f64 * seconds)
        }
        (Condition::Down | Condition::SetUp | Condition::Planned, None, 1) => "1 beat".to_owned(),
        (Condition::Down | Condition::SetUp | Condition::Planned, None, beats) => {
            format!("{} beats", number::count(beats))
        }
        _ => String::new(),
    };
}

/// Gives every part that is seen an entity, and takes it from those that are not.
fn move_parts(commands: &mut Commands, at: Entity, stage: &mut Stage, journeys: &[Journey]) {
    let mut kept = HashMap::with_capacity(journeys.len());
    for journey in journeys {
        let part = Part(PartView { from: journey.from, via: journey.via, to: journey.to });
        let entity = match stage.parts.remove(&journey.part) {
            Some(entity) => {
                commands.entity(entity).insert(part);
                entity
            }
            None => commands.spawn((part, ChildOf(at))).id(),
        };
        kept.insert(journey.part, entity);
    }
    for (_, entity) in stage.parts.drain() {
        commands.entity(entity).despawn();
    }
    stage.parts = kept;
}

/// What is to be painted of a stage.
pub fn scene(
    stage: &Stage,
    children: &Children,
    machines: &Query<&Machine>,
    buffers: &Query<&Buffer>,
    parts: &Query<&Part>,
) -> Scene {
    let mut machines: Vec<_> = machines.iter_many(children).collect();
    machines.sort_by_key(|machine| machine.number);
    let mut buffers: Vec<_> = buffers.iter_many(children).collect();
    buffers.sort_by_key(|buffer| buffer.number);
    Scene {
        figures: stage.figures.clone(),
        order: stage.order.clone(),
        ways_back: stage.ways_back.clone(),
        stations: machines.into_iter().map(|machine| machine.view.clone()).collect(),
        buffers: buffers.into_iter().map(|buffer| buffer.view.clone()).collect(),
        parts: parts.iter_many(children).map(|part| part.0).collect(),
        conditions: stage.conditions.clone(),
        pace: stage.pace,
        words: stage.words.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::{BufferPlace, Place};
    use crate::workbench::line::scene::Spot;

    fn places() -> Places {
        let buffer = |name: &str| BufferPlace { name: name.into(), capacity: 10, variable: 0 };
        Places {
            stations: vec!["Lathe".into(), "Mill".into(), "Press".into()],
            buffers: vec![buffer("buffer 1"), buffer("buffer 2")],
        }
    }

    fn stage_app() -> (App, Entity) {
        let mut app = App::new();
        app.add_plugins(plugin);
        let places = places();
        let order = serial_order(&places, false);
        let stage = spawn(&mut app.world_mut().commands(), &places, order);
        app.world_mut().flush();
        app.world_mut().write_message(StageSet {
            stage,
            levels: vec![2.0, 0.0],
            conditions: vec![Condition::Working; 3],
        });
        app.update();
        (app, stage)
    }

    fn seen(app: &mut App, at: Entity) -> Scene {
        type Seen<'w, 's> = (
            Query<'w, 's, (&'static Stage, &'static Children)>,
            Query<'w, 's, &'static Machine>,
            Query<'w, 's, &'static Buffer>,
            Query<'w, 's, &'static Part>,
        );
        let mut state = bevy::ecs::system::SystemState::<Seen>::new(app.world_mut());
        let (stages, machines, buffers, parts) = state.get(app.world()).unwrap();
        let (stage, children) = stages.get(at).unwrap();
        scene(stage, children, &machines, &buffers, &parts)
    }

    #[test]
    fn a_stage_stands_as_it_is_set() {
        let (mut app, stage) = stage_app();
        let scene = seen(&mut app, stage);
        assert_eq!(scene.order.len(), 5);
        assert_eq!(scene.order[1], Element::Buffer(0));
        assert_eq!(scene.parts.len(), 2);
        assert_eq!(scene.buffers[0].level, 2.0);
        assert!(scene.stations.iter().all(|s| s.condition == Condition::Working));
    }

    #[test]
    fn events_move_parts_and_turn_machines() {
        let (mut app, stage) = stage_app();
        let events = vec![
            Event::Failed { station: 2 },
            Event::Spent { station: 2, condition: Condition::Down },
            Event::Moved { from: Place::Buffer(0), to: Place::Station(1) },
            Event::Moved { from: Place::Station(1), to: Place::Buffer(1) },
            Event::Spent { station: 1, condition: Condition::Working },
        ];
        app.world_mut().write_message(BeatShown { stage, events, work: Vec::new() });
        app.update();
        let scene = seen(&mut app, stage);
        let levels: Vec<_> = scene.buffers.iter().map(|b| (b.before, b.level)).collect();
        assert_eq!(levels, [(2.0, 1.0), (0.0, 1.0)]);
        assert!(scene.stations[2].failed_now);
        assert_eq!(scene.stations[2].since, "1 beat");
        let slot = |buffer, place| Spot::Slot { buffer, place };
        assert!(scene.parts.contains(&PartView { from: slot(0, 0), via: Some(1), to: slot(1, 0) }));
    }

    #[test]
    fn a_sold_part_is_seen_leaving_and_then_gone() {
        let (mut app, stage) = stage_app();
        let sold = Event::Moved { from: Place::Buffer(0), to: Place::Customer };
        app.world_mut().write_message(BeatShown { stage, events: vec![sold], work: Vec::new() });
        app.update();
        assert_eq!(seen(&mut app, stage).parts.len(), 2);
        app.world_mut().write_message(BeatShown { stage, events: vec![], work: Vec::new() });
        app.update();
        assert_eq!(seen(&mut app, stage).parts.len(), 1);
        let entities = app.world_mut().query::<&Part>().iter(app.world()).count();
        assert_eq!(entities, 1);
    }

    #[test]
    fn at_full_speed_there_are_levels_and_no_parts() {
        let (mut app, stage) = stage_app();
        app.world_mut().get_mut::<Stage>(stage).unwrap().pace = Pace::Rates;
        app.world_mut().write_message(StageSet {
            stage,
            levels: vec![7.63, 1.2],
            conditions: vec![Condition::Working; 3],
        });
        app.update();
        let scene = seen(&mut app, stage);
        assert_eq!(scene.parts, []);
        assert_eq!(scene.buffers[0].level, 7.63);
    }
}
