//! How worn a station is, as the state of any kind tells it.

use super::AnyEnvironment;
use crate::mdp::{Environment, Level};

impl AnyEnvironment {
    /// How worn a station is in a state: 0 as new, 1 as worn as it can be and still work. `None` where
    /// it is down or under maintenance, and where the kind does not tell.
    pub fn wear(&self, state: &[Level], station: usize) -> Option<f64> {
        match self {
            Self::Line(line) => line.wear(state, station),
            Self::Replacement(machine) => share(*state.get(station)?, machine.settings().states),
            Self::Inspection(machine) => {
                let worst = machine.state_space().variables().first()?.high;
                share(*state.first()?, usize::try_from(worst).ok()? + 1)
            }
            _ => None,
        }
    }
}

/// A level among so many, as a share of the highest; `None` above it.
fn share(level: Level, levels: usize) -> Option<f64> {
    let highest = levels.saturating_sub(1).max(1) as f64;
    Some(f64::from(level) / highest).filter(|share| *share <= 1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::line::{BufferSettings, Line, LineSettings, MachineSettings, WearSettings};
    use super::super::{Inspection, InspectionSettings, Replacement, ReplacementSettings};
    use super::*;

    #[test]
    fn wear_is_a_share_of_the_worst() {
        let settings = ReplacementSettings { states: 5, units: 2, ..Default::default() };
        let machine = AnyEnvironment::Replacement(Arc::new(Replacement::new(settings).unwrap()));
        assert_eq!(machine.wear(&[0, 3], 0), Some(0.0));
        assert_eq!(machine.wear(&[0, 3], 1), Some(0.75));
        assert_eq!(machine.wear(&[5, 3], 0), None);
        let hidden = Inspection::new(InspectionSettings::default()).unwrap();
        let worst = hidden.state_space().variables()[0].high;
        let hidden = AnyEnvironment::Inspection(Arc::new(hidden));
        assert_eq!(hidden.wear(&[worst, 0], 0), Some(1.0));
        let machine = |wear| MachineSettings {
            failure: 0.1,
            repair: 0.1,
            wear,
            ..MachineSettings::default()
        };
        let line = Line::new(LineSettings {
            machines: vec![
                machine(None),
                machine(Some(WearSettings { stages: 3, ..WearSettings::default() })),
            ],
            buffers: vec![BufferSettings::default()],
            ..LineSettings::default()
        })
        .unwrap();
        let line = AnyEnvironment::Line(Arc::new(line));
        // Level of the buffer, then the conditions: down and up; down, and three stages from the worst.
        for (state, wear) in [
            ([0, 1, 3], [Some(0.0), Some(0.0)]),
            ([0, 0, 2], [None, Some(0.5)]),
            ([0, 1, 1], [Some(0.0), Some(1.0)]),
            ([0, 1, 0], [Some(0.0), None]),
        ] {
            assert_eq!([0, 1].map(|station| line.wear(&state, station)), wear, "{state:?}");
        }
    }
}
