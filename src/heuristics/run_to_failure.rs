//! Run to failure: a machine that wears is run and never treated before it fails.
//!
//! What no maintenance plan is, and what every plan has to beat. A failure is repaired or replaced
//! as the environment says; a machine that only wears and never fails is run for ever. With
//! earnings e a beat, cost c of a failure and probability R(a) that a new machine is still up after
//! a beats, each cycle lasts Σ R(a) beats and the gain is e − c / Σ R(a) (renewal reward; Barlow &
//! Proschan 1965, ch. 4).

use super::{Heuristic, Rule};
use crate::environments::replacement::{RUN, Replacement};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct NoTreatment;

impl Rule for NoTreatment {
    fn name(&self) -> &str {
        "Run to failure"
    }

    #[inline]
    fn apply(&self, _seen: &[Level], action: &mut [Level]) {
        action.fill(RUN);
    }
}

/// The agent that runs a machine to failure.
pub type RunToFailure = Heuristic<NoTreatment>;

impl RunToFailure {
    /// Runs the machine that wears.
    ///
    /// # Errors
    /// That there is none here.
    pub fn new(environment: &AnyEnvironment) -> Result<Self, Vec<SettingError>> {
        let machine = machine_of("run to failure", environment)?;
        Ok(Self::following(NoTreatment, machine.action_space()))
    }
}

/// The machine that wears of an environment, or why a rule of maintenance has none here.
pub(super) fn machine_of<'e>(
    rule: &str,
    environment: &'e AnyEnvironment,
) -> Result<&'e Replacement, Vec<SettingError>> {
    match environment {
        AnyEnvironment::Replacement(machine) => Ok(machine),
        _ => Err(vec![SettingError {
            path: String::new(),
            message: format!("{rule} is for a machine that wears, and stands alone (`Replacement`); this is none"),
            remedy: "where the machines of a line are maintained, let `Threshold` watch the condition of \
                     one; else choose another agent, such as `AlwaysRun`"
                .to_owned(),
        }]),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::replacement::{AfterFailure, Maintain, Replace, ReplacementSettings};
    use crate::environments::{AnySettings, ReplacementSettings as Settings};
    use crate::mdp::Agent;

    /// A machine with five states, and one for down, that can be maintained and replaced.
    pub fn worn(wear: &[f64]) -> Settings {
        ReplacementSettings {
            states: 5,
            failure: vec![0.0, 0.1, 0.2, 0.3, 0.5],
            after_failure: AfterFailure::Down { repair: 0.5, down_cost: 1.0 },
            wear: wear.to_vec(),
            maintain: Some(Maintain::default()),
            replace: Some(Replace::default()),
            ..Default::default()
        }
    }

    pub fn built(settings: Settings) -> AnyEnvironment {
        AnySettings::Replacement(settings).build().unwrap()
    }

    #[test]
    fn it_runs_whatever_the_wear() {
        let mut agent = RunToFailure::new(&built(worn(&[0.0, 1.0]))).unwrap();
        assert_eq!(agent.name(), "Run to failure");
        for wear in 0..=5 {
            assert_eq!(decided(&mut agent, &seeing(&[wear], None), 1), [RUN]);
        }
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert!(RunToFailure::new(&chain).is_err());
    }
}
