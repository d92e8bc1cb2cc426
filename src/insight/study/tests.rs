use super::*;
use crate::insight::logistic::LogisticSettings;
use crate::insight::prepare::Stage;
use crate::mdp::luck::Luck;

/// y = 2x + 1 + noise with a colour that moves it, `fails` where y is large, `chance` a fair coin, `t`
/// the time, backwards.
pub(in crate::insight) fn noisy_line(rows: u64) -> Table {
    line_of(rows, 11)
}

fn line_of(rows: u64, seed: u64) -> Table {
    let luck = Luck::new(seed);
    let (x, noise, coin) = (luck.key("x"), luck.key("noise"), luck.key("coin"));
    let mut text = "t,x,colour,y,fails,chance\n".to_owned();
    for row in 0..rows {
        let value = x.uniform(row, 0);
        let colour = ["red", "blue"][usize::from(noise.uniform(row, 1) < 0.5)];
        let shift = if colour == "blue" { 0.5 } else { 0.0 };
        let y = 2.0 * value + 1.0 + shift + 0.5 * (noise.uniform(row, 0) - 0.5);
        let fails = if y + 0.6 * (noise.uniform(row, 2) - 0.5) > 2.2 { "yes" } else { "no" };
        let chance = u8::from(coin.uniform(row, 0) < 0.5);
        text += &format!("{},{value},{colour},{y},{fails},{chance}\n", rows - row);
    }
    Table::read("line.csv", &text, &[]).unwrap()
}

pub(in crate::insight) fn study(target: &str, method: Method) -> Study {
    Study {
        target: target.to_owned(),
        features: Vec::new(),
        positive: None,
        pipeline: Pipeline::usual(false),
        method,
        split: Split::default(),
        order: None,
        folds: 0,
        costs: Costs::default(),
        draws: 400,
        seed: 1,
    }
}

fn linear() -> Method {
    Method::Linear(Default::default())
}

fn logistic() -> Method {
    Method::Logistic(LogisticSettings::default())
}

fn with(target: &str, method: Method, features: &[&str]) -> Study {
    let features = features.iter().map(|name| (*name).to_owned()).collect();
    Study { features, ..study(target, method) }
}

#[test]
fn a_line_is_learned_and_its_weights_covered() {
    let study = Study { folds: 5, ..with("y", linear(), &["x", "colour"]) };
    let findings = study.run(&noisy_line(500)).unwrap();
    assert_eq!(findings.rows, [300, 100, 100]);
    let test = findings.test.as_ref().unwrap();
    assert_eq!((test.verdict, test.rows, test.draws), (Verdict::Learned, 100, 400));
    let Figures::Regression(figures) = &test.figures else { panic!("{test:?}") };
    // The noise is uniform, of deviation 0.5/√12.
    assert!(figures.rmse.covers(0.5 / 12.0_f64.sqrt()), "{figures:?}");
    let weights = findings.trained.model.coefficients();
    let names: Vec<&str> = weights.iter().map(|weight| weight.name.as_str()).collect();
    assert_eq!(names, ["(intercept)", "x", "colour=red"]);
    for (weight, truth) in weights.iter().zip([1.5, 2.0, -0.5]) {
        assert!((weight.value - truth).abs() < 4.0 * weight.error.unwrap(), "{weight:?}");
    }
    let folds = findings.cross_validation.unwrap();
    let (rmse, _) = CrossValidation::summary(&folds.folds).unwrap();
    let (mean, _) = CrossValidation::summary(&folds.baseline).unwrap();
    assert!(folds.folds.len() == 5 && (rmse - 0.144).abs() < 0.02 && mean > 0.5, "{folds:?}");
    assert_eq!(study.run(&noisy_line(500)).unwrap().trained, findings.trained);
}

/// Of 95 % intervals one in twenty does not hold the truth.
#[test]
fn intervals_of_weights_hold_the_truth_as_often_as_they_say() {
    let mut held = [0_u32; 3];
    for seed in 0..300 {
        let study = Study { draws: 0, ..with("y", linear(), &["x", "colour"]) };
        let trained = study.run(&line_of(60, seed)).unwrap().trained;
        let weights = trained.model.coefficients();
        for ((weight, truth), held) in weights.iter().zip([1.5, 2.0, -0.5]).zip(&mut held) {
            *held += u32::from(weight.low.unwrap() < truth && truth < weight.high.unwrap());
        }
    }
    // 285 of 300 with a standard deviation of 3.8.
    assert!(held.iter().all(|held| (270..=298).contains(held)), "{held:?}");
}

