//! What people do with booklets in the course of days, command by command.

use serde_json::Value;

use crate::support::Centre;

/// A centre that has received, in cartons of 4: K00000001 to K00000006, T00000007 for trials, S00000008 for show.
fn delivered() -> Centre {
    let centre = Centre::with_keys();
    let file = centre.input("d1.csv");
    let kinds = ["--passport-32", "6", "--passport-48", "0", "--test", "1", "--specimen", "1", "--carton", "4"];
    centre.run(&[&["stock", "invent", "--out", &file], kinds.as_slice()].concat()).with(0, &["8 blanks"]);
    centre.run(&["stock", "receive", &file, "--name", "D1", "--actor", "ada"]).with(0, &["8 blanks in 4 cartons"]);
    centre
}

fn by_ada(centre: &Centre, arguments: &[&str], code: i32, told: &[&str]) {
    centre.run(&[&["stock"], arguments, &["--actor", "ada"]].concat()).with(code, told);
}

fn states(centre: &Centre) -> Vec<(String, u64)> {
    let books = centre.run(&["stock", "reconcile", "--json"]).with(0, &[]).json();
    assert_eq!(books["difference"], 0);
    let states = books["by_state"].as_object().expect("states");
    states.iter().filter_map(|(state, n)| Some((state.clone(), n.as_u64().filter(|n| *n > 0)?))).collect()
}

fn is_at(centre: &Centre, wanted: &[(&str, u64)]) {
    let mut wanted: Vec<(String, u64)> = wanted.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect();
    wanted.sort();
    let mut found = states(centre);
    found.sort();
    assert_eq!(found, wanted);
}

#[test]
fn blanks_are_counted_into_the_vault_by_carton_and_only_as_many_as_there_are() {
    let centre = delivered();
    is_at(&centre, &[("received", 8)]);
    by_ada(&centre, &["store", "D1", "--counted", "7"], 3, &["7", "8"]);
    by_ada(&centre, &["store", "D9", "--counted", "8"], 3, &["there is no such delivery"]);
    by_ada(&centre, &["store", "D1", "--counted", "4", "--carton", "C-00000001"], 0, &["4 blanks counted"]);
    is_at(&centre, &[("received", 4), ("vault", 4)]);
    by_ada(&centre, &["store", "D1", "--counted", "4", "--carton", "C-00000001"], 3, &[]);
    // A carton that came with a booklet less: what is not there is missing, and the rest fits.
    by_ada(&centre, &["missing", "K00000006", "--reason", "not_in_carton"], 0, &["1 booklet missing: K00000006"]);
    by_ada(&centre, &["store", "D1", "--counted", "3"], 0, &["3 blanks counted"]);
    is_at(&centre, &[("missing", 1), ("vault", 7)]);
    let books = centre.run(&["stock", "reconcile"]).with(0, &["received 8 = 7 vault + 1 missing; difference 0"]);
    for line in ["vault               5  passport-32 production perforated", "passport-32 test", "passport-32 specimen"]
    {
        assert!(books.out.contains(line), "{}", books.out);
    }
}

#[test]
fn a_booklet_goes_its_way_by_ranges_and_every_unlawful_step_is_refused_whole() {
    let centre = delivered();
    by_ada(&centre, &["store", "D1", "--counted", "8"], 0, &[]);
    by_ada(&centre, &["load", "north", "--from", "K00000001", "--to", "K00000004"], 0, &["4 booklets loaded in north"]);
    by_ada(&centre, &["load", "west", "K00000005"], 3, &["there is no machine west; there are north, south"]);
    by_ada(&centre, &["load", "south", "K00000004-K00000005"], 3, &["booklet K00000004 is loaded"]);
    by_ada(&centre, &["load", "south", "K00000005", "K00000005"], 3, &["named twice"]);
    by_ada(&centre, &["load", "south", "K00000009"], 3, &["K00000009 is in no delivery"]);
    by_ada(&centre, &["load", "south", "K5-L6"], 2, &["not of one series"]);
    by_ada(&centre, &["load", "south", "--from", "K00000005"], 2, &["--to"]);
    by_ada(&centre, &["unload", "south", "K00000001"], 3, &["loaded in another machine"]);
    by_ada(&centre, &["unload", "north", "K00000001"], 0, &["1 booklet back in the vault from north: K00000001"]);
    let standing = centre.run(&["stock", "reconcile", "--json"]).with(0, &[]).json();
    let lines = standing["lines"].as_array().expect("lines");
    assert!(lines.iter().any(|line| line["machine"] == "north" && line["count"] == 3), "{standing}");

    by_ada(&centre, &["spoil", "K00000002", "--reason", "torn"], 0, &["1 booklet written off: K00000002"]);
    by_ada(&centre, &["spoil", "K00000003", "--reason", "Torn by Mr Chan"], 2, &["must be a code"]);
    by_ada(&centre, &["quarantine", "K00000003-K00000005", "--reason", "wet"], 0, &["3 booklets set aside"]);
    by_ada(&centre, &["decide", "K00000003", "clear", "--reason", "dry"], 0, &["cleared, back in the vault"]);
    by_ada(&centre, &["decide", "K00000004", "send-back", "--reason", "wet"], 0, &["returned to their maker"]);
    by_ada(&centre, &["decide", "K00000005", "spoil", "--reason", "wet"], 0, &["written off"]);
    by_ada(&centre, &["decide", "K00000001", "clear", "--reason", "dry"], 3, &["K00000001 is vault"]);
    by_ada(&centre, &["missing", "T00000007", "S00000008", "--reason", "not_there"], 0, &["2 booklets missing"]);
    by_ada(&centre, &["found", "T00000007"], 0, &["1 booklet found, in quarantine: T00000007"]);
    by_ada(&centre, &["found", "K00000001"], 3, &["K00000001 is vault"]);
    by_ada(&centre, &["return", "K00000006", "--reason", "bad_print"], 0, &["1 booklet returned to their maker"]);
    by_ada(&centre, &["pack", "K00000001"], 3, &["K00000001 is vault"]);
    by_ada(&centre, &["hand-over", "K00000001"], 3, &["K00000001 is vault"]);
    by_ada(&centre, &["recall", "K00000001", "--reason", "wrong"], 3, &["K00000001 is vault"]);
    is_at(&centre, &[("vault", 2), ("returned", 2), ("spoiled", 2), ("missing", 1), ("quarantined", 1)]);

    let destroy = |actor: &str, witness: &str, serials: &[&str]| {
        let people = ["--actor", actor, "--witness", witness, "--json"];
        centre.run(&[&["stock", "destroy"], serials, &people].concat())
    };
    let both = ["K00000002", "K00000005"];
    destroy("ada", "ada", &both).with(3, &["another person"]);
    destroy("ada", "Ada", &both).with(3, &["another person"]);
    destroy("ada", "bob", &["K00000002", "K00000003"]).with(3, &["K00000003 is vault"]);
    is_at(&centre, &[("vault", 2), ("returned", 2), ("spoiled", 2), ("missing", 1), ("quarantined", 1)]);
    let answer: Value = destroy("ada", "bob", &both).with(0, &[]).json();
    assert_eq!(answer["booklets"], 2);
    is_at(&centre, &[("vault", 2), ("returned", 2), ("destroyed", 2), ("missing", 1), ("quarantined", 1)]);
}
