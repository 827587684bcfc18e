//! A shift closes only when what was counted by hand is what the books say.

use crate::support::{Centre, sample_records};

#[test]
fn a_shift_closes_when_the_count_agrees_and_says_what_does_not_fit() {
    let centre = Centre::with_blanks(12, 8);
    centre.run(&["shift", "close"]).with(3, &["no shift is open"]);
    let opened = centre.run(&["shift", "open", "--actor", "leader", "--json"]).with(0, &[]).json();
    let number = opened["shift"].as_u64().expect("a number");
    assert!(number.to_string().ends_with("01") && number.to_string().len() == 10, "{number}");
    centre.run(&["shift", "open"]).with(3, &[&number.to_string(), "is open"]);
    centre.feed("orders.jsonl", &sample_records()[..2]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all"]);

    let shown = centre.run(&["shift", "show", "--json"]).with(0, &[]).json();
    assert_eq!((&shown["shift"], &shown["by"]), (&number.into(), &"person:leader".into()));
    assert_eq!(shown["to_count"][0], "received");
    assert!(!shown.to_string().contains("\"vault\":"), "who counts is not told what the books say: {shown}");

    let books = centre.run(&["stock", "reconcile", "--json"]).with(0, &[]).json();
    let count = |state: &str| books["by_state"][state].as_u64().expect("a count");
    let (vault, loaded, good) = (count("vault"), count("loaded"), count("good"));
    assert_eq!((vault + loaded, good), (18, 2));
    let counted = |loaded: u64, good: u64| {
        let counts = [format!("vault={vault}"), format!("loaded={loaded}"), format!("good={good}")];
        let mut arguments = vec!["shift".to_owned(), "close".to_owned()];
        arguments.extend(counts.into_iter().flat_map(|count| ["--counted".to_owned(), count]));
        centre.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = counted(loaded - 1, good).with(3, &["stays open", "loaded: 1 fewer than the books say"]);
    assert!(!refused.err.contains("good:"), "{refused:?}");
    counted(loaded, good + 1).with(3, &["good: 1 more than the books say"]);
    centre.run(&["shift", "close", "--counted", "vault=some"]).with(2, &["number"]);
    centre.run(&["shift", "close", "--counted", "pocket=1"]).with(3, &["pocket is nothing to be counted", "vault"]);
    let twice = ["shift", "close", "--counted", "vault=1", "--counted", "vault=2"];
    centre.run(&twice).with(3, &["vault is counted twice"]);

    let text = format!("# counted by two\nvault={vault}\n\nloaded={loaded}\ngood = {good}\n");
    let file = centre.write_input("count.txt", text.as_bytes());
    centre.run(&["shift", "close", "--file", &file]).with(0, &[&number.to_string(), "is closed"]);
    centre.run(&["shift", "open", "--number", &number.to_string()]).with(3, &["open before"]);
    let next = centre.run(&["shift", "open", "--json"]).with(0, &[]).json()["shift"].as_u64().expect("a number");
    // The next of the day, or the first of a day that began meanwhile.
    assert!(next == number + 1 || (next > number && next % 100 == 1), "{next} after {number}");
    centre.run(&["store", "rebuild"]).with(0, &["the chain holds"]);
}
