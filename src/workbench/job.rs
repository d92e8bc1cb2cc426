//! Work that takes longer than a frame: on a thread of its own, with progress and cancel.

use std::sync::{Arc, Mutex, PoisonError};

use crate::mdp::Progress;

/// Work under way, and its result once it is there.
pub struct Job<T> {
    result: Arc<Mutex<Option<T>>>,
    /// How far it has come; cancelling asks it to stop.
    pub progress: Arc<Progress>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts the work. `None` where no thread could be had.
    pub fn start(name: &str, work: impl FnOnce(&Progress) -> T + Send + 'static) -> Option<Self> {
        let (result, progress) = (Arc::new(Mutex::new(None)), Arc::new(Progress::new()));
        let job = Self { result: result.clone(), progress: progress.clone() };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let found = work(&progress);
                *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            })
            .ok()?;
        Some(job)
    }

    /// Takes the result, once.
    pub fn take(&self) -> Option<T> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Drop for Job<T> {
    /// A job that nobody waits for any more is asked to stop.
    fn drop(&mut self) {
        self.progress.cancel();
    }
}
