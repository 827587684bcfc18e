//! What people answer for, done in the browser: a shift opened, a first piece approved, an order cancelled.

use serde_json::{Value, json};

use super::webdriver::{Browser, eventually};
use super::{RunningLine, is_without_browser};
use crate::support::{Centre, sample_records};

#[test]
fn a_person_opens_a_shift_approves_a_first_piece_and_cancels_an_order() {
    if is_without_browser() {
        return;
    }
    let centre = Centre::with_blanks(20, 20);
    centre.set(|settings| {
        settings["policy"] = json!({"first_piece": true});
        settings["machines"].as_array_mut().expect("machines").truncate(1);
    });
    centre.feed("orders.jsonl", &sample_records()[..4]).with(0, &["4 accepted"]);
    let line = RunningLine::start(&centre);
    let browser = Browser::start();
    browser.open(&line.address);

    // The overview says what the machine waits for, and leads there.
    browser.wait_for("article[data-machine=north] [data-idle=no_shift]");
    browser.click("#waits a[data-shift=needed]");
    browser.wait_for(".standing[data-shift=needed]");
    // Without a name nothing is done.
    browser.click("#open-shift");
    assert_eq!(browser.count("#person:invalid"), 1);
    assert!(centre.run(&["shift", "show", "--json"]).with(0, &[]).json()["shift"].is_null());
    browser.write("#person", "mei");
    browser.click("#open-shift");
    browser.wait_for(".standing[data-shift=open]");
    let shown = centre.run(&["shift", "show", "--json"]).with(0, &[]).json();
    assert_eq!(shown["by"], Value::from("person:mei"));
    browser.picture("shift-open");

    // One document is made, and then the machine waits for its approval.
    browser.click("nav a[href='/']");
    browser.wait_for("#waits a[data-waits=first-pieces]");
    browser.wait_for("article[data-machine=north] [data-idle=first_piece]");
    an_order_is_cancelled(&browser, &centre);
    browser.click("nav a[href='/inspections']");
    browser.wait_for("tr[data-inspection][data-kind=first_piece]");
    browser.picture("inspections");
    let remembered = browser.script("return document.querySelector('#person').value");
    assert_eq!(remembered, Value::from("mei"), "the name is remembered");
    browser.click("button[data-action=approve]");
    browser.wait_for("#notice .done");
    eventually("the list is empty", || (browser.count("tr[data-inspection]") == 0).then_some(()));
    assert_eq!(centre.run(&["inspection", "list", "--json"]).with(0, &[]).json(), json!([]));

    // The machine goes on by itself.
    eventually("three are finished", || {
        let counts = centre.run(&["status", "--json"]).with(0, &[]).json();
        (counts["orders"]["finished"] == 3).then_some(())
    });
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.quit();
    line.end();
}

/// The first that waits: looked at, and cancelled by the second of two presses.
fn an_order_is_cancelled(browser: &Browser, centre: &Centre) {
    browser.click("nav a[href='/orders']");
    browser.wait_for("tr[data-order][data-state=waiting]");
    let first = "return document.querySelector('tr[data-order][data-state=waiting]').dataset.order";
    let application = browser.script(first).as_str().expect("an order").to_owned();
    browser.click(&format!("tr[data-order='{application}'] a"));
    browser.wait_for(&format!(".standing[data-order='{application}'][data-state=waiting]"));
    browser.click("summary[data-opens=cancel]");
    browser.picture("order-cancel");
    browser.click("#cancel-order");
    browser.wait_for(&format!(".standing[data-order='{application}'][data-state=cancelled]"));
    let shown = centre.run(&["show", &application, "--json"]).with(0, &[]).json();
    let last = shown["timeline"].as_array().expect("a timeline").last().expect("an event");
    assert_eq!((&shown["state"], &last["actor"]), (&"cancelled".into(), &"person:mei".into()), "{last}");
}
