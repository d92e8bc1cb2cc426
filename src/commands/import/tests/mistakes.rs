//! Files with mistakes: each is told at its place, with what to do.

use super::super::*;
use crate::commands::csv_file::reports;
use crate::rows::Fault;

/// Files that nobody should write: each is refused with line, column and remedy.
#[test]
fn what_is_wrong_is_told_by_line_and_column() {
    let log = "time (s),machine,condition\n";
    let table = "station,mtbf (h),mttr (min),failures,scrap,parts,scrapped,buffer,cycle (s)\n";
    let many = |line: &str, count: usize| line.repeat(count);
    for (text, line, column, words) in [
        (String::new(), 1, "", "no columns"),
        ("\n\n".to_owned(), 1, "", "no columns"),
        ("nothing".to_owned(), 1, "", "no columns"),
        (log.to_owned(), 1, "", "nothing below"),
        (format!("{log}1,A\n"), 2, "", "2 cells, and 3 columns"),
        (format!("{log}1,A,down,4\n"), 2, "", "4 cells"),
        ("time (s),machine,condition,colour\n1,A,up,3\n".to_owned(), 1, "colour", "not known"),
        ("machine,condition\nA,up\n".to_owned(), 1, "time", "not there"),
        ("time,machine,condition\n1,A,up\n2,A,down\n".to_owned(), 2, "time", "no unit"),
        (format!("{log}x,A,up\n"), 2, "time", "no time"),
        (format!("{log}-1,A,up\n"), 2, "time", "no time"),
        (format!("{log}NaN,A,up\n"), 2, "time", "no time"),
        (format!("{log}inf,A,up\n"), 2, "time", "no time"),
        (format!("{log}1e999,A,up\n"), 2, "time", "no time"),
        (format!("{log},A,up\n"), 2, "time", "No time is given"),
        (format!("{log}1,,up\n"), 2, "machine", "No machine"),
        (format!("{log}1,A,asleep\n"), 2, "condition", "no condition that is known"),
        (format!("{log}5,A,up\n9,A,down\n8,A,up\n"), 4, "time", "before that of the line above"),
        (format!("{log}5,A,up\n6 beats,A,down\n"), 3, "time", "some in units"),
        (format!("{log}5,A,up\n5,B,up\n"), 1, "time", "No time goes by"),
        ("time (s),machine,condition,parts\n1,A,up,1.5\n".to_owned(), 2, "parts", "no whole"),
        ("time (s),machine,condition,parts\n1,A,up,-3\n".to_owned(), 2, "parts", "does not lie"),
        (
            format!("{log}{}", (0..66).map(|i| format!("{i},M{i},up\n")).collect::<String>()),
            66,
            "machine",
            "65th",
        ),
        (format!("{table}A,8,20,3,,,,,\nA,8,20,3,,,,,\n"), 3, "station", "there twice"),
        (format!("{table},8,20,3,,,,,\n"), 2, "station", "no name"),
        (format!("{table}A,8,,3,,,,,\n"), 2, "mttr", "needs its `mttr` too"),
        (format!("{table}A,0,20,3,,,,,\n"), 2, "mtbf", "The time is 0"),
        (format!("{table}A,-8,20,3,,,,,\n"), 2, "mtbf", "no time"),
        (format!("{table}A,8,20,3.5,,,,,\n"), 2, "failures", "no whole number"),
        (format!("{table}A,8,20,-3,,,,,\n"), 2, "failures", "does not lie between 0"),
        (format!("{table}A,8,20,0,,,,,\n"), 2, "failures", "No failures were seen, and yet"),
        (format!("{table}A,,,3,,,,,\n"), 2, "failures", "there is no `mtbf`"),
        (
            "station,mtbf (h),mttr (min),failures,repairs\nA,8,20,3,0\n".to_owned(),
            2,
            "repairs",
            "No repairs were seen, and yet there is an `mttr`",
        ),
        (format!("{table}A,8,20,1e300,,,,,\n"), 2, "failures", "does not lie between 0"),
        (format!("{table}A,8,20,3,1.5,,,,\n"), 2, "scrap", "does not lie between 0 and 1"),
        (format!("{table}A,8,20,3,NaN,,,,\n"), 2, "scrap", "does not lie between 0 and 1"),
        (format!("{table}A,8,20,3,,5,9,,\n"), 2, "scrapped", "cannot be scrapped"),
        ("station,mtbf (h),mttr (min),scrap (m)\nA,8,20,0.1\n".to_owned(), 2, "scrap", "no unit"),
        ("station,mtbf (h),mttr (min),buffer (m)\nA,8,20,3\n".to_owned(), 2, "buffer", "no unit"),
        (format!("{table}A,8,20,3,,,,x,\n"), 2, "buffer", "no number"),
        (format!("{table}A,8,20,3,,,,,0\n"), 2, "cycle", "The time is 0"),
        (
            format!(
                "{table}{}",
                (0..65).map(|i| format!("M{i},8,20,3,,,,,\n")).collect::<String>()
            ),
            1,
            "",
            "64 at most",
        ),
        (format!("{log}{}", many("1,A,up\n", 500_001)), 500_002, "", "more than 500000 lines"),
        (format!("{log}1,\"A,up\n"), 2, "", "not closed"),
        (format!("{log}2024-01-01 08:00,A,up\n01/02/2024 10:00,A,up\n"), 3, "time", "no date"),
        (format!("{log}2024-01-01 08:00,A,up\n5,A,up\n"), 3, "time", "dates and some are not"),
        (format!("{log}5,A,up\n2024-01-01 08:00,A,up\n"), 3, "time", "dates and some are not"),
        (
            format!("{log}2024-01-01 08:00,A,up\n2024-01-01T09:00Z,A,up\n"),
            3,
            "time",
            "name their zone",
        ),
        (
            format!("{log}2024-10-27 02:59,A,up\n2024-10-27 02:00,A,down\n"),
            3,
            "time",
            "before that of the line above",
        ),
        (format!("{log}\"1,5 s\",A,up\n"), 2, "time", "no time"),
        (format!("{table}A,8,20,3,150 %,,,,\n"), 2, "scrap", "150 %, which is 1.5, does not lie"),
        (format!("{log}{}", many("x,,zzz\n", 1_000)), 2, "condition", "no condition"),
    ] {
        let shown: String = text.chars().take(200).collect();
        let read = Table::read("f.csv", &text).and_then(|table| match log::is_one(&table) {
            true => log::read(table, &Words::default()),
            false => stations::read(table),
        });
        let faults = read.err().unwrap_or_else(|| panic!("it was read: {shown}"));
        let fits = |fault: &Fault| {
            fault.line == line && fault.column == column && fault.message.contains(words)
        };
        assert!(faults.iter().any(fits), "{line} {column} {words} in {shown}\n{faults:#?}");
        assert!(faults.len() <= crate::interchange::MOST_FAULTS);
        for fault in &faults {
            assert!(
                fault.file == "f.csv" && fault.remedy.ends_with('.') && fault.remedy.len() > 8,
                "{fault:?}"
            );
        }
        // The report draws it at its place.
        for fault in &faults {
            let cell = text.get(fault.span.clone()).unwrap();
            assert!(fault.column.is_empty() || !cell.contains('\n'), "{cell}");
        }
        let entries = reports("f.csv", &text, faults).entries();
        assert!(entries.iter().any(|entry| entry.line == Some(line as usize)), "{entries:?}");
    }
}

