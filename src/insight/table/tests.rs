use super::*;

fn read(text: &str) -> Table {
    Table::read("x.csv", text, &[]).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let faults = Table::read("x.csv", text, &[]).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn numbers_words_and_what_is_missing() {
    let table = read("# a comment\na; b ;c\n1;red;\n NaN ;blue;NA\n-2.5e3;red;?\n");
    assert_eq!(table.names(), ["a", "b", "c"]);
    let a = table.column("a").unwrap().values.numbers().unwrap();
    assert_eq!((a[0], a[1].is_nan(), a[2]), (1.0, true, -2500.0));
    let b = table.column("b").unwrap().values.words().unwrap();
    assert_eq!(b.known(), ["red", "blue"]);
    assert_eq!(b.iter().collect::<Vec<_>>(), [Some("red"), Some("blue"), Some("red")]);
    // Nothing of it is known: numbers, all missing.
    assert!((0..3).all(|row| table.column("c").unwrap().values.is_missing(row)));
    assert!(table.column("c").unwrap().values.numbers().is_some());
}

#[test]
fn what_is_written_is_read_again_alike() {
    let table = read("x,\"a, b\"\n0.1,\"say \"\"no\"\"\"\n1e-300,\n,z\n-0.30000000000000004,z\n");
    let again = read(&table.to_csv());
    assert_eq!(again.to_csv(), table.to_csv());
    assert_eq!(again.column("a, b"), table.column("a, b"));
    let numbers = |table: &Table| -> Vec<u64> {
        let numbers = table.column("x").unwrap().values.numbers().unwrap();
        numbers.iter().map(|x| x.to_bits()).collect()
    };
    assert_eq!(numbers(&again), numbers(&table));
}

#[test]
fn codes_can_be_words() {
    let words = ["code".to_owned()];
    let table = Table::read("x.csv", "code,y\n12,1\n7,2\n", &words).unwrap();
    assert_eq!(table.column("code").unwrap().values.words().unwrap().known(), ["12", "7"]);
    let told = Table::read("x.csv", "a,b\n1,2\n", &words).unwrap_err();
    assert!(told[0].message.contains("`code`") && told[0].remedy.contains("`a`, `b`"), "{told:?}");
}

/// Bad files: what is said, and where.
#[test]
fn what_is_wrong_is_told_in_its_place() {
    for (text, line, column, words) in [
        ("", 1, "", "empty"),
        ("\n\n# only this\n", 1, "", "empty"),
        ("a,b\n", 1, "", "nothing below"),
        ("1,2\n3,4\n", 1, "", "holds numbers, not names"),
        ("a,a\n3,4\n", 1, "", "Two columns are called `a`"),
        ("a,\n3,4\n", 1, "", "Column 2 has no name"),
        ("a,b\n1,2\n3\n", 3, "", "1 cells, and 2 columns"),
        ("a,b\n1,2\nlow,3\n4,5\n6,7\n", 3, "a", "`low` is no number"),
        ("a;b\n1;2\n1,5;3\n", 3, "a", "point for the comma"),
        ("a,b\n1,2\n1e999,3\n", 3, "a", "not finite"),
        ("a,b\n1,2\n-inf,3\n", 3, "a", "not finite"),
        ("a,b\r\n\r\n1,2\r\nlow,3\r\n4,5\r\n6,7\r\n", 4, "a", "`low` is no number"),
        ("a,b\n1,2\n3,\"4\n5,6\n", 3, "", "mark is not closed"),
    ] {
        let told = Table::read("x.csv", text, &[]).unwrap_err();
        let said = told[0].to_string();
        assert!(said.contains(words) && !told[0].remedy.is_empty(), "{text:?}: {said}");
        assert_eq!((told[0].line, told[0].column.as_str()), (line, column), "{text:?}: {said}");
    }
    assert!(faults("a,b\n1,2\nx,y\n3,z\n4,5\n5,6\n").len() == 3);
}

#[test]
fn what_is_too_large_is_refused() {
    let wide = vec!["a"; MOST_COLUMNS + 1].join(",") + "\n";
    assert!(faults(&wide)[0].contains("1001 columns"));
    let long = "a\n".to_owned() + &"1\n".repeat(MOST_ROWS + 1);
    assert!(faults(&long)[0].contains("more than 1000000 rows"));
    let heavy = "a,b\n".repeat((LONGEST / 4) as usize + 1);
    assert!(faults(&heavy)[0].contains("longer than 64 MiB"));
    let faulty = "a\n".to_owned() + &"1\n".repeat(100) + &"x\n".repeat(90);
    assert_eq!(faults(&faulty).len(), MOST_FAULTS);
}
