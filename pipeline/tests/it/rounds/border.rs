//! A border: what an inspection system says of a booklet, from nothing but the booklet and the country signers.

use std::path::Path;

use chip_profile::access::MrzInformation;
use chip_profile::access::pace::PacePassword;
use chip_profile::apdu::Response;
use chip_profile::inspection::{InspectionContext, TrustAnchors, inspect};
use chip_profile::lds::{Dg1, ElementaryFiles, FileId};
use chip_profile::mrz::Td3;
use chip_profile::personalisation::{ReadAccess, ReadBack, ReadPlan, ReadStep};
use chip_profile::pki::UnixTime;
use mock_devices::chip::{EmulatedChip, LifeCycle};
use mock_devices::desk_service::FoundBooklet;
use persoline_domain::chance::AsRng;
use persoline_stage::Centre;

use super::chance::Reader;

/// An inspection system.
pub(super) struct Border {
    anchors: TrustAnchors,
    centre: Centre,
    now: UnixTime,
}

/// What became of a booklet, as whoever holds it in hand can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    /// Nothing was written, nothing marked.
    Untouched,
    /// Data in a chip that is not locked; the page is clean.
    Written,
    /// The chip is locked and right; the page is clean.
    Locked,
    /// The chip is locked and right; the laser had begun with the page and not finished it.
    HalfMarked,
    /// Chip and page are as of a finished document.
    Accepted,
    /// Marked more than once, or marked with a chip that is not right: never to be seen.
    Wrong,
}

impl Border {
    /// Trusts the country signers of a centre's keys.
    pub(super) fn new(keys: &Path) -> Border {
        let files = std::fs::read_dir(keys).expect("keys").map(|entry| entry.expect("a file").path());
        let signers = files.filter(|file| {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("csca-") && name.ends_with(".der")
        });
        let signers: Vec<Vec<u8>> = signers.map(|file| std::fs::read(file).expect("a certificate")).collect();
        let anchors = TrustAnchors::new(signers, Vec::<Vec<u8>>::new()).expect("country signers");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
        Border { anchors, centre: Centre::utopia(), now: UnixTime(i64::try_from(now).expect("a time")) }
    }

    /// What became of it. `layers` is how many a whole page of this machine has.
    pub(super) fn judge(&self, found: &FoundBooklet, layers: u32) -> Truth {
        let is_right = || self.number_in_chip(found) == Ok(found.number.clone().unwrap_or(found.serial.clone()));
        match (found.life_cycle, found.times_marked) {
            (Some(LifeCycle::Initialised), 0) => Truth::Untouched,
            (Some(LifeCycle::Personalising), 0) => Truth::Written,
            // A number that the machine engraves stands on the page, which is clean still.
            (Some(LifeCycle::Locked), 0) if self.number_in_chip(found).is_ok() => Truth::Locked,
            (Some(LifeCycle::Locked), 1) if found.marks < layers || found.least_done_per_mille < 1000 => {
                Truth::HalfMarked
            }
            (Some(LifeCycle::Locked), 1) if is_right() => Truth::Accepted,
            _ => Truth::Wrong,
        }
    }

    /// Reads the chip as a border does, by PACE with the MRZ, and inspects what it says to the country signer; the document
    /// number, or what is wrong.
    pub(super) fn number_in_chip(&self, found: &FoundBooklet) -> Result<String, String> {
        let (files, number) = self.read(found)?;
        let report = inspect(&files, &self.anchors, &InspectionContext::at(self.now));
        let failed: Vec<String> = report.failed().map(|check| format!("{:?} {}", check.name, check.detail)).collect();
        if failed.is_empty() { Ok(number) } else { Err(failed.join(", ")) }
    }

    /// The files that another reader gets.
    pub(super) fn read(&self, found: &FoundBooklet) -> Result<(ElementaryFiles, String), String> {
        let snapshot = found.chip.as_ref().ok_or("no chip")?;
        let mut chip = EmulatedChip::restore(snapshot).map_err(|error| format!("{error}"))?;
        let files = FileId::ALL.into_iter().filter_map(|file| Some((file, chip.contents(file)?.to_vec())));
        let files: ElementaryFiles = files.collect();
        let dg1 = Dg1::parse(files.get(&FileId::DG1).ok_or("no DG1")?).map_err(|error| format!("{error}"))?;
        let zone = Td3::parse(dg1.text()).map_err(|error| format!("{error}"))?;
        let lines = zone.encode().map_err(|error| format!("{error}"))?;
        let password = PacePassword::mrz(&MrzInformation::of_lines(&lines));
        let access = ReadAccess::Pace(self.centre.pace[0], password);
        let mut reader = ReadBack::new(ReadPlan::new(&files, self.centre.chip_limits), access);
        chip.reset();
        let mut answers = Vec::new();
        loop {
            match reader.next(&answers, &mut AsRng(&Reader)).map_err(|error| error.to_string())? {
                ReadStep::Done(result) => {
                    let number = zone_number(&result.files)?;
                    return Ok((result.files, number));
                }
                ReadStep::Send(commands) => {
                    let answer = |command: &chip_profile::apdu::Command| {
                        Response::parse(&chip.transmit(&command.to_bytes())).map_err(|error| format!("{error:?}"))
                    };
                    answers = commands.iter().map(answer).collect::<Result<_, _>>()?;
                }
            }
        }
    }
}

/// The document number as DG1 says it (Doc 9303-4: positions 1 to 9 of the lower line).
fn zone_number(files: &ElementaryFiles) -> Result<String, String> {
    let dg1 = Dg1::parse(files.get(&FileId::DG1).ok_or("no DG1")?).map_err(|error| format!("{error}"))?;
    let number = dg1.text().get(44..53).ok_or("a short MRZ")?;
    Ok(number.trim_end_matches('<').to_owned())
}
