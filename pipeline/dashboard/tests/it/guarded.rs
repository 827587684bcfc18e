//! A web page elsewhere cannot steer the centre, nor read it under a name of its own.

use persoline_domain::order::OrderState;

use crate::client::send;
use crate::scene::{Scene, TODAY, order};

#[test]
fn a_foreign_page_s_form_changes_nothing() {
    let scene = Scene::at_work(vec![order(1, "A-1", OrderState::Held, TODAY)]);
    let host = scene.address().to_string();
    let own = format!("http://{host}");
    let host = ("Host", host.as_str());
    for headers in [
        vec![host],
        vec![host, ("Origin", "null")],
        vec![host, ("Origin", "https://elsewhere.example")],
        vec![host, ("Origin", "http://127.0.0.1:1")],
        vec![host, ("Origin", own.as_str()), ("Sec-Fetch-Site", "cross-site")],
        vec![host, ("Sec-Fetch-Site", "same-site")],
    ] {
        for path in [
            "/orders/A-1/release",
            "/orders/A-1/hold",
            "/orders/A-1/cancel",
            "/orders/A-1/expedite",
            "/orders/A-1/reject",
            "/batches/B/cancel",
            "/machines/North/pause",
            "/machines/North/resume",
            "/machines/North/drain",
            "/machines/North/clear",
            "/machines/North/alarms/1/acknowledge",
            "/inspections/U1/approve",
            "/remakes/A-1/approve",
            "/booklets/U1/decide",
            "/receivers/register/try",
            "/shift/open",
            "/shift/close",
            "/name",
        ] {
            let mut headers = headers.clone();
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            let answer = send(scene.address(), "POST", path, &headers, "person=m.chan");
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert!(answer.body.contains("did not come from a page of this dashboard"));
        }
    }
    assert!(scene.store.with(|kept| kept.paused.is_empty() && kept.orders[&1].state == OrderState::Held));
}

#[test]
fn a_name_that_was_pointed_here_is_not_answered() {
    let scene = Scene::at_rest(Vec::new());
    for host in ["rebound.example", "rebound.example:80", "127.0.0.1.rebound.example"] {
        let answer = send(scene.address(), "GET", "/", &[("Host", host)], "");
        assert_eq!(answer.status, 421, "{host}");
        assert!(!answer.body.contains("data-figure"));
    }
    let port = scene.address().port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(send(scene.address(), "GET", "/", &[("Host", &host)], "").status, 200, "{host}");
    }
}

#[test]
fn steering_needs_a_post() {
    let scene = Scene::at_rest(vec![order(1, "A-1", OrderState::Held, TODAY)]);
    let host = scene.address().to_string();
    let answer = send(scene.address(), "GET", "/orders/A-1/release", &[("Host", &host)], "");
    assert_eq!(answer.status, 405);
    assert!(scene.store.with(|kept| kept.acts.is_empty()));
}
