//! Inspections, remakes, quarantine and shifts: each is seen where it waits, and decided under the name of a person.

use persoline_domain::booklet::{BookletState, QuarantineDecision};
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::{Actor, BookletSerial, JobNumber, MachineName, OrderId, ShiftNumber};
use persoline_domain::order::OrderState;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{InspectionKind, InspectionRecord};

use crate::client::{get, post, send};
use crate::scene::{NOW, Scene, TODAY, order};

fn deeds(scene: &Scene) -> Vec<(String, Deed)> {
    let of_persons = |kept: &mut crate::fake::store::Kept| {
        let acts = kept.acts.iter().filter(|act| matches!(act.actor, Actor::Person(_)));
        acts.map(|act| (act.actor.person().unwrap().to_owned(), act.deed.clone())).collect()
    };
    scene.store.with(of_persons)
}

/// A centre with a document of the machine North that waits to be looked at.
fn with_inspection(kind: InspectionKind) -> Scene {
    let mut finished = order(7, "A-7", OrderState::Finished, TODAY);
    finished.serial = Some(BookletSerial::from("U7"));
    let scene = Scene::at_rest(vec![finished]);
    scene.store.stock(["U7".to_owned()], BookletState::Good, Some("North"));
    let record = InspectionRecord {
        serial: BookletSerial::from("U7"),
        order: OrderId(7),
        job: JobNumber(1),
        machine: MachineName::from("North"),
        shift: None,
        kind,
        at: NOW,
    };
    scene.store.with(|kept| kept.inspections.push(record));
    scene.look_again();
    scene
}

#[test]
fn a_first_piece_is_approved_under_the_name_that_was_typed() {
    let scene = with_inspection(InspectionKind::FirstPiece);
    let overview = get(scene.address(), "/", "en").body;
    assert!(overview.contains("data-waits=\"first-pieces\"><b>1</b> First pieces"), "{overview}");
    let page = get(scene.address(), "/inspections", "en").body;
    assert!(page.contains("data-inspection=\"U7\"") && page.contains("First of the shift"));
    assert!(page.contains("formaction=\"/inspections/U7/approve\"") && page.contains("so nobody checks it"));
    let answer = post(scene.address(), "/inspections/U7/approve", "person=Wong.K&back=%2Finspections");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/inspections?done=approve")));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("person=Wong.K;") && cookie.contains("HttpOnly") && cookie.contains("Strict"));
    let serial = BookletSerial::from("U7");
    let decided = Deed::InspectionDecided { serial, approved: true, reason: String::new() };
    assert_eq!(deeds(&scene), [("Wong.K".to_owned(), decided)]);
    assert!(get(scene.address(), "/inspections", "en").body.contains("Nothing waits for inspection."));
    // Decided once: another person is told so.
    let again = post(scene.address(), "/inspections/U7/approve", "person=Li&back=%2Finspections");
    assert_eq!(again.status, 409);
    assert!(again.body.contains("Refused:") && again.body.contains("value=\"Li\""), "{}", again.body);
    // The name is remembered by the browser, and a page never offers one of its own.
    let host = scene.address().to_string();
    let headers = [("Host", host.as_str()), ("Cookie", "person=Wong.K")];
    assert!(send(scene.address(), "GET", "/shift", &headers, "").body.contains("value=\"Wong.K\""));
    assert!(get(scene.address(), "/shift", "en").body.contains("name=\"person\" value=\"\""));
}

#[test]
fn a_document_is_rejected_for_a_reason_of_the_list_only() {
    let scene = with_inspection(InspectionKind::Sample);
    assert!(get(scene.address(), "/", "en").body.contains("data-waits=\"samples\""));
    for form in ["", "reason-U7=", "reason-U7=Jane+Doe", "reason-U8=page_flaw"] {
        let answer = post(scene.address(), "/inspections/U7/reject", form);
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains("choose a reason first"));
    }
    assert_eq!(post(scene.address(), "/inspections/U7/maybe", "").status, 404);
    assert!(deeds(&scene).is_empty());
    assert_eq!(post(scene.address(), "/inspections/U7/reject", "reason-U7=page_flaw").status, 303);
    let serial = BookletSerial::from("U7");
    let rejected = Deed::InspectionDecided { serial, approved: false, reason: "page_flaw".to_owned() };
    assert_eq!(deeds(&scene), [("m.chan".to_owned(), rejected)]);
    assert!(get(scene.address(), "/orders/A-7", "en").body.contains("the page is not marked cleanly"));
}

