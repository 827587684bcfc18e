//! What people decide about machines.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, MachineName};
use persoline_domain::store::{FirstPiece, Refusal, Standing, Store};

use crate::centre::{Centre, NORTH, SOUTH, bind, dispatch};

/// What the supervision of a machine does.
fn by_machine(centre: &Centre, deed: Deed) -> Result<(), Refusal> {
    let act = Act { actor: Actor::Machine(NORTH.into()), ..centre.act(deed) };
    centre.store.commit(vec![act]).map(drop).map_err(|error| error.refusal().cloned().unwrap())
}

#[test]
fn pausing_draining_and_resuming_are_wishes() {
    let centre = Centre::with_blanks(2);
    let machine = || MachineName::from(NORTH);
    let standing = || centre.store.standing(&machine()).unwrap();
    let free = Standing {
        is_paused: false,
        is_draining: false,
        fenced_off: None,
        first_piece: FirstPiece::NotNeeded,
        has_shift: false,
        needs_shift: false,
    };
    assert_eq!((standing(), free.allowed(3)), (free.clone(), 3));
    centre.done(Deed::MachinePaused { machine: machine() });
    assert_eq!((standing(), standing().allowed(3)), (Standing { is_paused: true, ..free.clone() }, 0));
    centre.done(Deed::MachineDraining { machine: machine() });
    centre.done(Deed::MachineDraining { machine: SOUTH.into() });
    assert_eq!(standing(), Standing { is_paused: true, is_draining: true, ..free.clone() });
    assert_eq!(centre.store.paused_machines().unwrap(), [machine()]);
    centre.done(Deed::MachineResumed { machine: machine() });
    assert_eq!(standing(), free);
    assert!(centre.store.standing(&SOUTH.into()).unwrap().is_draining);
}

#[test]
fn a_machine_that_lied_gets_no_work_until_a_person_clears_it() {
    let centre = Centre::with_blanks(2);
    let (order, next) = (centre.order(1), centre.order(2));
    centre.done(dispatch(order, 1));
    let machine = MachineName::from(NORTH);
    let clear = Deed::MachineCleared { machine: machine.clone() };
    assert!(matches!(centre.by("chan", clear.clone()), Err(Refusal::NotFound(_))), "it did not lie yet");
    centre.done(Deed::MachineFencedOff { machine: machine.clone(), reason: "foreign_job".to_owned() });
    assert_eq!(centre.store.standing(&machine).unwrap().fenced_off.as_deref(), Some("foreign_job"));
    assert_eq!(centre.try_deed(dispatch(next, 2)), Err(Refusal::MachineBarred(machine.clone(), "it was fenced off")));
    centre.done(Deed::MachineResumed { machine: machine.clone() });
    assert!(centre.try_deed(dispatch(next, 2)).is_err(), "resuming does not make it honest");
    centre.done(bind(1, "P0001"));
    assert_eq!(centre.try_deed(clear.clone()), Err(Refusal::NeedsPerson));
    centre.by("chan", clear).unwrap();
    assert_eq!(centre.store.standing(&machine).unwrap().fenced_off, None);
    centre.done(dispatch(next, 2));
}

#[test]
fn an_acknowledged_alarm_stands_in_the_log_with_person_machine_and_alarm() {
    let centre = Centre::with_blanks(2);
    let acknowledge =
        |machine: &str| Deed::AlarmAcknowledged { machine: machine.into(), alarm: u64::MAX, code: "JAM".to_owned() };
    assert_eq!(centre.by("chan", acknowledge("nowhere")), Err(Refusal::NotFound("machine")));
    assert_eq!(centre.try_deed(acknowledge(NORTH)), Err(Refusal::NeedsPerson));
    let before = centre.store.standing(&NORTH.into()).unwrap();
    centre.by("chan", acknowledge(NORTH)).unwrap();
    let event = centre.store.newest_events(1).unwrap().remove(0);
    assert_eq!((event.kind.as_str(), event.actor.as_str()), ("alarm_acknowledged", "person:chan"));
    assert_eq!((event.machine, event.detail.as_str()), (Some(NORTH.into()), "JAM 18446744073709551615"));
    assert_eq!(centre.store.standing(&NORTH.into()).unwrap(), before, "it decides nothing about work");
    // The machine's own numbers are no secret of the log: a second person may have seen it as well.
    centre.by("lee", acknowledge(NORTH)).unwrap();
}

#[test]
fn a_host_that_lost_a_machine_cannot_fence_it_off() {
    let centre = Centre::with_blanks(2);
    let lie = || Deed::MachineFencedOff { machine: NORTH.into(), reason: "never_asked".to_owned() };
    centre.store.take_fence(&NORTH.into()).unwrap();
    assert_eq!(by_machine(&centre, lie()), Err(Refusal::Fenced));
    assert_eq!(centre.store.standing(&NORTH.into()).unwrap().fenced_off, None);
}

#[test]
fn what_lies_in_quarantine_is_not_written_off_by_a_machine() {
    let centre = Centre::with_blanks(2);
    let spoil = |serial: &str| Deed::BlankSpoiled { serial: serial.into(), reason: "misfeed".to_owned() };
    let aside = Deed::BlankQuarantined { serial: "P0001".into(), reason: "double_feed".to_owned() };
    by_machine(&centre, aside).unwrap();
    assert!(matches!(by_machine(&centre, spoil("P0001")), Err(Refusal::Unlawful { state: "quarantined", .. })));
    assert_eq!(centre.booklet("P0001"), BookletState::Quarantined);
    by_machine(&centre, spoil("P0002")).unwrap();
    assert_eq!(centre.booklet("P0002"), BookletState::Spoiled);
}
