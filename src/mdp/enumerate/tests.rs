//! A small drifting walk, enumerated by hand and by machine, and walks that are wrong on purpose.

use super::*;
use crate::mdp::environment::{Environment, Places};
use crate::mdp::variable::{Space, Variable};

/// x in 0..=5 and a lamp. Action 0 drifts (¼ down, ¾ up, within bounds; never by 0), action 1
/// stays and lights the lamp with probability `lamp`. x = 5 is terminal. Starts at 1.
struct Drift {
    states: Space,
    actions: Space,
    sources: Vec<String>,
    items: Vec<String>,
    places: Places,
    lamp: f64,
    up: f64,
}

fn drift(lamp: f64, up: f64) -> Drift {
    Drift {
        states: Space::new(vec![
            Variable::count("x", 0, 5, ""),
            Variable::choice("lamp", &["off", "on"]),
        ])
        .unwrap(),
        actions: Space::new(vec![Variable::choice("do", &["drift", "light"])]).unwrap(),
        sources: vec!["drift".into(), "lamp".into()],
        items: vec!["toll".into(), "light".into()],
        places: Places::default(),
        lamp,
        up,
    }
}

impl Environment for Drift {
    fn kind(&self) -> &'static str {
        "Drift"
    }
    fn state_space(&self) -> &Space {
        &self.states
    }
    fn action_space(&self) -> &Space {
        &self.actions
    }
    fn sources(&self) -> &[String] {
        &self.sources
    }
    fn reward_items(&self) -> &[String] {
        &self.items
    }
    fn places(&self) -> &Places {
        &self.places
    }
    fn is_terminal(&self, state: &[Level]) -> bool {
        state[0] == 5
    }
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        state[0] = 1;
        state[1] = Level::from(beat.bernoulli(1, 0.0));
    }
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        next.copy_from_slice(state);
        if action[0] == 0 {
            let drift = beat.pick(0, &[0.25, 0.0, self.up]) as Level - 1;
            next[0] = (state[0] + drift).clamp(0, 5);
            beat.earn(0, -1.0);
            if drift > 0 {
                beat.earn(0, 3.0);
            }
        } else if beat.bernoulli(1, self.lamp) {
            next[1] = 1;
            beat.earn(1, 10.0);
            beat.tell(Event::GoalReached);
        }
    }
}

impl Enumerable for Drift {}

fn whole(environment: &Drift) -> Result<Enumeration, EnumerationError> {
    enumerate(environment, EnumerationOptions::default(), &Progress::new())
}

#[test]
fn rows_and_rewards_are_those_worked_out_by_hand() {
    let environment = drift(0.5, 0.75);
    let found = whole(&environment).unwrap();
    let model = &found.model;
    let number = |x, lamp| environment.states.index(&[x, lamp]) as u32;
    assert_eq!(model.states(), 12);
    let row = model.row(number(2, 0) as usize, 0).unwrap();
    assert_eq!(row, ([number(1, 0), number(3, 0)].as_slice(), [0.25, 0.75].as_slice()));
    assert_eq!(model.reward(number(2, 0) as usize, 0), -1.0 + 0.75 * 3.0);
    let lit = model.row(number(2, 1) as usize, 1).unwrap();
    assert_eq!(lit, ([number(2, 1)].as_slice(), [1.0].as_slice()), "outcomes that agree are one");
    assert!(model.row(number(5, 0) as usize, 0).is_none() && model.is_terminal(10));
    assert_eq!(model.start(), [(number(1, 0), 1.0)]);
    // Ten states go on: drift has two successors, light two where the lamp is off, one else.
    assert_eq!(model.transitions(), 10 * 2 + 5 * 2 + 5);
}

