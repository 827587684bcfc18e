//! Pages that are open are told what has changed, and only that.

use persoline_domain::order::OrderState;

use crate::client::{Events, get, post};
use crate::scene::{Scene, TODAY, order};

#[test]
fn an_open_page_hears_of_a_change() {
    let scene = Scene::at_rest(vec![order(1, "A-1", OrderState::Waiting, TODAY)]);
    let mut events = Events::follow(scene.address(), "/live?path=%2F");
    let first = events.wait_for("\n\n");
    assert!(first.contains("text/event-stream") && first.contains("[\\\"stages\\\"") || first.contains("[\"stages\","));
    assert_eq!(post(scene.address(), "/orders/A-1/hold", "").status, 303);
    let news = events.wait_for("order_held");
    assert!(news.contains("[\"stages\","), "{news}");
    // The machines have not changed, so they are not sent again.
    assert!(!news.contains("[\"machines\","), "{news}");
}

#[test]
fn an_order_s_page_follows_its_order() {
    let scene = Scene::at_rest(vec![order(1, "A-1", OrderState::Waiting, TODAY)]);
    let mut events = Events::follow(scene.address(), "/live?path=%2Forders%2FA-1");
    events.wait_for("[\"timeline\",");
    assert_eq!(post(scene.address(), "/orders/A-1/hold", "").status, 303);
    events.wait_for("data-action=\\\"release\\\"");
}

#[test]
fn there_is_a_limit_to_live_pages_and_a_closed_one_makes_room() {
    let scene = Scene::at_rest(Vec::new());
    let mut open: Vec<Events> = (0..64).map(|_| Events::follow(scene.address(), "/live?path=%2Fevents")).collect();
    for events in &mut open {
        events.wait_for("event-stream");
    }
    assert_eq!(get(scene.address(), "/live?path=%2F", "en").status, 503);
    drop(open);
    crate::scene::wait_until(|| {
        let mut events = Events::follow(scene.address(), "/live?path=%2F");
        events.wait_for("HTTP/1.1 ").is_empty() || events.wait_for("\r\n").starts_with("200")
    });
}

#[test]
fn nothing_is_followed_that_is_no_page() {
    let scene = Scene::at_rest(Vec::new());
    for path in ["/live", "/live?path=%2Fmetrics", "/live?path=https%3A%2F%2Felsewhere.example%2Fx"] {
        assert_eq!(get(scene.address(), path, "en").status, 404, "{path}");
    }
}

#[test]
fn stopping_ends_open_streams() {
    let scene = Scene::at_rest(Vec::new());
    let mut events = Events::follow(scene.address(), "/live?path=%2F");
    events.wait_for("event-stream");
    let address = scene.address();
    drop(scene);
    assert!(std::net::TcpStream::connect(address).is_err());
}
