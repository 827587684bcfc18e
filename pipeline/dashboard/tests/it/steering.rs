//! Persons hold and release orders, pause and resume machines; each act stands in the log with its actor.

use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, MachineName, OrderId};
use persoline_domain::job::JobPhase;
use persoline_domain::order::OrderState;

use crate::client::{get, post};
use crate::scene::{NOW, Scene, TODAY, order, wait_until};

fn last_act_of_a_person(scene: &Scene) -> Act {
    scene.store.with(|kept| kept.acts.iter().rfind(|act| matches!(act.actor, Actor::Person(_))).cloned().unwrap())
}

fn by_person(deed: Deed) -> Act {
    Act { at: NOW, actor: Actor::Person("dashboard".to_owned()), fence: None, deed }
}

#[test]
fn an_order_is_held_and_released_by_a_person() {
    let scene = Scene::at_rest(vec![order(7, "A/7", OrderState::Waiting, TODAY)]);
    let page = get(scene.address(), "/orders/A%2F7", "en").body;
    assert!(page.contains("data-action=\"hold\"") && page.contains("action=\"/orders/A%2F7/hold\""));
    let answer = post(scene.address(), "/orders/A%2F7/hold", "");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/orders/A%2F7?done=hold")));
    let held = Deed::OrderHeld { order: OrderId(7), reason: HoldReason::Person };
    assert_eq!(last_act_of_a_person(&scene), by_person(held));

    let page = get(scene.address(), "/orders/A%2F7?done=hold", "en").body;
    assert!(page.contains("The order is held.") && page.contains("data-action=\"release\""));
    assert!(page.contains("A person asked for it") && page.contains("Operator at the dashboard"));
    assert_eq!(post(scene.address(), "/orders/A%2F7/release", "").status, 303);
    assert_eq!(last_act_of_a_person(&scene), by_person(Deed::OrderReleased { order: OrderId(7) }));
    assert!(get(scene.address(), "/orders/A%2F7", "en").body.contains("data-kind=\"order_released\""));
}

#[test]
fn an_order_on_a_machine_is_stopped_before_its_chip_is_locked() {
    let scene = Scene::at_work(vec![order(7, "A-7", OrderState::Waiting, TODAY)]);
    wait_until(|| scene.store.with(|kept| kept.orders[&7].state == OrderState::Dispatched));
    let page = get(scene.address(), "/orders/A-7", "en").body;
    assert!(page.contains("it is stopped before its chip is locked, and its booklet is then spoiled"));
    let answer = post(scene.address(), "/orders/A-7/hold", "");
    assert_eq!(answer.header("location"), Some("/orders/A-7?done=stop"));
    let page = get(scene.address(), "/orders/A-7", "en").body;
    assert!(page.contains("data-stop-requested=\"yes\"") && page.contains("data-action=\"release\""));
    assert_eq!(post(scene.address(), "/orders/A-7/release", "").status, 303);
    assert!(get(scene.address(), "/orders/A-7", "en").body.contains("data-stop-requested=\"no\""));
    // Once the chip may be locked the page does not promise a stop.
    scene.store.with(|kept| kept.jobs.values_mut().for_each(|job| job.phase = JobPhase::Locking));
    assert!(get(scene.address(), "/orders/A-7", "en").body.contains("Its chip may be locked already"));
}

#[test]
fn a_refusal_is_told_on_the_page_itself() {
    let scene = Scene::at_rest(vec![order(7, "A-7", OrderState::Finished, TODAY)]);
    let answer = post(scene.address(), "/orders/A-7/hold", "");
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("Refused: it is now “Finished”") && answer.body.contains("id=\"timeline\""));
    assert!(answer.body.contains("back=%2Forders%2FA-7&quot;") || answer.body.contains("back=%2Forders%2FA-7\""));
    assert_eq!(post(scene.address(), "/orders/A-8/hold", "").status, 404);
}

#[test]
fn a_machine_is_paused_and_resumed_by_a_person() {
    let scene = Scene::at_work(Vec::new());
    let north = MachineName::from("North");
    let watch = scene.line.as_ref().unwrap().watch();
    let answer = post(scene.address(), "/machines/North/pause", "back=%2F");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/?done=pause")));
    assert_eq!(last_act_of_a_person(&scene), by_person(Deed::MachinePaused { machine: north.clone() }));
    wait_until(|| watch.machines()[0].is_paused);
    let page = get(scene.address(), "/machines/North", "en").body;
    assert!(page.contains("data-paused=\"yes\"") && page.contains("data-action=\"resume\""));

    let answer = post(scene.address(), "/machines/North/resume", "back=https%3A%2F%2Felsewhere.example");
    assert_eq!(answer.header("location"), Some("/machines/North?done=resume"));
    assert_eq!(last_act_of_a_person(&scene), by_person(Deed::MachineResumed { machine: north }));
    wait_until(|| !watch.machines()[0].is_paused);
}

#[test]
fn a_machine_that_nobody_knows_is_not_written_into_the_log() {
    let scene = Scene::at_work(Vec::new());
    assert_eq!(post(scene.address(), "/machines/Nowhere/pause", "back=%2F").status, 404);
    assert!(scene.store.with(|kept| kept.paused.is_empty()));
}

#[test]
fn a_machine_paused_before_the_line_ran_can_be_resumed() {
    let scene = Scene::at_rest(Vec::new());
    scene.store.with(|kept| kept.paused.push(MachineName::from("South")));
    scene.dashboard.set_line(None);
    assert!(get(scene.address(), "/machines", "en").body.contains("data-machine=\"South\""));
    let answer = post(scene.address(), "/machines/South/resume", "back=%2F");
    assert_eq!(answer.header("location"), Some("/?done=noted"));
    assert!(scene.store.with(|kept| kept.paused.is_empty()));
}
