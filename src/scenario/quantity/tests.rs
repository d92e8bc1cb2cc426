//! Amounts as they are read, converted and refused.

use super::*;

fn units() -> Units {
    Units { beat: Some(60.0), currency: "€".into(), energy_price: Some(0.20) }
}

fn value(text: &str, measure: Measure) -> f64 {
    units().convert(&Quantity::parse(text, "€").unwrap(), measure).unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-14, "{found} is not {expected}");
}

#[test]
fn amounts_become_what_a_calculation_by_hand_says() {
    // A beat is a minute: 8 h are 480 beats, 1.5 d are 2160.
    close(value("8 h", Measure::MeanTime), 1.0 / 480.0);
    close(value("1.5 d", Measure::MeanTime), 1.0 / 2160.0);
    close(value("20 min", Measure::Time), 20.0);
    close(value("30 s", Measure::Time), 0.5);
    close(value("7 beats", Measure::Time), 7.0);
    close(value("12 €/h", Measure::MoneyPerBeat), 0.2);
    close(value("0.6 €/part h", Measure::MoneyPerPartBeat), 0.01);
    close(value("0.6 €/(part·h)", Measure::MoneyPerPartBeat), 0.01);
    close(value("0.6 €/part/h", Measure::MoneyPerPartBeat), 0.01);
    close(value("0.25 €/part beat", Measure::MoneyPerPartBeat), 0.25);
    close(value("10 €/part", Measure::MoneyPerPart), 10.0);
    close(value("10 €", Measure::MoneyPerPart), 10.0);
    // 12 kW at 0.20 €/kWh are 2.40 €/h, 0.04 € a minute.
    close(value("12 kW", Measure::MoneyPerBeat), 0.04);
    close(value("12000 W", Measure::MoneyPerBeat), 0.04);
    close(value("0.5 kWh/beat", Measure::MoneyPerBeat), 0.1);
    close(value("2.5 kWh", Measure::Money), 0.5);
    close(value("3.6 MJ", Measure::Money), 0.2);
    close(value("0.20 €/kWh", Measure::EnergyPrice), 0.2);
    close(value("200 €/MWh", Measure::EnergyPrice), 0.2);
    close(value("5 %", Measure::Probability), 0.05);
    close(value("\u{2212}1\u{2009}200 €", Measure::Money), -1200.0);
    close(value("1e-3 €", Measure::Money), 0.001);
}

#[test]
fn whole_beats_tell_their_rounding() {
    let beats = |text| units().whole_beats(&Quantity::parse(text, "€").unwrap());
    // 52 s are 0.867 beats; one beat is 60/52 − 1 = 2/13 longer.
    let (whole, error) = beats("52 s").unwrap();
    assert_eq!(whole, 1);
    close(error, 2.0 / 13.0);
    assert_eq!(beats("3 min").unwrap(), (3, 0.0));
    assert_eq!(beats("0 s").unwrap(), (0, 0.0));
    for (text, told) in [("29 s", "0.4833 beats"), ("30 s", "0.5 beats"), ("39.9 s", "0.665 beats")]
    {
        assert!(beats(text).unwrap_err().message.contains(told), "{text}");
    }
    close(beats("40.1 s").unwrap().1, 60.0 / 40.1 - 1.0);
    close(beats("90 s").unwrap().1, 1.0 / 3.0);
}

#[test]
fn what_cannot_be_measured_so_is_refused_with_a_remedy() {
    for (text, measure, message, remedy) in [
        ("8 €", Measure::Time, "does not measure this", "\"8 h\""),
        ("8", Measure::Time, "has no unit", "a number alone (beats)"),
        ("12 €", Measure::MoneyPerBeat, "does not measure this", "\"12 €/h\""),
        ("30 s", Measure::MeanTime, "0.5 beats, shorter than one", "shorter beat"),
        ("-8 h", Measure::MeanTime, "-480 beats, and a mean time lies above 0", "leave it out"),
        ("3 h", Measure::Plain("parts"), "a bare number", "without quotation marks"),
        ("8 h/beat", Measure::Time, "does not measure this", "\"8 h\""),
    ] {
        let quantity = Quantity::parse(text, "€").unwrap();
        let error = units().convert(&quantity, measure).unwrap_err();
        assert!(error.message.contains(message), "{text}: {}", error.message);
        assert!(error.remedy.contains(remedy), "{text}: {}", error.remedy);
    }
}

