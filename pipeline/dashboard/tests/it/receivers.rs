//! A register that turns this centre away is an alarm on the overview, until it takes reports again.

use std::sync::{Arc, Mutex};

use persoline_domain::clock::Timestamp;
use persoline_domain::outbox::{Objection, ObjectionTo, OutboxSight, ReceiverStanding, TurnedAway};

use crate::client::{get, post};
use crate::scene::{NOW, Scene};

/// Somebody who carries reports, as a test has it.
struct Carrier {
    standing: Mutex<ReceiverStanding>,
    tried: Mutex<u32>,
}

impl OutboxSight for Carrier {
    fn standings(&self) -> Vec<ReceiverStanding> {
        vec![self.standing.lock().unwrap().clone()]
    }
    fn try_now(&self, receiver: &str) -> bool {
        let is_known = receiver == "register";
        *self.tried.lock().unwrap() += u32::from(is_known);
        is_known
    }
}

fn scene() -> (Arc<Carrier>, Scene) {
    let standing = Mutex::new(ReceiverStanding::new("register"));
    let carrier = Arc::new(Carrier { standing, tried: Mutex::new(0) });
    let scene = Scene::with_outbox(Arc::clone(&carrier) as Arc<dyn OutboxSight>);
    (carrier, scene)
}

fn turned_away(about: ObjectionTo, status: u16) -> Option<TurnedAway> {
    let objection = Objection { about, status };
    Some(TurnedAway { objection, since: NOW, next: Timestamp(NOW.0 + 120_000) })
}

#[test]
fn a_register_that_turns_the_centre_away_is_an_alarm_that_says_what_to_do_until_it_is_over() {
    let (carrier, scene) = scene();
    assert!(!get(scene.address(), "/", "en").body.contains("data-hindered"));
    let is_needed = |needed: u8| {
        let line = format!("persoline_receiver_needs_people{{receiver=\"register\"}} {needed}");
        get(scene.address(), "/metrics", "en").body.lines().any(|told| told == line)
    };
    assert!(is_needed(0));
    for (about, status, english, chinese) in [
        (ObjectionTo::Credentials, 401, "does not accept the credentials of this centre", "不接受本中心的憑證"),
        (ObjectionTo::Address, 404, "there is no service for reports at this address", "此網址沒有接收報告的服務"),
    ] {
        carrier.standing.lock().unwrap().turned_away = turned_away(about, status);
        scene.look_again();
        let page = get(scene.address(), "/", "en").body;
        assert!(page.contains(english) && page.contains("centre.json") && page.contains("role=\"alert\""), "{page}");
        assert!(!page.contains("Nothing waits for people"));
        assert!(page.contains("14:02:00") && page.contains("formaction=\"/receivers/register/try\""), "{page}");
        assert!(get(scene.address(), "/", "zh-Hant").body.contains(chinese));
        let view: serde_json::Value =
            serde_json::from_str(&get(scene.address(), "/api/overview.json", "en").body).unwrap();
        assert_eq!(view["receivers"][0]["turned_away"], status);
        assert_eq!(view["receivers"][0]["tried_again_at"], "2026-11-20T06:02:00.000Z");
        assert!(is_needed(1));
    }
    carrier.standing.lock().unwrap().turned_away = None;
    scene.look_again();
    assert!(!get(scene.address(), "/", "en").body.contains("data-hindered") && is_needed(0));
}

#[test]
fn a_person_has_delivery_tried_now() {
    let (carrier, scene) = scene();
    carrier.standing.lock().unwrap().turned_away = turned_away(ObjectionTo::Credentials, 403);
    let answer = post(scene.address(), "/receivers/register/try", "back=%2F");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/?done=try")));
    assert!(get(scene.address(), "/?done=try", "en").body.contains("Delivery is tried now."));
    let unknown = post(scene.address(), "/receivers/nobody/try", "");
    assert!(unknown.status == 422 && unknown.body.contains("no reports are being delivered to nobody"));
    assert_eq!(*carrier.tried.lock().unwrap(), 1);
    let without = Scene::at_rest(Vec::new());
    assert_eq!(post(without.address(), "/receivers/register/try", "").status, 422);
}

#[test]
fn a_receiver_that_has_stopped_says_why() {
    let (carrier, scene) = scene();
    {
        let mut standing = carrier.standing.lock().unwrap();
        (standing.is_stopped, standing.last_fault) = (true, Some("it refuses report <key-1>".to_owned()));
    }
    scene.look_again();
    let page = get(scene.address(), "/", "en").body;
    assert!(page.contains("data-hindered=\"stopped\"") && page.contains("it refuses report &lt;key-1&gt;"), "{page}");
    assert!(!page.contains("/receivers/register/try"));
}
