//! The chip's side against a driver that the tests play.

use super::session::{Reply, Session};
use super::*;
use crate::chip::{ChipFault, ChipIdentity, ChipSettings};
use chip_profile::personalisation::scp03::StaticKeys;
use std::net::TcpListener;
use std::time::Instant;

const GET_SERIAL: &[u8] = &[0x80, 0xCA, 0x00, 0x45, 0x00];
const SERIAL: &[u8] = b"\x45\x08CHIP0001\x90\x00";

fn chip() -> EmulatedChip {
    let transport_keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
    let identity = ChipIdentity { chip_serial: b"CHIP0001".to_vec(), key_version: 1, transport_keys };
    EmulatedChip::new(identity, ChipSettings::default(), 7)
}

fn settings(address: SocketAddr) -> VirtualReaderSettings {
    VirtualReaderSettings { attempts: 3, pause: Duration::from_millis(1), ..VirtualReaderSettings::new(address) }
}

/// A driver that sends messages and takes an answer to each that has one.
fn driver(listener: &TcpListener, messages: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut answers = Vec::new();
    for message in messages {
        send(&mut stream, message).unwrap();
        if !matches!(message, [0..=2]) {
            answers.push(receive(&mut stream));
        }
    }
    answers
}

#[test]
fn a_driver_gets_the_answer_to_reset_and_answers_of_the_chip() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let reader = VirtualReader::new(settings(listener.local_addr().unwrap()));
    let card = thread::spawn(move || {
        let mut events = Vec::new();
        let removal = reader.insert_once(&mut chip(), &mut |event| events.push(event)).unwrap();
        (removal, events)
    });
    let answers = driver(&listener, &[&[4], &[1], &[4], GET_SERIAL, &[0]]);
    let atr = Some(answer_to_reset::of(&chip()));
    assert_eq!(answers, [atr.clone(), atr, Some(SERIAL.to_vec())]);
    let (removal, events) = card.join().unwrap();
    assert_eq!(removal, Removal::Closed);
    assert_eq!(events, [ReaderEvent::Inserted, ReaderEvent::Removed(Removal::Closed)]);
}

#[test]
fn a_chip_is_laid_on_again_when_the_reader_comes_back_and_given_up_when_it_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let reader = VirtualReader::new(settings(listener.local_addr().unwrap()));
    let card = thread::spawn(move || reader.keep_inserted(&mut chip(), &mut |_| {}).unwrap_err());
    for _ in 0..5 {
        assert_eq!(driver(&listener, &[&[1], GET_SERIAL]), [Some(SERIAL.to_vec())]);
    }
    drop(listener);
    let error = card.join().unwrap();
    assert!(matches!(error, VirtualReaderError::Unreachable { attempts: 3, .. }), "{error}");
}

#[test]
fn a_chip_that_stays_silent_is_given_up_after_so_many_times() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let reader = VirtualReader::new(settings(listener.local_addr().unwrap()));
    let card = thread::spawn(move || {
        let mut chip = chip();
        chip.inject(ChipFault::DieAfter(1));
        reader.keep_inserted(&mut chip, &mut |_| {}).unwrap_err()
    });
    assert_eq!(driver(&listener, &[&[1], GET_SERIAL, GET_SERIAL]), [Some(SERIAL.to_vec()), None]);
    for _ in 0..2 {
        assert_eq!(driver(&listener, &[&[1], GET_SERIAL]), [None]);
    }
    assert!(matches!(card.join().unwrap(), VirtualReaderError::Silent { times: 3 }));
}

#[test]
fn what_no_driver_sends_ends_the_connection_with_an_error() {
    for wrong in [&[][..], &[3], &[0xFF]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let reader = VirtualReader::new(settings(listener.local_addr().unwrap()));
        let card = thread::spawn(move || reader.insert_once(&mut chip(), &mut |_| {}).unwrap_err());
        assert_eq!(driver(&listener, &[wrong]).into_iter().flatten().count(), 0);
        assert!(matches!(card.join().unwrap(), VirtualReaderError::Protocol { .. }));
    }
}

#[test]
fn a_message_that_breaks_off_is_the_end_of_the_connection() {
    let reader = VirtualReader::new(settings(([127, 0, 0, 1], 1).into()));
    for broken in [&[0_u8][..], &[0, 5, 0x80, 0xCA]] {
        let stream = io::Cursor::new(broken.to_vec());
        let removal = reader.serve(stream, &mut chip(), &mut Session::default(), &mut |_| {}).unwrap();
        assert_eq!(removal, Removal::Closed);
    }
}

#[test]
fn the_field_takes_every_session_with_it() {
    let mut chip = chip();
    let mut session = Session::default();
    let mut initialise = vec![0x80, 0x50, 0x00, 0x00, 0x08];
    initialise.extend_from_slice(&[7; 8]);
    initialise.push(0);
    let finish: &[u8] = &[&[0x84, 0x82, 0x01, 0x00, 0x10][..], &[0; 16]].concat();
    let mut authenticate = |after: &[u8]| {
        let reply = |session: &mut Session, message: &[u8], chip: &mut EmulatedChip| match session.answer(message, chip)
        {
            Ok(Reply::Answer(answer)) => answer[answer.len() - 2..].to_vec(),
            other => panic!("{other:?}"),
        };
        assert_eq!(reply(&mut session, &initialise, &mut chip), [0x90, 0x00]);
        if !after.is_empty() {
            assert_eq!(session.answer(after, &mut chip), Ok(Reply::Nothing));
        }
        reply(&mut session, finish, &mut chip)
    };
    // Wrong, but the chip was waiting for it.
    assert_eq!(authenticate(&[]), [0x63, 0x00]);
    for control in [0, 1, 2] {
        assert_eq!(authenticate(&[control]), [0x69, 0x82], "{control}");
    }
}

#[test]
fn in_real_time_answers_take_as_long_as_over_the_air() {
    let mut chip = chip();
    chip.inject(ChipFault::Slow(200));
    let message = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let reader = VirtualReader::new(VirtualReaderSettings {
        real_time: true,
        ..VirtualReaderSettings::new(([127, 0, 0, 1], 1).into())
    });
    let before = (Instant::now(), chip.elapsed());
    let stream = OneWay(io::Cursor::new(message(GET_SERIAL)));
    reader.serve(stream, &mut chip, &mut Session::default(), &mut |_| {}).unwrap();
    let modelled = chip.elapsed() - before.1 - Duration::from_millis(30);
    assert!(modelled > Duration::from_millis(100) && before.0.elapsed() >= modelled, "{modelled:?}");
}

/// A stream whose answers nobody reads.
struct OneWay(io::Cursor<Vec<u8>>);

impl Read for OneWay {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for OneWay {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
