use chip_profile::personalisation::scp03::StaticKeys;
use mock_devices::chip::{ChipIdentity, ChipSettings};
use printer_driver::{ApduScript, Completion, EventBody, JobId, Operation};

use super::*;

const TOKEN: FencingToken = FencingToken(5);
const PATIENCE: Duration = Duration::from_secs(10);

fn machine() -> (InstantMachine, Arc<Output>) {
    let keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
    let identity = ChipIdentity { chip_serial: b"CHIP0001".to_vec(), key_version: 1, transport_keys: keys };
    let booklet =
        Booklet { serial: "K00000001".to_owned(), chip: EmulatedChip::new(identity, ChipSettings::default(), 7) };
    let output = Arc::new(Output::default());
    let feeder = (FeederId(1), Format("passport-32".to_owned()), vec![booklet]);
    (InstantMachine::start("test", vec![feeder], Arc::clone(&output)).unwrap(), output)
}

fn command(ordinal: u32, operation: Operation) -> Command {
    Command::new(IdempotencyKey::of_job(JobId(1), ordinal), TOKEN, operation)
}

fn pick() -> Operation {
    Operation::Pick { job: JobId(1), feeder: FeederId(1), format: Format("passport-32".to_owned()) }
}

/// Hands a command in and waits for its end.
fn carry_out(machine: &mut InstantMachine, command: &Command) -> Result<Completion, DeviceError> {
    let mut cursor = machine.attach(TOKEN)?.newest;
    machine.submit(command)?;
    loop {
        for event in machine.events(cursor, PATIENCE)?.events {
            cursor = event.cursor;
            match event.body {
                EventBody::Completed { key, result, .. } if key == command.key => return result,
                _ => {}
            }
        }
    }
}

#[test]
fn a_booklet_is_picked_spoken_to_and_put_out() {
    let (mut machine, output) = machine();
    let Completion::Picked { serial, chip, .. } = carry_out(&mut machine, &command(1, pick())).unwrap() else {
        panic!()
    };
    assert_eq!((serial.as_str(), chip.chip_serial.as_slice()), ("K00000001", b"CHIP0001".as_slice()));
    assert_eq!(machine.snapshot().unwrap().feeders[0].remaining, 0);
    let script = ApduScript::new(vec![vec![0x80, 0xCA, 0, 0x45, 0]]).with_reset_first(true);
    let exchange = command(2, Operation::Exchange { job: JobId(1), script });
    let Completion::Answered { answers } = carry_out(&mut machine, &exchange).unwrap() else { panic!() };
    assert_eq!(answers, [b"\x45\x08CHIP0001\x90\x00".to_vec()]);
    carry_out(&mut machine, &command(3, Operation::Deliver { job: JobId(1), stack: Stack::Good })).unwrap();
    assert_eq!((output.good(), output.rejected()), (1, 0));
}

#[test]
fn a_repeat_is_told_again_and_not_carried_out_again() {
    let (mut machine, _) = machine();
    let pick = command(1, pick());
    let first = carry_out(&mut machine, &pick);
    assert_eq!(machine.submit(&pick), Ok(Acceptance::Repeated));
    assert_eq!(carry_out(&mut machine, &pick), first);
    assert_eq!(machine.journal(pick.key), Ok(JournalEntry::Ended(first)));
}

#[test]
fn an_older_host_is_fenced_off() {
    let (mut machine, _) = machine();
    machine.attach(FencingToken(6)).unwrap();
    assert_eq!(machine.submit(&command(1, pick())).unwrap_err().kind, ErrorKind::Fenced);
}
