//! How far a long computation has come, and the wish that it stop: shared between threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counted by the one who works, read and cancelled by the one who waits.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Nothing done, the total not known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how much there is to do; 0 where that is not known.
    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Sets how much is done.
    pub fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Adds to what is done.
    pub fn advance(&self, more: u64) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    /// How much is done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How much there is to do, 0 where that is not known.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// The share done, from 0 to 1, where the total is known.
    pub fn share(&self) -> Option<f64> {
        match self.total() {
            0 => None,
            total => Some((self.done() as f64 / total as f64).min(1.0)),
        }
    }

    /// Asks for an end; the work stops at its next convenient place.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether an end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_shares_and_cancels() {
        let progress = Progress::new();
        assert_eq!((progress.share(), progress.is_cancelled()), (None, false));
        progress.set_total(8);
        progress.advance(2);
        assert_eq!(progress.share(), Some(0.25));
        progress.set_done(9);
        assert_eq!((progress.done(), progress.share()), (9, Some(1.0)));
        progress.cancel();
        assert!(progress.is_cancelled());
    }
}
