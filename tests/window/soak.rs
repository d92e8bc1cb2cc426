//! A long run at full speed with learning on: what it takes of memory does not grow.
//!
//! Half a minute of it in a test; `TAKTLAB_SOAK_MINUTES=60 cargo test --test window soak -- --nocapture`
//! for the hour, which prints memory by the minute.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::program::{folder, one_window, program, skip};

/// Memory may differ by so much between the second third and the last \[MiB\]: tables of the learner that
/// grow as it meets new states, and the allocator's own.
const SLACK: u64 = 24;

/// Memory in use \[MiB\], where the system tells.
fn resident(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[test]
fn memory_does_not_grow_while_a_learner_plays_at_full_speed() {
    let minutes = std::env::var("TAKTLAB_SOAK_MINUTES").ok();
    let minutes: Option<u64> = minutes.and_then(|minutes| minutes.parse().ok());
    let lasts = Duration::from_secs(minutes.map_or(30, |minutes| 60 * minutes));
    let folder = folder("soak");
    let _one = one_window();
    let file = folder.join("script.ron");
    let text = format!(
        "(surface: OffScreen(1280, 800), output: {:?}, limit_seconds: {}, steps: [
            Wait(Text(\"certified\")), Click(\"Change agent\"), Click(\"Q-learning\"),
            Wait(Text(\"Exploration\")), Set(\"Speed\", 1e7), Wait(Beat(100000)),
            Widgets(\"begun.json\"), Wait(Frames(1000000000)), Quit])",
        folder.display().to_string(),
        lasts.as_secs() + 600,
    );
    std::fs::write(&file, text).unwrap();
    let said = folder.join("said.txt");
    let mut child = program(&folder)
        .arg("--script")
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let begun = folder.join("begun.json");
    while !begun.is_file() {
        if let Some(status) = child.try_wait().unwrap() {
            let said = std::fs::read_to_string(&said).unwrap_or_default();
            assert!(said.contains("no graphics adapter was found"), "{status}: {said}");
            skip(&said);
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let start = Instant::now();
    let mut taken: Vec<(f32, u64)> = Vec::new();
    while start.elapsed() < lasts {
        assert!(child.try_wait().unwrap().is_none(), "{}", std::fs::read_to_string(&said).unwrap());
        let Some(mib) = resident(&child) else { break };
        taken.push((start.elapsed().as_secs_f32() / lasts.as_secs_f32(), mib));
        std::thread::sleep(Duration::from_secs(if minutes.is_some() { 10 } else { 1 }));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let most = |from: f32, to: f32| {
        let within = taken.iter().filter(|(share, _)| (from..to).contains(share));
        within.map(|(_, mib)| *mib).max()
    };
    for minute in taken.chunks(6).filter(|_| minutes.is_some()) {
        println!("{:5.1} %: {} MiB", 100.0 * minute[0].0, minute[0].1);
    }
    // Where the system does not tell there is nothing to be held against.
    if let (Some(middle), Some(last)) = (most(0.34, 0.67), most(0.67, 1.1)) {
        assert!(last <= middle + SLACK, "{middle} MiB, then {last} MiB");
        println!("{middle} MiB in the second third, {last} MiB in the last");
    }
}
