//! `taktlab shot` and `taktlab film` draw the workbench without a window.

use std::path::Path;
use std::process::Output;

use super::program::{drawn, folder, one_window, program};

/// Runs a command that draws; `None` where nothing can be drawn here and that may be.
fn draw(folder: &Path, line: &str) -> Option<Output> {
    let _one = one_window();
    drawn(program(folder).args(line.split_whitespace()))
}

#[test]
fn a_shot_is_that_of_its_beat_each_time() {
    let folder = folder("shot");
    let shot = |beat: u32, name: &str| {
        let line = format!("shot lines/three_machines.ron --beat {beat} --size 960x600 -o {name}");
        let output = draw(&folder, &format!("{line} --format json"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("XDG_RUNTIME_DIR"), "drivers complain: {said}");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&told["width"], &told["beat"]), (&960.into(), &beat.into()));
        Some(image::open(folder.join(name)).unwrap().into_rgb8())
    };
    let Some(first) = shot(500, "a.png") else { return };
    assert_eq!(first.dimensions(), (960, 600));
    assert!(first == shot(500, "b.png").unwrap(), "the same beat looks the same");
    assert!(first != shot(501, "c.png").unwrap(), "another beat does not");
}

#[test]
fn a_film_has_its_pictures_and_moves() {
    let folder = folder("film");
    let line = "film basics/chain.ron --beat 3 --seconds 0.4 --size 480x320 -o a.gif";
    let Some(output) = draw(&folder, line) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let file = std::fs::File::open(folder.join("a.gif")).unwrap();
    let mut film = options.read_info(file).unwrap();
    let (mut pictures, mut first, mut last) = (0, Vec::new(), Vec::new());
    while let Some(frame) = film.read_next_frame().unwrap() {
        assert_eq!((frame.width, frame.height, frame.delay), (480, 320, 4));
        last = frame.buffer.to_vec();
        if pictures == 0 {
            first.clone_from(&last);
        }
        pictures += 1;
    }
    assert_eq!(pictures, 10);
    assert!(first != last, "nothing moved");
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let folder = folder("undrawn");
    for (line, words) in [
        ("shot lines/three_machines.ron -o a.jpg", "ends in .png"),
        ("film lines/three_machines.ron -o a.gif --seconds 0", "above 0"),
        ("shot lines/three_machines.ron -o a.png --size 3x3", "from 320"),
        ("shot no_such.ron -o a.png", "no_such.ron"),
        ("shot lines/three_machines.ron -o no/such/folder/a.png", "could not be written"),
    ] {
        let output = program(&folder).args(line.split_whitespace()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(words), "{line}: {said}");
    }
}