#[test]
fn nothing_is_done_without_the_name_of_a_person() {
    let scene = Scene::at_work(vec![order(1, "A-1", OrderState::Held, TODAY)]);
    for (name, language, text) in [
        ("", "en", "type your name first"),
        ("two+words", "en", "type your name first"),
        ("%3Cb%3E", "en", "type your name first"),
        ("north", "en", "not the name of a machine"),
        ("line", "zh-Hant", "請先輸入你的名稱"),
    ] {
        for path in ["/orders/A-1/release", "/orders/A-1/cancel", "/machines/North/pause", "/shift/open", "/name"] {
            let host = scene.address().to_string();
            let headers = [
                ("Host", host.as_str()),
                ("Sec-Fetch-Site", "same-origin"),
                ("Accept-Language", language),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ];
            let answer = send(scene.address(), "POST", path, &headers, &format!("person={name}"));
            assert_eq!(answer.status, 422, "{path} {name}");
            assert!(answer.body.contains(text) && answer.header("set-cookie").is_none(), "{path} {name}");
        }
    }
    assert!(deeds(&scene).is_empty());
}

#[test]
fn a_remake_takes_as_many_people_as_the_policy_asks_for() {
    let mut lost = order(7, "A/7", OrderState::Held, TODAY);
    (lost.hold, lost.remakes) = (Some(HoldReason::RemakeApproval), 1);
    lost.serial = Some(BookletSerial::from("U7"));
    let scene = Scene::at_rest(vec![lost, order(8, "A-8", OrderState::Held, TODAY)]);
    scene.store.stock(["U7".to_owned()], BookletState::Spoiled, Some("North"));
    scene.store.with(|kept| kept.booklets.get_mut("U7").unwrap().reason = Some("jam".to_owned()));
    scene.store.with(|kept| kept.policy = CentrePolicy { remake_approvals: 2, ..CentrePolicy::default() });
    scene.look_again();
    let overview = get(scene.address(), "/", "en").body;
    assert!(overview.contains("data-waits=\"remakes\"><b>1</b>") && overview.contains("data-waits=\"held\"><b>1</b>"));
    let page = get(scene.address(), "/remakes", "en").body;
    assert!(page.contains("data-remake=\"A/7\"") && page.contains("a booklet was stuck"), "{page}");
    assert!(page.contains("2 different people") && !page.contains("data-remake=\"A-8\""));
    // The order's own page offers the same act, and no release that would be refused.
    let own = get(scene.address(), "/orders/A%2F7", "en").body;
    assert!(own.contains("data-action=\"approve-remake\"") && !own.contains("data-action=\"release\""));
    let approve =
        |person: &str| post(scene.address(), "/remakes/A%2F7/approve", &format!("person={person}&back=%2Fremakes"));
    assert_eq!(approve("Wong").header("location"), Some("/remakes?done=remake-part"));
    assert!(get(scene.address(), "/remakes", "en").body.contains("Wong (as typed)"));
    let again = approve("wong");
    assert!(again.status == 409 && again.body.contains("it takes another person"));
    assert_eq!(approve("Li").header("location"), Some("/remakes?done=remake"));
    assert!(get(scene.address(), "/remakes", "en").body.contains("No remake waits for approval."));
}

#[test]
fn a_quarantined_booklet_is_decided_on_where_it_is_listed() {
    let scene = Scene::at_rest(vec![order(7, "A-7", OrderState::Held, TODAY)]);
    scene.store.stock(["U1".to_owned(), "U2".to_owned()], BookletState::Quarantined, None);
    scene.store.with(|kept| kept.booklets.get_mut("U2").unwrap().order = Some(OrderId(7)));
    scene.look_again();
    assert!(
        get(scene.address(), "/", "en")
            .body
            .contains("href=\"/stock?state=quarantined#list\" data-waits=\"quarantine\"")
    );
    let page = get(scene.address(), "/stock?state=quarantined", "en").body;
    // One that was ever bound does not come back to the vault, so only the other offers it.
    assert_eq!(page.matches("<option value=\"clear\">").count(), 1);
    let path = "/booklets/U1/decide";
    let back = "back=%2Fstock%3Fstate%3Dquarantined";
    assert_eq!(post(scene.address(), path, &format!("{back}&decision-U1=clear")).status, 422);
    assert_eq!(post(scene.address(), path, &format!("{back}&decision-U1=burn&reason-U1=found_blank")).status, 422);
    let answer = post(scene.address(), path, &format!("{back}&decision-U1=clear&reason-U1=found_blank"));
    assert_eq!(answer.header("location"), Some("/stock?state=quarantined&done=decide"));
    let decision = QuarantineDecision::Clear;
    let decided =
        Deed::QuarantineDecided { serial: BookletSerial::from("U1"), decision, reason: "found_blank".to_owned() };
    assert_eq!(deeds(&scene), [("m.chan".to_owned(), decided)]);
}