/// On many seeds a coin is hardly ever taken for a signal: intervals of 95 % miss one time in twenty.
#[test]
fn on_chance_labels_nothing_can_be_learned() {
    let table = noisy_line(300);
    let seeds = 40;
    let of = |seed| {
        let study = Study { seed, ..with("chance", logistic(), &["x", "colour", "y"]) };
        let test = study.run(&table).unwrap().test.unwrap();
        let Figures::Classification(figures) = test.figures else { panic!() };
        (test.verdict, figures.auc.unwrap().value)
    };
    let found: Vec<(Verdict, f64)> = (0..seeds).map(of).collect();
    let wrong = found.iter().filter(|(verdict, _)| *verdict == Verdict::Learned).count();
    let mean: f64 = found.iter().map(|(_, auc)| auc).sum::<f64>() / seeds as f64;
    assert!(wrong <= 5, "{wrong} of {seeds}");
    assert!((mean - 0.5).abs() < 0.05, "{mean}");
}

#[test]
fn classes_are_told_apart_and_costs_move_the_threshold() {
    let table = noisy_line(800);
    let of = |miss, false_alarm| {
        let costs = Costs { miss, false_alarm };
        let split = Split { rule: Rule::Stratified, ..Default::default() };
        Study { costs, split, ..with("fails", logistic(), &["x", "colour"]) }.run(&table).unwrap()
    };
    let (even, dear) = (of(1.0, 1.0), of(20.0, 1.0));
    assert!(dear.trained.judge.threshold < even.trained.judge.threshold);
    let test = dear.test.unwrap();
    let Figures::Classification(figures) = &test.figures else { panic!() };
    assert_eq!(test.verdict, Verdict::Learned);
    assert!(figures.auc.unwrap().value > 0.9 && figures.recall.unwrap().value > 0.9, "{figures:?}");
    assert!(figures.cost.value < figures.cost_always.min(figures.cost_never), "{figures:?}");
    assert_eq!(figures.calibration.iter().map(|bin| bin.rows).sum::<usize>(), test.rows);
}

/// Time goes from the last row to the first: nothing of the first third of the rows is learned from.
#[test]
fn by_time_the_future_is_not_seen() {
    let split = Split { rule: Rule::ByTime, validation: 0.0, test: 0.5 };
    let base =
        Study { split, order: Some("t".to_owned()), ..with("y", linear(), &["x", "colour"]) };
    let table = noisy_line(100);
    let whole = base.run(&table).unwrap();
    // Whatever the future holds, the model is the same.
    let mut columns = table.columns().to_vec();
    for column in &mut columns {
        if let Values::Numbers(numbers) = &mut column.values
            && column.name != "t"
        {
            numbers.iter_mut().take(50).for_each(|value| *value *= 1_000.0);
        }
    }
    let other = base.run(&Table::new(columns).unwrap()).unwrap();
    assert_eq!(whole.trained.model, other.trained.model);
    assert_eq!(whole.trained.pipeline, other.trained.pipeline);
    assert_ne!(whole.test, other.test);
    let names: Vec<&str> = whole.test.unwrap().baselines.iter().map(|b| b.name).collect();
    assert_eq!(names, ["mean", "last value"]);
}

/// A random walk: its last value is a baseline that no regression on noise beats.
#[test]
fn the_last_value_is_a_baseline_of_its_own() {
    let key = Luck::new(4).key("walk");
    let (mut at, mut text) = (0.0, "noise,y\n".to_owned());
    for row in 0..400 {
        at += key.uniform(row, 0) - 0.5;
        text += &format!("{},{at}\n", key.uniform(row, 1));
    }
    let table = Table::read("walk.csv", &text, &[]).unwrap();
    let split = Split { rule: Rule::ByTime, ..Default::default() };
    let blind = Study { split, ..study("y", linear()) };
    assert_eq!(blind.run(&table).unwrap().test.unwrap().verdict, Verdict::Worse);
    // One that looks back is no better than the last value either.
    let lags = Stage::Lags { columns: vec!["y".to_owned()], lags: vec![1] };
    let seeing = Study { pipeline: Pipeline { stages: vec![lags] }, split, ..study("y", linear()) };
    let findings = seeing.run(&table).unwrap();
    let lag = findings.trained.model.coefficients()[2];
    assert!(lag.name == "y lag 1" && (lag.value - 1.0).abs() < 0.1, "{lag:?}");
    assert_ne!(findings.test.unwrap().verdict, Verdict::Learned);
    assert_eq!(findings.dropped[0].why, "too few rows before");
    assert!(findings.trained.pipeline.needs_target);
}

