//! What other programs read.

use std::time::Duration;

use persoline_domain::order::OrderState;

use crate::client::get;
use crate::scene::{Scene, TODAY, order};

#[test]
fn the_overview_is_there_for_programs() {
    let scene = Scene::at_work(vec![order(1, "A-1", OrderState::Held, TODAY)]);
    let answer = get(scene.address(), "/api/overview.json", "en");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let view: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(view["orders"]["held"], 1);
    assert_eq!(view["machines"][0]["machine"], "North");
    assert_eq!(view["machines"][0]["alarms"][0]["severity"], "warning");
    assert_eq!(view["machines"][0]["health"], "sound");
    assert_eq!((&view["machines"][0]["draining"], &view["machines"][0]["fenced_off"]), (&false.into(), &().into()));
    assert_eq!((&view["people"]["inspections"], &view["people"]["shift"]), (&0.into(), &().into()));
    assert_eq!(view["stock"]["difference"], 0);
    assert_eq!(view["due"][0]["due"], "2026-11-20");
    assert_eq!(view["specimen"], true);
}

#[test]
fn the_rate_is_measured_from_what_the_store_counts_as_finished() {
    let scene = Scene::at_rest((1..=30).map(|n| order(n, &format!("A-{n}"), OrderState::Held, TODAY)).collect());
    scene.store.with(|kept| {
        for number in 1..=10 {
            kept.orders.get_mut(&number).unwrap().state = OrderState::Finished;
        }
    });
    scene.clock.advance(Duration::from_secs(120));
    scene.dashboard.set_line(None);
    let view: serde_json::Value = serde_json::from_str(&get(scene.address(), "/api/overview.json", "en").body).unwrap();
    assert_eq!((&view["rate"]["now"], &view["rate"]["measured_over_seconds"]), (&300.0.into(), &120.0.into()));
    assert!(get(scene.address(), "/", "en").body.contains("<b data-rate=\"now\">300</b>"));
}

#[test]
fn metrics_count_states_machines_and_stock() {
    let scene = Scene::at_work(vec![order(1, "A-1", OrderState::Held, TODAY)]);
    let answer = get(scene.address(), "/metrics", "en");
    for line in [
        "persoline_store_up 1",
        "persoline_orders{state=\"held\"} 1",
        "persoline_booklets{state=\"loaded\"} 40",
        "persoline_stock_difference 0",
        "persoline_machine_state{machine=\"North\",state=\"Execute\"} 1",
        "persoline_machine_alarms{machine=\"North\",severity=\"warning\"} 1",
        "persoline_machine_paused{machine=\"North\"} 0",
    ] {
        assert!(answer.body.lines().any(|l| l == line), "{line} is not in\n{}", answer.body);
    }
    // Each family is announced once and before its values.
    let types: Vec<&str> = answer.body.lines().filter(|line| line.starts_with("# TYPE")).collect();
    let mut unique = types.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(types.len(), unique.len());
}

#[test]
fn health_tells_store_and_line() {
    let scene = Scene::at_rest(Vec::new());
    let answer = get(scene.address(), "/health", "en");
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"store\":true,\"line\":false}"));
}