#[test]
fn branches_keep_items_and_events_and_skip_the_impossible() {
    let environment = drift(0.5, 0.75);
    let drifted = branches(&environment, &[2, 0], &[0]).unwrap();
    assert_eq!(drifted.len(), 2);
    assert_eq!(drifted[1].items, [(0, -1.0), (0, 3.0)]);
    let lit = branches(&environment, &[2, 1], &[1]).unwrap();
    assert_eq!(lit.len(), 2, "a click shows every branch, also those that end alike");
    assert_eq!(lit[0].events, [Event::GoalReached]);
    assert_eq!(branches(&drift(1.0, 0.75), &[2, 0], &[1]).unwrap().len(), 1);
}

#[test]
fn only_what_can_be_reached_is_held() {
    let options = EnumerationOptions { reachable_only: true, ..Default::default() };
    let environment = drift(0.0, 0.75);
    let found = enumerate(&environment, options, &Progress::new()).unwrap();
    assert_eq!(found.states.len(), 6, "the lamp is never lit");
    let all = whole(&environment).unwrap();
    for number in 0..6 {
        let index = found.states.index(number) as usize;
        assert_eq!(all.states.find(index as u64), Some(index));
        assert_eq!(found.model.is_terminal(number), all.model.is_terminal(index));
        for action in 0..2 {
            assert_eq!(found.model.reward(number, action), all.model.reward(index, action));
        }
    }
}

#[test]
fn wrong_draws_are_named_with_state_and_action() {
    let error = whole(&drift(1.2, 0.75)).unwrap_err().to_string();
    assert!(error.contains("`lamp` is drawn with probability 1.2"), "{error}");
    assert!(error.contains("x = 0, lamp = off") && error.contains("do = light"), "{error}");
    let error = whole(&drift(0.5, 0.7)).unwrap_err().to_string();
    assert!(error.contains("`drift` sum to 0.95"), "{error}");
    let error = whole(&drift(f64::NAN, 0.75)).unwrap_err().to_string();
    assert!(error.contains("NaN"), "{error}");
}

#[test]
fn limits_and_cancelling_say_how_far_it_came() {
    let environment = drift(0.5, 0.75);
    let little = EnumerationOptions { reachable_only: false, memory_limit: 100 };
    assert!(matches!(
        enumerate(&environment, little, &Progress::new()),
        Err(EnumerationError::Memory { states: 12, .. })
    ));
    let cancelled = Progress::new();
    cancelled.cancel();
    let error = enumerate(&environment, EnumerationOptions::default(), &cancelled);
    assert_eq!(error.unwrap_err(), EnumerationError::Cancelled { states_done: 12, states: 12 });
}

#[test]
fn check_passes_the_right_and_names_the_wrong() {
    assert_eq!(crate::mdp::check(&drift(0.5, 0.75)), Ok(()));
    let complaints = crate::mdp::check(&drift(0.5, 0.7)).unwrap_err();
    assert!(complaints.iter().any(|words| words.contains("sum to 0.95")), "{complaints:?}");
}

/// A walk that cheats: when it is sampled it looks at a clock that no beat knows of.
#[test]
fn check_finds_a_step_that_samples_otherwise_than_it_enumerates() {
    use std::sync::atomic::{AtomicU64, Ordering};
    struct Cheat(Drift, AtomicU64);
    impl Environment for Cheat {
        fn kind(&self) -> &'static str {
            "Cheat"
        }
        fn state_space(&self) -> &Space {
            self.0.state_space()
        }
        fn action_space(&self) -> &Space {
            self.0.action_space()
        }
        fn sources(&self) -> &[String] {
            self.0.sources()
        }
        fn reward_items(&self) -> &[String] {
            self.0.reward_items()
        }
        fn places(&self) -> &Places {
            self.0.places()
        }
        fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
            self.0.start(state, beat);
        }
        fn step<B: Beat + ?Sized>(&self, s: &[Level], a: &[Level], n: &mut [Level], beat: &mut B) {
            self.0.step(s, a, n, beat);
            if self.1.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) {
                n[0] = s[0];
            }
        }
    }
    impl Enumerable for Cheat {}
    assert!(crate::mdp::check(&Cheat(drift(0.5, 0.75), AtomicU64::new(1))).is_err());
}