#[test]
fn what_does_not_fit_is_refused_with_a_remedy() {
    let table = noisy_line(60);
    let said = |study: Study| {
        let refusal = study.run(&table).unwrap_err();
        assert!(refusal.remedy.ends_with('.'), "{refusal}");
        refusal.to_string()
    };
    for (study, words) in [
        (study("z", linear()), "There is no column `z`. There are `t`, `x`"),
        (with("y", linear(), &["y"]), "cannot be a feature"),
        (with("y", linear(), &["x", "x"]), "named twice"),
        (study("colour", linear()), "holds words, where linear regression needs numbers"),
        (study("y", logistic()), "60 classes"),
        (
            Study { positive: Some("purple".into()), ..study("colour", logistic()) },
            "no class `purple`",
        ),
        (Study { order: Some("colour".into()), ..study("y", linear()) }, "does not tell an order"),
        (
            Study {
                split: Split { validation: 0.5, test: 0.5, ..Default::default() },
                ..study("y", linear())
            },
            "leave too little",
        ),
        (
            Study {
                split: Split { rule: Rule::Stratified, ..Default::default() },
                ..study("y", linear())
            },
            "no classes to stratify by",
        ),
        (Study { folds: 1, ..study("y", linear()) }, "1 folds"),
        (
            Study { costs: Costs { miss: -1.0, false_alarm: 1.0 }, ..study("fails", logistic()) },
            "costs",
        ),
        (Study { pipeline: Pipeline::default(), ..study("y", linear()) }, "still hold words"),
    ] {
        let told = said(study);
        assert!(told.contains(words), "{words} is not in {told}");
    }
    let one = Table::read("x.csv", "x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n", &[]).unwrap();
    assert!(study("y", logistic()).run(&one).unwrap_err().to_string().contains("has 1 class"));
    let none = Table::read("x.csv", "x,y\n1,\n2,NA\n", &[]).unwrap();
    assert!(study("y", linear()).run(&none).unwrap_err().message.contains("no value in any row"));
    let constant = Table::read("x.csv", "x,y\n1,3\n2,3\n3,3\n4,3\n5,3\n6,3\n", &[]).unwrap();
    assert!(study("y", linear()).run(&constant).unwrap_err().message.contains("nothing to learn"));
    // A column of nothing but gaps is told by its name.
    let gaps = Table::read("x.csv", "x,z,y\n1,,1\n2,,2\n3,,4\n4,,3\n5,,5\n6,,6\n", &[]).unwrap();
    assert!(
        study("y", linear()).run(&gaps).unwrap_err().message.contains("`z` has no value at all")
    );
}

#[test]
fn one_class_against_the_rest() {
    let text = "x,kind\n".to_owned()
        + &(0..60)
            .map(|row| format!("{},{}\n", row % 10, ["good", "dent", "scratch"][row * 7 % 3]))
            .collect::<String>();
    let table = Table::read("x.csv", &text, &[]).unwrap();
    assert!(study("kind", logistic()).run(&table).unwrap_err().remedy.contains("the positive one"));
    let study = Study { positive: Some("good".into()), ..study("kind", logistic()) };
    let findings = study.run(&table).unwrap();
    let expected =
        Target::Classes { negative: "not good".into(), positive: "good".into(), rest: true };
    assert_eq!(findings.trained.kind, expected);
}

#[test]
fn the_usual_task_and_class() {
    let values = |text: &str| {
        let table = Table::read("x.csv", &format!("y\n{text}\n"), &[]).unwrap();
        table.columns()[0].values.clone()
    };
    assert_eq!(usual_task(&values("0\n1\n0")), Task::Classification);
    assert_eq!(usual_task(&values("0\n1\n2")), Task::Regression);
    assert_eq!(usual_task(&values("a\nb")), Task::Classification);
    let positive = |text: &str| match Target::of(&values(text), "y", Task::Classification, None) {
        Ok(Target::Classes { positive, .. }) => positive,
        other => panic!("{other:?}"),
    };
    assert_eq!(positive("1\n0\n1"), "1");
    assert_eq!(positive("Yes\nno"), "Yes");
    assert_eq!(positive("good\ndefect"), "good");
    assert_eq!(positive("-1\n1"), "1");
}
