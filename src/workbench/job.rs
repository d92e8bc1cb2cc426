//! Work that takes longer than a frame: on a thread of its own, with progress and cancel.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::mdp::Progress;

/// Work under way, and its result once it is there.
pub struct Job<T> {
    thread: Option<JoinHandle<T>>,
    /// How far it has come; cancelling asks it to stop.
    pub progress: Arc<Progress>,
}

/// The work came to no end: it could not begin, or it broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work in the background broke off: this is a fault of the program, please report it")]
pub struct BrokeOff;

impl<T: Send + 'static> Job<T> {
    /// Starts the work.
    pub fn start(name: &str, work: impl FnOnce(&Progress) -> T + Send + 'static) -> Self {
        let progress = Arc::new(Progress::new());
        let shared = progress.clone();
        let named = std::thread::Builder::new().name(name.to_owned());
        // Without a thread the job ends at once, as one that broke off.
        let thread = named.spawn(move || work(&shared)).ok();
        Self { thread, progress }
    }

    /// Takes the result, once; `None` while the work is under way.
    ///
    /// # Errors
    /// [`BrokeOff`] where there will never be one.
    pub fn take(&mut self) -> Option<Result<T, BrokeOff>> {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return None;
        }
        Some(self.thread.take().ok_or(BrokeOff).and_then(|thread| thread.join().or(Err(BrokeOff))))
    }
}

impl<T> Drop for Job<T> {
    /// A job that nobody waits for any more is asked to stop.
    fn drop(&mut self) {
        self.progress.cancel();
    }
}

/// Takes the result of a job that has ended and puts the job away.
pub fn ended<T: Send + 'static>(job: &mut Option<Job<T>>) -> Option<Result<T, BrokeOff>> {
    let result = job.as_mut()?.take()?;
    *job = None;
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn awaited<T: Send + 'static>(mut job: Option<Job<T>>) -> Result<T, BrokeOff> {
        loop {
            if let Some(result) = ended(&mut job) {
                assert!(job.is_none());
                return result;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn work_ends_with_its_result_or_says_that_it_broke_off() {
        assert_eq!(awaited(Some(Job::start("sum", |_| 1 + 1))), Ok(2));
        let broken = Job::start("broken", |_| -> u32 { panic!("on purpose, to be caught") });
        assert_eq!(awaited(Some(broken)), Err(BrokeOff));
    }

    #[test]
    fn a_job_that_is_dropped_is_asked_to_stop() {
        let job = Job::start("endless", |progress| {
            while !progress.is_cancelled() {
                std::thread::yield_now();
            }
        });
        let progress = job.progress.clone();
        drop(job);
        assert!(progress.is_cancelled());
    }
}
