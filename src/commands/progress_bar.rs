//! A progress bar on standard error for what takes longer than half a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::mdp::progress::Progress;

/// Waits so long before the bar is shown.
const PATIENCE: Duration = Duration::from_millis(500);
const REFRESH: Duration = Duration::from_millis(100);

/// Runs `work` with a bar that follows `progress`; silent where standard error is no terminal.
pub fn with_bar<T>(what: &'static str, progress: &Arc<Progress>, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let ended = Arc::new(AtomicBool::new(false));
    let watcher = {
        let (ended, progress) = (ended.clone(), progress.clone());
        std::thread::spawn(move || watch(what, &progress, &ended))
    };
    let result = work();
    ended.store(true, Ordering::Relaxed);
    watcher.thread().unpark();
    // The watcher only draws; if it failed there is nothing to mend.
    let _ = watcher.join();
    result
}

fn watch(what: &'static str, progress: &Progress, ended: &AtomicBool) {
    std::thread::park_timeout(PATIENCE);
    if ended.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::new(progress.total());
    if let Ok(style) =
        ProgressStyle::with_template("{msg} {wide_bar} {percent} %  {elapsed} elapsed, {eta} left")
    {
        bar.set_style(style);
    }
    bar.set_message(what);
    while !ended.load(Ordering::Relaxed) {
        bar.set_length(progress.total());
        bar.set_position(progress.done());
        std::thread::park_timeout(REFRESH);
    }
    bar.finish_and_clear();
}
