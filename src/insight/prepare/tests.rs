use super::split::{Rule, Split, folds};
use super::*;

fn table(text: &str) -> Table {
    Table::read("x.csv", text, &[]).unwrap()
}

/// Fits stages on the first rows of a table whose last column is the target `y`.
fn fit(text: &str, stages: Vec<Stage>, training: usize) -> Result<(Fitted, Prepared), Refusal> {
    let table = table(text);
    let features: Vec<String> =
        table.names().iter().filter(|name| **name != "y").map(|name| (*name).to_owned()).collect();
    let training: Vec<bool> = (0..table.rows()).map(|row| row < training).collect();
    Pipeline { stages }.fit(&table, &features, "y", &training)
}

fn column(prepared: &Prepared, name: &str) -> Vec<f64> {
    let place = prepared.features.names.iter().position(|known| known == name);
    prepared
        .features
        .column(place.unwrap_or_else(|| panic!("{:?}", prepared.features.names)))
        .collect()
}

fn all() -> Vec<String> {
    Vec::new()
}

fn these(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_missing_is_filled_by_the_training_part() {
    let text = "a,b,y\n1,red,0\n3,,0\n,red,0\n8,blue,0\n,blue,1\n1000,,1\n";
    for (by, number) in [(Filling::Usual, 3.0), (Filling::Number(-1.0), -1.0)] {
        let columns = if by == Filling::Usual { all() } else { these(&["a"]) };
        let stages = vec![
            Stage::Missing { columns, by },
            Stage::Missing { columns: these(&["b"]), by: Filling::Usual },
            Stage::OneHot { columns: all(), every_word: true },
        ];
        let (_, prepared) = fit(text, stages, 4).unwrap();
        assert_eq!(column(&prepared, "a"), [1.0, 3.0, number, 8.0, number, 1000.0]);
        // Red is the commonest of the first four.
        assert_eq!(column(&prepared, "b=red"), [1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    }
    let (_, mean) =
        fit("a,y\n1,0\n,0\n3,0\n", vec![Stage::Missing { columns: all(), by: Filling::Mean }], 3)
            .unwrap();
    assert_eq!(column(&mean, "a"), [1.0, 2.0, 3.0]);
    let stages = vec![Stage::Missing { columns: these(&["a"]), by: Filling::Drop }];
    let (_, dropped) = fit("a,y\n1,0\n,0\n3,0\n", stages, 3).unwrap();
    assert_eq!(dropped.origin, [0, 2]);
    assert_eq!(dropped.dropped[0].told(), "1 row: no value in a");
    let wrong =
        fit(text, vec![Stage::Missing { columns: all(), by: Filling::Median }], 4).unwrap_err();
    assert!(wrong.message.contains("`b` holds words, which have no median"), "{wrong}");
}

#[test]
fn outliers_are_clipped_everywhere_and_dropped_from_training_alone() {
    let text = "a,y\n1,0\n2,0\n3,0\n4,0\n100,0\n-100,1\n";
    let stage = |treatment| {
        vec![Stage::Outliers { columns: all(), beyond: Limit::Quartiles(1.5), treatment }]
    };
    // Quartiles 2 and 4: the limits are −1 and 7.
    let (_, clipped) = fit(text, stage(Outlier::Clip), 5).unwrap();
    assert_eq!(column(&clipped, "a"), [1.0, 2.0, 3.0, 4.0, 7.0, -1.0]);
    let (_, dropped) = fit(text, stage(Outlier::Drop), 5).unwrap();
    assert_eq!(dropped.origin, [0, 1, 2, 3, 5]);
    for (beyond, low, high) in
        [(Limit::Values(0.0, 3.5), -0.0, 3.5), (Limit::Quantiles(0.25, 0.75), 2.0, 4.0)]
    {
        let stages = vec![Stage::Outliers { columns: all(), beyond, treatment: Outlier::Clip }];
        let (_, clipped) = fit(text, stages, 5).unwrap();
        assert_eq!(column(&clipped, "a")[4..], [high, low]);
    }
    let stages = vec![Stage::Outliers {
        columns: all(),
        beyond: Limit::Values(3.0, 1.0),
        treatment: Outlier::Clip,
    }];
    assert!(fit(text, stages, 5).unwrap_err().message.contains("nothing between"));
}

#[test]
fn duplicates_go_in_fitting_and_stay_in_use() {
    let text = "a,b,y\n1,x,0\n1,x,0\n1,x,1\n,x,0\n,x,0\n";
    let stages = vec![
        Stage::RemoveDuplicates,
        Stage::Missing { columns: all(), by: Filling::Usual },
        Stage::OneHot { columns: all(), every_word: false },
    ];
    let (fitted, prepared) = fit(text, stages, 5).unwrap();
    assert_eq!(prepared.origin, [0, 2, 3]);
    assert_eq!(fitted.apply(&table(text)).unwrap().origin.len(), 5);
}

#[test]
fn words_become_columns_of_which_the_first_is_what_others_differ_from() {
    let text = "c,y\nred,0\nblue,0\ngreen,0\nred,0\npink,1\n,1\n";
    let stages = vec![Stage::OneHot { columns: all(), every_word: false }];
    let (fitted, prepared) = fit(text, stages, 4).unwrap();
    assert_eq!(prepared.features.names, ["c=green", "c=red"]);
    // Pink was not met; of the last nothing is known: neither is taken for blue.
    assert_eq!(prepared.origin, [0, 1, 2, 3]);
    assert_eq!(prepared.features.values, [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    let again = fitted.apply(&table("c\nblue\npink\nred\n")).unwrap();
    assert_eq!((again.origin, again.features.values), (vec![0, 2], vec![0.0, 0.0, 0.0, 1.0]));
    // A column in which nothing is known is read as one of numbers.
    assert_eq!(fitted.apply(&table("c,d\n,1\n,2\n")).unwrap().origin.len(), 0);
}

#[test]
fn logarithms_powers_and_products() {
    let text = "a,b,y\n1,10,0\n2,100,0\n-3,-5,1\n";
    let stages = vec![
        Stage::Polynomial { columns: these(&["a", "b"]), degree: 3, products: true },
        Stage::Logarithm { columns: these(&["b"]), shift: 1.0 },
    ];
    let (_, prepared) = fit(text, stages, 2).unwrap();
    assert_eq!(prepared.features.names, ["a", "b", "a^2", "a^3", "b^2", "b^3", "a*b"]);
    // Of −5 + 1 there is no logarithm: the row has no value.
    assert_eq!(prepared.origin, [0, 1]);
    assert_eq!(column(&prepared, "a^3"), [1.0, 8.0]);
    assert_eq!(column(&prepared, "a*b"), [10.0, 200.0]);
    assert!((column(&prepared, "b")[1] - 101.0_f64.ln()).abs() < 1e-15);
    let said = |stage| fit(text, vec![stage], 3).unwrap_err().to_string();
    let told = said(Stage::Logarithm { columns: these(&["b"]), shift: 2.0 });
    assert!(told.contains("goes down to -5") && told.contains("shift above 5"), "{told}");
    assert!(said(Stage::Logarithm { columns: all(), shift: 0.0 }).contains("names no columns"));
    let told = said(Stage::Polynomial { columns: all(), degree: 40, products: false });
    assert!(told.contains("degree 40"), "{told}");
    assert!(
        said(Stage::Scale { columns: these(&["y"]), by: Scaling::Standard }).contains("the target")
    );
    assert!(
        said(Stage::Scale { columns: these(&["z"]), by: Scaling::Standard })
            .contains("no column `z`")
    );
}

#[test]
fn lags_and_windows_look_back_only() {
    let text = "a,y\n1,10\n2,20\n4,30\n8,40\n16,50\n";
    let stages = vec![
        Stage::Windows {
            columns: these(&["a", "y"]),
            length: 2,
            take: vec![Window::Mean, Window::Slope, Window::Least, Window::Most, Window::Deviation],
        },
        Stage::Lags { columns: these(&["a", "y"]), lags: vec![2, 1] },
    ];
    let (fitted, prepared) = fit(text, stages.clone(), 3).unwrap();
    // The window of y ends a row before, so that its first is at row 2; the lags take two more.
    assert_eq!(prepared.origin, [4]);
    for (name, expected) in [
        ("a mean 2", 12.0),
        ("a slope 2", 8.0),
        ("a least 2", 8.0),
        ("a most 2", 16.0),
        ("y mean 2", 35.0),
        ("a lag 1", 8.0),
        ("a lag 2", 4.0),
        ("y lag 1", 40.0),
    ] {
        assert_eq!(column(&prepared, name), [expected], "{name}");
    }
    assert!((column(&prepared, "a deviation 2")[0] - 32.0_f64.sqrt()).abs() < 1e-14);
    assert!(fitted.needs_target && fitted.looks_back() >= 3);
    // What comes after a row does not change it; its own target neither.
    let other = text.replace("16,50", "16,-7");
    let again = fitted.apply(&table(&other)).unwrap();
    assert_eq!(again.features, prepared.features);
    assert!(fitted.apply(&table("a\n1\n2\n")).unwrap_err().message.contains("looks back"));
    let said = |stage| fit(text, vec![stage], 3).unwrap_err().to_string();
    assert!(
        said(Stage::Lags { columns: all(), lags: vec![0] }).contains("no row can look back by")
    );
    assert!(said(Stage::Lags { columns: all(), lags: vec![5] }).contains("below 5"));
    let window = Stage::Windows { columns: all(), length: 1, take: vec![Window::Mean] };
    assert!(said(window).contains("between 2 and 5"));
}

#[test]
fn scales_are_those_of_the_training_part() {
    let text = "a,c,y\n1,5,0\n2,5,0\n3,5,0\n10,5,0\n7,6,1\n";
    for (by, centre, width) in [
        (Scaling::Standard, 4.0, 12.5_f64.sqrt()),
        (Scaling::MinMax, 1.0, 9.0),
        (Scaling::Robust, 2.5, 3.0),
    ] {
        let (_, prepared) = fit(text, vec![Stage::Scale { columns: all(), by }], 4).unwrap();
        for (found, value) in column(&prepared, "a").iter().zip([1.0, 2.0, 3.0, 10.0, 7.0]) {
            assert!((found - (value - centre) / width).abs() < 1e-14, "{by:?}: {found}");
        }
        // A constant is centred, not blown up.
        assert_eq!(column(&prepared, "c"), [0.0, 0.0, 0.0, 0.0, 1.0]);
    }
}

/// Whatever stands in the other parts, what is fitted is the same.
#[test]
fn nothing_is_learned_from_the_other_parts() {
    let rows = |last: &str| format!("a,b,y\n1,u,0\n2,v,0\n4,u,1\n8,v,0\n5,u,1\n{last}");
    let stages = || {
        vec![
            Stage::Missing { columns: all(), by: Filling::Usual },
            Stage::Outliers {
                columns: all(),
                beyond: Limit::Deviations(1.0),
                treatment: Outlier::Clip,
            },
            Stage::OneHot { columns: all(), every_word: false },
            Stage::Polynomial { columns: these(&["a"]), degree: 2, products: false },
            Stage::Scale { columns: all(), by: Scaling::Robust },
        ]
    };
    let (one, _) = fit(&rows("3,u,0\n"), stages(), 5).unwrap();
    let (other, _) = fit(&rows("1e9,w,7\n-1e9,v,0\n"), stages(), 5).unwrap();
    assert_eq!(one, other);
}

#[test]
fn a_pipeline_is_a_value_in_ron() {
    let text = "(stages: [RemoveDuplicates, Missing(by: Median, columns: [\"a\"]), \
                Outliers(beyond: Quartiles(1.5), treatment: Clip), OneHot(), \
                Logarithm(columns: [\"a\"], shift: 1), Polynomial(degree: 2), \
                Lags(lags: [1, 2]), Windows(length: 10, take: [Mean, Slope]), Scale(by: Robust)])";
    let pipeline: Pipeline = ron::from_str(text).unwrap();
    assert_eq!(pipeline.stages.len(), 9);
    let again: Pipeline = ron::from_str(&ron::to_string(&pipeline).unwrap()).unwrap();
    assert_eq!(again, pipeline);
    let names: Vec<&str> = pipeline.stages.iter().map(Stage::name).collect();
    assert!(names.iter().all(|name| text.contains(name)));
    assert!(ron::from_str::<Pipeline>("(stages: [Scale(by: Robust, colums: [])])").is_err());
}

#[test]
fn too_many_columns_are_refused_before_they_are_made() {
    let names: Vec<String> = (0..600).map(|place| format!("x{place}")).collect();
    let row = vec!["1"; 600].join(",");
    let text = format!("{},y\n{row},1\n{row},2\n", names.join(","));
    let stage = Stage::Polynomial { columns: all(), degree: 2, products: true };
    let told = fit(&text, vec![stage], 2).unwrap_err().to_string();
    assert!(told.contains("180901 columns") || told.contains("columns of 2 rows"), "{told}");
}

#[test]
fn parts_are_as_large_as_asked_disjoint_and_the_same_for_a_seed() {
    let classes: Vec<usize> = (0..1_000).map(|row| usize::from(row % 10 == 0)).collect();
    for rule in [Rule::Random, Rule::Stratified, Rule::ByTime] {
        let split = Split { rule, validation: 0.2, test: 0.3 };
        let parts = split.parts(1_000, Some(&classes), 7).unwrap();
        assert_eq!(
            (parts.training.len(), parts.validation.len(), parts.test.len()),
            (500, 200, 300),
            "{rule:?}"
        );
        let mut all =
            [parts.training.clone(), parts.validation.clone(), parts.test.clone()].concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..1_000));
        assert_eq!(split.parts(1_000, Some(&classes), 7).unwrap(), parts);
        let other = split.parts(1_000, Some(&classes), 8).unwrap();
        assert_eq!(other == parts, rule == Rule::ByTime);
        if rule == Rule::Stratified {
            let rare = |part: &[usize]| part.iter().filter(|row| classes[**row] == 1).count();
            assert_eq!(
                (rare(&parts.training), rare(&parts.validation), rare(&parts.test)),
                (50, 20, 30)
            );
        }
        if rule == Rule::ByTime {
            assert!(parts.training.last() < parts.validation.first());
            assert!(parts.validation.last() < parts.test.first());
        }
    }
    assert!(Split::default().parts(2, None, 1).is_err());
}

#[test]
fn every_row_is_judged_once_and_never_after_what_it_was_learned_from() {
    let classes: Vec<usize> = (0..103).map(|row| usize::from(row % 9 == 0)).collect();
    for rule in [Rule::Random, Rule::Stratified, Rule::ByTime] {
        let found = folds(103, 5, rule, Some(&classes), 3).unwrap();
        assert_eq!(found.len(), 5);
        let mut judged: Vec<usize> = found.iter().flat_map(|(_, judged)| judged.clone()).collect();
        judged.sort_unstable();
        for (learned, judged) in &found {
            assert!(learned.iter().all(|row| !judged.contains(row)) && !learned.is_empty());
            if rule == Rule::ByTime {
                assert!(learned.last() < judged.first());
            } else {
                assert_eq!(learned.len() + judged.len(), 103);
            }
            if rule == Rule::Stratified {
                let rare = judged.iter().filter(|row| classes[**row] == 1).count();
                assert!((2..=3).contains(&rare), "{rare}");
            }
        }
        let first = if rule == Rule::ByTime { 103 / 6 } else { 0 };
        assert!(judged.iter().copied().eq(first..103), "{rule:?}");
    }
    assert!(folds(3, 4, Rule::Random, None, 1).is_err());
}
