//! A whole batch is steered after a page has said how many orders it concerns.

use persoline_domain::identifiers::BatchName;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::OrderRecord;

use crate::client::{get, post};
use crate::scene::{Scene, TODAY, order};

fn of_batch(number: u64, state: OrderState) -> OrderRecord {
    OrderRecord { batch: BatchName::from("post/1"), ..order(number, &format!("A-{number}"), state, TODAY) }
}

fn scene() -> Scene {
    let mut orders: Vec<_> = (1..=5).map(|number| of_batch(number, OrderState::Waiting)).collect();
    orders.extend([of_batch(6, OrderState::Finished), of_batch(7, OrderState::Held)]);
    orders.push(order(8, "B-8", OrderState::Waiting, TODAY));
    Scene::at_rest(orders)
}

fn state_of(scene: &Scene, number: u64) -> OrderState {
    scene.store.with(|kept| kept.orders[&number].state)
}

#[test]
fn orders_are_listed_by_batch_with_what_can_be_done_to_it() {
    let scene = scene();
    let page = get(scene.address(), "/orders?batch=post%2F1", "en").body;
    assert_eq!(page.matches("<tr data-order=").count(), 7);
    for act in ["hold", "release", "expedite", "cancel"] {
        assert!(page.contains(&format!("href=\"/batches/post%2F1/{act}\"")), "{act}");
    }
    assert!(!get(scene.address(), "/orders", "en").body.contains("/batches/"));
    assert!(get(scene.address(), "/orders/A-1", "en").body.contains("href=\"/orders?batch=post%2F1\""));
}

#[test]
fn a_batch_is_cancelled_when_the_number_was_confirmed() {
    let scene = scene();
    let path = "/batches/post%2F1/cancel";
    let page = get(scene.address(), path, "en").body;
    assert!(
        page.contains("Cancel 6 orders of batch post/1 for good") && page.contains("name=\"concerned\" value=\"6\"")
    );
    assert!(page.contains("The batch has 7 orders; 1 of them are left as they are"));
    assert!(get(scene.address(), path, "zh-Hant").body.contains("永久取消批次 post/1 的 6 張訂單"));
    // Without the number, or with one that is no longer true, nothing is done.
    for form in ["", "concerned=5", "concerned=x"] {
        let answer = post(scene.address(), path, form);
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains("It is now 6 orders"), "{form}");
    }
    assert_eq!(state_of(&scene, 1), OrderState::Waiting);
    let answer = post(scene.address(), path, "concerned=6&back=%2Fbatches%2Fpost%252F1%2Fcancel");
    assert_eq!(answer.header("location"), Some("/orders?batch=post%2F1&done=batch&count=6&refused=0"));
    assert!((1..=5).chain([7]).all(|number| state_of(&scene, number) == OrderState::Cancelled));
    assert_eq!((state_of(&scene, 6), state_of(&scene, 8)), (OrderState::Finished, OrderState::Waiting));
    let told = get(scene.address(), answer.header("location").unwrap(), "en").body;
    assert!(told.contains("Done for 6 orders; 0 refused"));
    assert!(get(scene.address(), path, "en").body.contains("this concerns no order of the batch"));
}

#[test]
fn each_act_concerns_those_that_it_would_change() {
    let scene = scene();
    for (act, count) in [("hold", 5), ("release", 1), ("expedite", 6), ("cancel", 6)] {
        let page = get(scene.address(), &format!("/batches/post%2F1/{act}"), "en").body;
        assert!(page.contains(&format!("name=\"concerned\" value=\"{count}\"")), "{act}");
    }
    assert_eq!(post(scene.address(), "/batches/post%2F1/hold", "concerned=5").status, 303);
    assert_eq!(post(scene.address(), "/batches/post%2F1/release", "concerned=6").status, 303);
    assert_eq!(post(scene.address(), "/batches/post%2F1/expedite", "concerned=6").status, 303);
    assert!((1..=5).all(|number| state_of(&scene, number) == OrderState::Waiting));
    assert!(scene.store.with(|kept| kept.orders[&1].priority == Priority::Urgent));
    for path in ["/batches/nobody/hold", "/batches/post%2F1/burn"] {
        assert_eq!(get(scene.address(), path, "en").status, 404, "{path}");
    }
}