#[test]
fn a_shift_is_opened_counted_and_closed_and_what_does_not_fit_is_shown() {
    let scene = Scene::at_rest(Vec::new());
    scene.store.with(|kept| kept.policy.first_piece = true);
    scene.store.stock((0..3).map(|n| format!("U{n}")), BookletState::Vault, None);
    scene.look_again();
    assert!(get(scene.address(), "/", "en").body.contains("data-shift=\"needed\""));
    assert_eq!(post(scene.address(), "/shift/open", "").header("location"), Some("/shift?done=open"));
    // Friday 20 November: the first of that day.
    let first = ShiftNumber(2_026_112_001);
    assert_eq!(deeds(&scene)[0].1, Deed::ShiftOpened { shift: first });
    assert!(get(scene.address(), "/", "en").body.contains("data-shift=\"open\""));
    let page = get(scene.address(), "/shift", "en").body;
    assert!(page.contains("Shift 2026112001 is open") && page.contains("m.chan (as typed)"));
    assert_eq!(page.matches("data-count-of=").count(), 7);
    // The books are not told to who counts.
    assert!(!page.contains("value=\"3\"") && page.contains("name=\"count-vault\""));
    let missing = post(scene.address(), "/shift/close", "count-vault=3");
    assert!(missing.status == 422 && missing.body.contains("write a number for every state"));
    let states = ["received", "loaded", "good", "packed", "spoiled", "quarantined"];
    let rest: String = states.iter().map(|state| format!("&count-{state}=0")).collect();
    let wrong = post(scene.address(), "/shift/close", &format!("count-vault=2{rest}"));
    assert_eq!(wrong.status, 409);
    assert!(wrong.body.contains("In the vault -1") && wrong.body.contains("data-difference=\"-1\""), "{}", wrong.body);
    assert!(wrong.body.contains("1 fewer than the books say") && wrong.body.contains("value=\"2\""));
    let closed = post(scene.address(), "/shift/close", &format!("count-vault=3{rest}"));
    assert_eq!(closed.header("location"), Some("/shift?done=close"));
    // The next takes the next number.
    assert_eq!(post(scene.address(), "/shift/open", "").status, 303);
    assert_eq!(deeds(&scene).last().unwrap().1, Deed::ShiftOpened { shift: ShiftNumber(first.0 + 1) });
    assert_eq!(post(scene.address(), "/shift/open", "").status, 409);
}

#[test]
fn held_orders_are_listed_with_the_act_that_lets_each_go_on() {
    let mut remake = order(2, "A-2", OrderState::Held, TODAY);
    remake.hold = Some(HoldReason::RemakeApproval);
    let scene = Scene::at_rest(vec![order(1, "A-1", OrderState::Held, TODAY), remake]);
    let page = get(scene.address(), "/orders?state=held", "en").body;
    assert!(
        page.contains("formaction=\"/orders/A-1/release\"") && page.contains("formaction=\"/remakes/A-2/approve\"")
    );
    assert!(!page.contains("formaction=\"/orders/A-2/release\""));
    let answer = post(scene.address(), "/orders/A-1/release", "back=%2Forders%3Fstate%3Dheld");
    assert_eq!(answer.header("location"), Some("/orders?state=held&done=release"));
}

#[test]
fn the_overview_says_when_nothing_waits_and_what_the_register_lacks() {
    let scene = Scene::at_rest(Vec::new());
    let page = get(scene.address(), "/", "en").body;
    assert!(page.contains("Nothing waits for people.") && page.contains("Reports to the register: all delivered."));
    assert!(get(scene.address(), "/", "zh-Hant").body.contains("沒有事項有待人員處理。"));
}

#[test]
fn the_stock_is_told_by_state_kind_and_machine() {
    let scene = Scene::at_rest(Vec::new());
    scene.store.stock((0..4).map(|n| format!("U{n}")), BookletState::Loaded, Some("North"));
    scene.store.stock((4..9).map(|n| format!("U{n}")), BookletState::Vault, None);
    scene.look_again();
    let page = get(scene.address(), "/stock", "en").body;
    assert_eq!(page.matches("<tr data-line=").count(), 2);
    assert!(page.contains("Specimen</td><td>Perforated by the maker</td>"), "{page}");
    assert!(page.contains("<a href=\"/machines/North\">North</a></td><td class=\"number\">4</td>"));
}
