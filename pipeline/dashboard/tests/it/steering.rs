//! Persons hold and release orders, pause and resume machines; each act stands in the log with its actor.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, MachineName, OrderId};
use persoline_domain::job::JobPhase;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::Refusal;
use printer_driver::AlarmId;

use crate::client::{PERSON, get, post};
use crate::scene::{NOW, Scene, TODAY, line_sight, order, wait_until};

fn last_act_of_a_person(scene: &Scene) -> Act {
    scene.store.with(|kept| kept.acts.iter().rfind(|act| matches!(act.actor, Actor::Person(_))).cloned().unwrap())
}

fn by_person(deed: Deed) -> Act {
    Act { at: NOW, actor: Actor::Person(PERSON.to_owned()), fence: None, deed }
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
    assert!(page.contains("A person asked for it") && page.contains("m.chan (as typed)"));
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

#[test]
fn an_order_is_made_urgent_and_cancelled() {
    let scene = Scene::at_rest(vec![order(7, "A-7", OrderState::Waiting, TODAY)]);
    let page = get(scene.address(), "/orders/A-7", "en").body;
    // What cannot be taken back is behind a summary that has to be opened.
    assert!(page.contains("<summary data-opens=\"cancel\">Cancel the order</summary>"), "{page}");
    let priority = |priority| Deed::PriorityChanged { order: OrderId(7), priority };
    assert_eq!(post(scene.address(), "/orders/A-7/expedite", "").header("location"), Some("/orders/A-7?done=expedite"));
    assert_eq!(last_act_of_a_person(&scene), by_person(priority(Priority::Urgent)));
    assert!(get(scene.address(), "/orders/A-7", "en").body.contains("data-action=\"unexpedite\""));
    assert_eq!(post(scene.address(), "/orders/A-7/unexpedite", "").status, 303);
    assert_eq!(last_act_of_a_person(&scene), by_person(priority(Priority::Normal)));
    assert_eq!(post(scene.address(), "/orders/A-7/cancel", "").header("location"), Some("/orders/A-7?done=cancel"));
    assert_eq!(last_act_of_a_person(&scene), by_person(Deed::OrderCancelled { order: OrderId(7) }));
    let page = get(scene.address(), "/orders/A-7", "en").body;
    assert!(page.contains("data-state=\"cancelled\"") && !page.contains("formaction=\"/orders/"));
    assert_eq!(post(scene.address(), "/orders/A-7/cancel", "").status, 409);
}

#[test]
fn an_order_that_is_cancelled_on_its_machine_says_that_it_stops() {
    let scene = Scene::at_work(vec![order(7, "A-7", OrderState::Waiting, TODAY)]);
    wait_until(|| scene.store.with(|kept| kept.orders[&7].state == OrderState::Dispatched));
    let answer = post(scene.address(), "/orders/A-7/cancel", "");
    assert_eq!(answer.header("location"), Some("/orders/A-7?done=cancel-stop"));
    let page = get(scene.address(), "/orders/A-7", "en").body;
    assert!(page.contains("data-stop-requested=\"yes\"") && page.contains("Cancellation asked for: it is stopped"));
    assert!(!page.contains("data-opens=\"cancel\""));
}

#[test]
fn a_remade_order_shows_the_lost_booklet_and_the_new_one_linked_both_ways() {
    let mut remade = order(7, "A-7", OrderState::Finished, TODAY);
    remade.serial = Some("U2".into());
    let scene = Scene::at_rest(vec![remade]);
    scene.store.stock(["U1".to_owned()], BookletState::Spoiled, Some("North"));
    scene.store.stock(["U2".to_owned()], BookletState::Good, Some("North"));
    scene.store.with(|kept| {
        let made = kept.booklets.get_mut("U2").unwrap();
        (made.replaces, made.number, made.order) = (Some("U1".into()), Some("E0000002".into()), Some(OrderId(7)));
    });
    let page = get(scene.address(), "/orders/A-7", "en").body;
    assert!(page.contains("id=\"booklet-U1\"") && page.contains("id=\"booklet-U2\"") && page.contains("E0000002"));
    assert!(page.contains("<a href=\"#booklet-U1\">U1</a>") && page.contains("<a href=\"#booklet-U2\">U2</a>"));
    // A good document can still be rejected, for a reason.
    assert!(page.contains("data-opens=\"reject\""));
    assert_eq!(post(scene.address(), "/orders/A-7/reject", "").status, 422);
    assert_eq!(post(scene.address(), "/orders/A-7/reject", "reason=chip_flaw").status, 303);
    let rejected = Deed::DocumentRejected { serial: "U2".into(), reason: "chip_flaw".to_owned() };
    assert_eq!(last_act_of_a_person(&scene), by_person(rejected));
}

#[test]
fn a_machine_is_drained_cleared_and_its_alarm_acknowledged() {
    let scene = Scene::at_work(Vec::new());
    let north = MachineName::from("North");
    scene.store.with(|kept| kept.fenced_off.insert(north.clone(), "cursor_back".to_owned()));
    scene.look_again();
    let page = get(scene.address(), "/machines/North", "en").body;
    assert!(page.contains("Fenced off: events went back or changed") && page.contains("data-mark=\"fenced_off\""));
    assert!(page.contains("Gets no new work"), "{page}");
    assert!(get(scene.address(), "/", "en").body.contains("data-waits=\"fenced\"><b>1</b>"));
    for (action, deed) in [
        ("clear", Deed::MachineCleared { machine: north.clone() }),
        ("drain", Deed::MachineDraining { machine: north.clone() }),
        ("resume", Deed::MachineResumed { machine: north.clone() }),
    ] {
        assert!(get(scene.address(), "/machines/North", "en").body.contains(&format!("data-action=\"{action}\"")));
        let answer = post(scene.address(), &format!("/machines/North/{action}"), "");
        assert_eq!(answer.header("location"), Some(format!("/machines/North?done={action}").as_str()));
        let act = last_act_of_a_person(&scene);
        assert_eq!((act.deed, act.actor), (deed, Actor::Person(PERSON.to_owned())), "{action}");
    }
    assert_eq!(post(scene.address(), "/machines/North/clear", "").status, 409);
}

#[test]
fn an_acknowledged_alarm_is_an_act_in_the_log_before_the_machine_is_told_once() {
    let scene = Scene::at_work(Vec::new());
    let path = "/machines/North/alarms/1/acknowledge";
    assert!(get(scene.address(), "/machines/North", "en").body.contains(path));
    let acts = || {
        scene.store.with(|kept| {
            let of_persons = kept.acts.iter().filter(|act| matches!(act.actor, Actor::Person(_)));
            of_persons.map(|act| act.deed.clone()).collect::<Vec<_>>()
        })
    };
    // What cannot be written down is not done.
    scene.store.with(|kept| kept.refusal = Some(Refusal::NotFound("machine")));
    assert_eq!(post(scene.address(), path, "").status, 409);
    scene.store.with(|kept| kept.refusal = None);
    for (path, status) in
        [("/machines/North/alarms/99/acknowledge", 422), ("/machines/South/alarms/1/acknowledge", 404)]
    {
        assert_eq!(post(scene.address(), path, "").status, status, "{path}");
    }
    assert!(acts().is_empty() && scene.acknowledged.lock().unwrap().is_empty());

    assert_eq!(post(scene.address(), path, "").header("location"), Some("/machines/North?done=acknowledge"));
    let deed = Deed::AlarmAcknowledged { machine: "North".into(), alarm: 1, code: "FEEDER-LOW".to_owned() };
    assert_eq!(last_act_of_a_person(&scene), by_person(deed.clone()));
    let line = line_sight(scene.line.as_ref().unwrap());
    wait_until(|| line.watch.machines()[0].alarms.iter().all(|alarm| alarm.is_acknowledged));
    let again = post(scene.address(), path, "");
    assert!(again.status == 422 && again.body.contains("acknowledged already"), "{}", again.body);
    assert_eq!(acts(), [deed]);
    assert_eq!(*scene.acknowledged.lock().unwrap(), [AlarmId(1)]);
    // Who did it is shown where acts are shown.
    for (language, told) in [("en", "Alarm acknowledged"), ("zh-Hant", "確認警報")] {
        let page = get(scene.address(), "/events", language).body;
        assert!(page.contains("data-kind=\"alarm_acknowledged\"") && page.contains(told), "{page}");
        assert!(page.contains(PERSON) && page.contains("/machines/North"), "{page}");
    }
}
