//! Files of a chip, each a number and a piece, inspected; whatever else is a piece is trusted or taken for a revocation list.
#![no_main]

use chip_profile::inspection::{
    InspectionContext, RevocationList, chip_authentication_terminal, inspect, portrait, verify_active_authentication,
};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::pki::{Certificate, UnixTime};
use chip_profile_fuzz::{Input, anchors};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (mut files, mut anchors) = (ElementaryFiles::new(), anchors().clone());
    let mut context = InspectionContext::at(UnixTime(1_795_200_000));
    while !input.is_empty() {
        let number = usize::from(input.byte());
        let Some(piece) = input.piece() else { break };
        match FileId::ALL.get(number) {
            Some(file) => {
                files.insert(*file, piece.to_vec());
            }
            None if number == 0xFF => context.printed_mrz = Some(String::from_utf8_lossy(piece).into_owned()),
            None => {
                if let Ok(certificate) = Certificate::parse(piece) {
                    anchors.add(certificate);
                }
                anchors.revocation_lists.extend(RevocationList::parse(piece));
            }
        }
    }
    let _ = format!("{:?}", inspect(&files, &anchors, &context));
    let _ = (portrait(&files), chip_authentication_terminal(&files));
    let answer = chip_profile::apdu::Response::data(files.get(&FileId::COM).cloned().unwrap_or_default());
    let _ = verify_active_authentication(&files, *b"CHALLENG", &answer);
});