#[test]
fn without_beat_or_price_the_remedy_says_what_to_add() {
    let bare = Units::default();
    let error = |text: &str, measure| {
        bare.convert(&Quantity::parse(text, "€").unwrap(), measure).unwrap_err().remedy
    };
    assert!(error("8 h", Measure::MeanTime).contains("beat: \"1 min\""));
    assert!(error("2 kWh", Measure::Money).contains("energy_price"));
    // A power lacks both, and is no time.
    let power = bare.convert(&Quantity::parse("10 kW", "€").unwrap(), Measure::MoneyPerBeat);
    let power = power.unwrap_err();
    assert_eq!(
        power.message,
        "is a power, but the scenario does not say how long a beat is and what energy costs"
    );
    assert!(power.remedy.contains("`beat: \"1 min\"` and `energy_price: "), "{}", power.remedy);
    let wage = bare.convert(&Quantity::parse("12 €/h", "€").unwrap(), Measure::MoneyPerBeat);
    let wage = wage.unwrap_err().message;
    assert!(wage.starts_with("is an amount for a time of the clock, but"), "{wage}");
    let beats = Quantity::parse("480 beats", "€").unwrap();
    close(bare.convert(&beats, Measure::MeanTime).unwrap(), 1.0 / 480.0);
}

#[test]
fn amounts_are_read_in_the_unit_that_is_asked_for() {
    for (text, unit, number) in [
        ("8", "min", 8.0),
        (" 8,5 ", "min", 8.5),
        ("1 h", "min", 60.0),
        ("30s", "min", 0.5),
        ("90 min", "h", 1.5),
        ("300 €/MWh", "€/kWh", 0.3),
        ("0.2 €/kWh", "€/kWh", 0.2),
        ("3 €", "€", 3.0),
        ("0.3 a beat", "a beat", 0.3),
        ("2 kW", "W", 2000.0),
    ] {
        close(in_unit(text, unit, "€").unwrap(), number);
    }
    for (text, unit, words) in [
        ("30 ct/kWh", "€/kWh", "“30 ct/kWh” has the unknown unit"),
        ("2 kW", "min", "“2 kW” is no amount in min"),
        ("1:30", "min", "“1:30” has the unknown unit"),
        ("many", "min", "“many” does not start with a number"),
        ("3 h", "a beat", "“3 h” is no amount in a beat"),
    ] {
        let told = in_unit(text, unit, "€").unwrap_err();
        assert!(told.contains(words), "{text}: {told}");
    }
}

#[test]
fn texts_that_are_no_amounts_are_refused() {
    for (text, message, remedy) in [
        ("", "does not start with a number", "number first"),
        ("h 8", "does not start with a number", "number first"),
        ("1,5 h", "comma", "Write 1.5, with a point."),
        ("8 hh", "unknown unit `hh`", "Did you mean"),
        ("8 mins", "unknown unit `mins`", "Did you mean `min`?"),
        ("8 parsec", "unknown unit `parsec`", "Known units"),
        ("12 $/h", "counts in `€`", "currency: \"$\""),
        ("12 €/", "nothing below the line", "in full"),
        ("8 hp", "unknown unit `hp`", "Known units: ms, "),
        ("8 x", "unknown unit `x`", "hours, "),
        ("8 x", "unknown unit `x`", "MJ, "),
        ("8 x", "unknown unit `x`", "% and €."),
        ("8 hh", "unknown unit `hh`", "Did you mean `h`?"),
        ("8 kw", "unknown unit `kw`", "Did you mean `kW`?"),
        ("8 kg", "unknown unit `kg`", "Known units"),
        ("1e999 h", "has a number that is too large", "smaller number"),
        ("--3 h", "does not start with a number", "number first"),
        (&"9".repeat(80), "too long", "a number and a unit"),
    ] {
        let error = Quantity::parse(text, "€").unwrap_err();
        assert!(error.message.contains(message), "{text}: {}", error.message);
        assert!(error.remedy.contains(remedy), "{text}: {}", error.remedy);
    }
}

#[test]
fn a_currency_is_no_unit_and_no_number() {
    assert!(["€", "$", "CHF", "kr", "元"].into_iter().all(is_currency));
    assert!(!["", "h", "part", "5", "a b", "€/h", "abcdefghi", "."].into_iter().any(is_currency));
}

#[test]
fn figures_are_rounded_for_reading_only() {
    assert_eq!(rounded(1.0 / 480.0), "0.002083");
    assert_eq!(rounded(480.0), "480");
    assert_eq!(rounded(12.5), "12.5");
    assert_eq!(rounded(123_456.7), "123457");
    assert_eq!(rounded(1e-7), "1.000e-7");
    assert_eq!(number_text(1.0 / 480.0).parse::<f64>().unwrap(), 1.0 / 480.0);
    assert_eq!(number_text(1e-300).parse::<f64>().unwrap(), 1e-300);
}