/// What is wrong with a whole column is told once, in its first cell and with the number of cells; what
/// is wrong in another way apart.
#[test]
fn the_same_fault_in_a_column_is_told_once() {
    let read = |text: &str| -> Vec<Fault> {
        let table = Table::read("f.csv", text).unwrap();
        match log::is_one(&table) {
            true => log::read(table, &Words::default()).unwrap_err(),
            false => stations::read(table).unwrap_err(),
        }
    };
    let faults = read("station,mtbf,mttr (min)\nA,8,20\nB,9,x\nC,7,20\nD,5 h,30\n");
    let told: Vec<(u64, &str, &str)> =
        faults.iter().map(|fault| (fault.line, &*fault.column, &*fault.message)).collect();
    let many = "`8` has no unit. So it is in 3 cells of this column, of which this is the first.";
    assert_eq!(told, [(2, "mtbf", many), (3, "mttr", "`x` is no time from 0 on.")]);
    let drawn =
        reports("f.csv", "station,mtbf,mttr (min)\nA,8,20\nB,9,x\nC,7,20\nD,5 h,30\n", faults);
    assert!(drawn.drawn(false).contains("in 3 cells of this column"), "{}", drawn.drawn(false));
    let lines: String = (0..5_000).map(|at| format!("{at},A,asleep\n")).collect();
    let faults = read(&format!("time (s),machine,condition\n{lines}"));
    assert_eq!((faults.len(), faults[0].line), (1, 2), "{faults:?}");
    assert!(faults[0].message.contains("in 5000 cells"), "{faults:?}");
    // A line whose time is wrong misses none beside it, however often that is so.
    let faults = read("time (s),machine,condition\nx,A,up\ny,A,down\nz,A,up\n");
    assert_eq!(faults.len(), 1, "{faults:?}");
}