/// The walk with one thing odd about it.
struct Odd(Drift, Oddity);

#[derive(PartialEq)]
enum Oddity {
    /// A draw that is none leads out of the state space.
    NoNumber,
    /// Two draws so unlikely that both together come out as 0.
    Underflow,
    /// Draws that do not matter at the start.
    ManyStarts,
    /// An episode starts where it ends.
    StartsAtTheEnd,
}

impl Environment for Odd {
    fn kind(&self) -> &'static str {
        "Odd"
    }
    fn state_space(&self) -> &Space {
        self.0.state_space()
    }
    fn action_space(&self) -> &Space {
        self.0.action_space()
    }
    fn sources(&self) -> &[String] {
        self.0.sources()
    }
    fn reward_items(&self) -> &[String] {
        self.0.reward_items()
    }
    fn places(&self) -> &Places {
        self.0.places()
    }
    fn is_terminal(&self, state: &[Level]) -> bool {
        self.0.is_terminal(state)
    }
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        self.0.start(state, beat);
        match self.1 {
            Oddity::ManyStarts => {
                for _ in 0..17 {
                    beat.bernoulli(0, 0.5);
                }
            }
            Oddity::StartsAtTheEnd => state[0] = 5,
            Oddity::NoNumber | Oddity::Underflow => {}
        }
    }
    fn step<B: Beat + ?Sized>(&self, s: &[Level], a: &[Level], n: &mut [Level], beat: &mut B) {
        self.0.step(s, a, n, beat);
        match self.1 {
            Oddity::NoNumber => {
                beat.bernoulli(1, f64::NAN);
                n[0] = 99;
            }
            Oddity::Underflow => {
                n.copy_from_slice(s);
                if beat.bernoulli(0, 1e-200) && beat.bernoulli(1, 1e-200) {
                    n[1] = 1 - s[1];
                }
            }
            Oddity::ManyStarts | Oddity::StartsAtTheEnd => {}
        }
    }
}

impl Enumerable for Odd {}

#[test]
fn a_draw_that_is_none_is_named_before_where_it_leads() {
    let odd = Odd(drift(0.5, 0.75), Oddity::NoNumber);
    let error = enumerate(&odd, EnumerationOptions::default(), &Progress::new()).unwrap_err();
    assert!(error.to_string().contains("drawn with probability NaN"), "{error}");
}

#[test]
fn what_is_too_unlikely_for_a_number_is_left_out() {
    let odd = Odd(drift(0.5, 0.75), Oddity::Underflow);
    for reachable_only in [false, true] {
        let options = EnumerationOptions { reachable_only, ..Default::default() };
        let model = enumerate(&odd, options, &Progress::new()).unwrap().model;
        for state in (0..model.states()).filter(|&state| !model.is_terminal(state)) {
            let (successors, probabilities) = model.row(state, 0).unwrap();
            assert_eq!((successors, probabilities), ([state as u32].as_slice(), [1.0].as_slice()));
        }
    }
    assert!(branches(&odd, &[2, 0], &[0]).unwrap().iter().all(|branch| branch.probability > 0.0));
}

#[test]
fn a_start_of_too_many_branches_is_refused_though_they_agree() {
    let error = start_distribution(&Odd(drift(0.5, 0.75), Oddity::ManyStarts)).unwrap_err();
    assert!(matches!(error, EnumerationError::Branches { .. }), "{error}");
}

#[test]
fn check_names_a_start_where_it_has_already_ended() {
    let complaints = crate::mdp::check(&Odd(drift(0.5, 0.75), Oddity::StartsAtTheEnd)).unwrap_err();
    assert!(complaints.iter().any(|words| words.contains("x = 5")), "{complaints:?}");
}

