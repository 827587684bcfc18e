//! A reader before a chip whose files are anything, or whose answers are.
#![no_main]

use chip_profile::access::MrzInformation;
use chip_profile::apdu::{Command, Response};
use chip_profile::inspection::inspect;
use chip_profile::inspection::reader::{ChipReader, ReaderPassword, ReaderSettings, ReaderStep};
use chip_profile::lds::FileId;
use chip_profile::pki::UnixTime;
use chip_profile_fuzz::{Input, anchors, rng, specimen};
use libfuzzer_sys::fuzz_target;
use mock_devices::chip::ChipSettings;

/// Enough for every file of the specimen with short length fields.
const MOST_EXCHANGES: usize = 200;

fn read(settings: ReaderSettings, mut transmit: impl FnMut(&Command) -> Option<Response>) {
    let mut rng = rng();
    let mut reader = ChipReader::new(settings);
    let mut step = reader.start();
    let mut exchanges = 0;
    loop {
        match step {
            ReaderStep::Send(command) => {
                exchanges += 1;
                assert!(exchanges <= MOST_EXCHANGES + 1, "the reader does not end");
                let Some(answer) = transmit(&command) else { return };
                let Ok(next) = reader.next(&answer, &mut rng) else { return };
                step = next;
            }
            ReaderStep::Done(reading) => {
                let now = UnixTime(1_795_200_000);
                inspect(&reading.files, anchors(), &reading.context(now));
                return;
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let how = input.byte();
    let [number, birth, expiry] = specimen().printed();
    let password = match how & 3 {
        0 => None,
        1 => Some(ReaderPassword::Can(specimen().card_access_number.password())),
        _ => MrzInformation::new(&format!("{number:<<9}"), birth, expiry).ok().map(ReaderPassword::Mrz),
    };
    let settings = ReaderSettings {
        password,
        data_groups: None,
        extended_length: how & 4 != 0,
        authenticate: how & 8 != 0,
        most_exchanges: MOST_EXCHANGES,
    };
    if how & 16 != 0 {
        return read(settings, |_| Response::parse(input.piece()?).ok());
    }
    let mut chip = specimen().chip.clone();
    while !input.is_empty() {
        let number = usize::from(input.byte());
        let Some(piece) = input.piece() else { break };
        match FileId::ALL.get(number) {
            Some(file) if piece.is_empty() => {
                chip.files.remove(file);
            }
            Some(file) => {
                chip.files.insert(*file, piece.to_vec());
            }
            None => {}
        }
    }
    let chip_settings = ChipSettings { extended_length: how & 32 == 0, ..ChipSettings::default() };
    let mut chip = chip.open(chip_settings, 1);
    read(settings, |command| Response::parse(&chip.transmit(&command.to_bytes())).ok());
});