#[test]
fn a_misspelt_column_is_told_with_what_was_meant() {
    let log = "time (s),machine,condition,parts";
    let table = "station,cycle (s),mtbf (h),mttr (min),buffer";
    for (header, right, wrong, meant) in [
        (table, "buffer", "bufer", "buffer"),
        (table, "mtbf", "mtbff", "mtbf"),
        (table, "cycle", "cylce", "cycle"),
        (table, "station", "sttaion", "station"),
        (log, "condition", "conditon", "condition"),
        (log, "machine", "machin", "machine"),
    ] {
        let text = format!("{}\nA,60,8,20,4\n", header.replacen(right, wrong, 1));
        let text = if header == log { text.replace("A,60,8,20,4", "1,A,up,2") } else { text };
        let table = Table::read("f.csv", &text).unwrap();
        let faults = match log::is_one(&table) {
            true => log::read(table, &Words::default()).unwrap_err(),
            false => stations::read(table).unwrap_err(),
        };
        let told = format!("Did you mean `{meant}`?");
        assert!(faults[0].remedy.starts_with(&told), "{wrong}: {faults:?}");
        // Nor is it missed as well.
        assert_eq!((faults.len(), &*faults[0].column), (1, wrong), "{faults:?}");
    }
    let table = Table::read("f.csv", "station,colour\nA,red\n").unwrap();
    let faults = stations::read(table).unwrap_err();
    assert!(faults[0].remedy.starts_with("Known are station"), "{faults:?}");
}

/// However the lines end and however many are empty, a fault is told at its cell.
#[test]
fn a_fault_is_told_at_its_cell_however_lines_end() {
    for end in ["\n", "\r\n"] {
        let text = format!(
            "# shift 3{end}{end}{end}time (s),machine,condition{end}1,A,up{end}{end}20,A,asleep{end}"
        );
        let faults =
            log::read(Table::read("f.csv", &text).unwrap(), &Words::default()).unwrap_err();
        assert_eq!((faults.len(), faults[0].line), (1, 7), "{faults:?}");
        let reports = reports("f.csv", &text, faults);
        let entry = &reports.entries()[0];
        let place = (entry.line, entry.column, entry.end_line, entry.end_column);
        assert_eq!(place, (Some(7), Some(6), Some(7), Some(12)), "{end:?}");
        assert!(reports.drawn(false).contains("20,A,asleep"), "{}", reports.drawn(false));
    }
}

/// A faulty time is told once, and not as one that is missing as well.
#[test]
fn a_faulty_time_is_not_missed_as_well() {
    for row in ["A,x,20", "A,8,x", "A,0,20", "A,-8,-20"] {
        let text = format!("station,mtbf (h),mttr (min)\n{row}\n");
        let faults = stations::read(Table::read("f.csv", &text).unwrap()).unwrap_err();
        assert!(faults.iter().all(|fault| !fault.remedy.contains("or none")), "{faults:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_stops_the_reader(text in "(time \\(s\\),machine,condition\n)?([0-9a-z,.\"\n -]|NaN|inf|down|up){0,200}") {
        if let Ok(table) = Table::read("x.csv", &text) {
            let read = match log::is_one(&table) {
                true => log::read(table, &Words::default()),
                false => stations::read(table),
            };
            if let Ok(plant) = read {
                let beat = plant.usual_beat();
                if plant.fits(beat).is_ok() {
                    let text = plant.scenario(beat, true);
                    Scenario::parse("x.ron", &text).unwrap_or_else(|e| panic!("{text}\n{e}"));
                }
            }
        }
    }
}