#[test]
fn probabilities_that_miss_1_by_more_than_rounding_are_refused() {
    assert!(whole(&drift(0.5, 0.75 + 1e-13)).is_ok());
    let error = whole(&drift(0.5, 0.75 + 1e-10)).unwrap_err().to_string();
    assert!(error.contains("`drift` sum to 1.0000000001"), "{error}");
}

/// So many draws of ten outcomes each, as far as there are variables for them; what was drawn before
/// moves on to the variables behind.
struct Wide {
    states: Space,
    actions: Space,
    sources: Vec<String>,
    places: Places,
    draws: usize,
}

fn wide(variables: usize, draws: usize) -> Wide {
    let each = (0..variables).map(|place| Variable::count(format!("x{place}"), 0, 9, ""));
    Wide {
        states: Space::new(each.collect()).unwrap(),
        actions: Space::new(vec![Variable::choice("do", &["one", "other"])]).unwrap(),
        sources: (0..draws).map(|place| format!("draw {place}")).collect(),
        places: Places::default(),
        draws,
    }
}

impl Environment for Wide {
    fn kind(&self) -> &'static str {
        "Wide"
    }
    fn state_space(&self) -> &Space {
        &self.states
    }
    fn action_space(&self) -> &Space {
        &self.actions
    }
    fn sources(&self) -> &[String] {
        &self.sources
    }
    fn reward_items(&self) -> &[String] {
        &[]
    }
    fn places(&self) -> &Places {
        &self.places
    }
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
    }
    fn step<B: Beat + ?Sized>(&self, s: &[Level], _: &[Level], next: &mut [Level], beat: &mut B) {
        for (later, level) in next.iter_mut().skip(self.draws).zip(s) {
            *later = *level;
        }
        for draw in 0..self.draws {
            let found = beat.pick(draw, &[0.1; 10]) as Level;
            if let Some(level) = next.get_mut(draw) {
                *level = found;
            }
        }
    }
}

impl Enumerable for Wide {}

/// What has too many joint outcomes is refused before they are replayed, be it in one pair or in all.
#[test]
fn too_many_joint_outcomes_are_refused_in_good_time() {
    for (reachable_only, variables) in [(false, 6), (true, 8)] {
        let options = EnumerationOptions { reachable_only, ..Default::default() };
        let refused = |wide: &Wide| {
            let begun = std::time::Instant::now();
            let error = enumerate(wide, options, &Progress::new()).unwrap_err();
            let took = begun.elapsed().as_secs();
            assert!(took < 60, "{took} s");
            error
        };
        // A hundred thousand in a pair.
        let error = refused(&wide(3, 5));
        assert!(matches!(error, EnumerationError::Branches { limit: 65_536, .. }), "{error}");
        assert!(
            error.to_string().contains("more than 65536 joint outcomes of one step"),
            "{error}"
        );
        // Ten thousand in a pair, and millions of pairs.
        let error = refused(&wide(variables, 4));
        let EnumerationError::Outcomes { a_pair: 10_000, pairs, limit: MOST_OUTCOMES } = error
        else {
            panic!("{error}")
        };
        assert!(if reachable_only { pairs > 1_700_000 } else { pairs == 2_000_000 }, "{pairs}");
        let words = error.to_string();
        for told in ["about 10000 joint outcomes", "QLearning()", "narrower demand"] {
            assert!(words.contains(told), "{told}: {words}");
        }
    }
}

/// Many successors of a pair are the same as few: each once, in the order of the draws.
#[test]
fn rows_with_many_successors_have_each_once() {
    // Two of three draws are seen: a hundred successors of ten outcomes each.
    let model = enumerate(&wide(2, 3), EnumerationOptions::default(), &Progress::new());
    let model = model.unwrap().model;
    let (successors, probabilities) = model.row(0, 0).unwrap();
    let mut sorted = successors.to_vec();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..100).collect::<Vec<u32>>());
    assert!(probabilities.iter().all(|p| (p - 0.01).abs() < 1e-12), "{probabilities:?}");
}
