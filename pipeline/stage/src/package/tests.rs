//! A package opens with the machine's key for its job and chip, and with nothing else.

use std::sync::Arc;

use chip_profile::access::MrzInformation;
use chip_profile::access::bac::BacKeys;
use chip_profile::ec::KeyPair;
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::package::PackageErrorKind;
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ChipData, ChipLimits};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::{JobNumber, OrderId};
use persoline_domain::signer::{
    ChipSessionKeys, ChipSessionRequest, ChipTransportKeys, DocumentKeyPair, DocumentSignatures, DocumentToSign,
    KeyCurve, Reservation, SignerError,
};
use printer_driver::ChipIdentity;

use super::*;

/// Gives out keys that name the chip, or none.
struct Keys(bool);

impl Signer for Keys {
    fn reserve(&self, _: u32, _: Timestamp) -> Result<Vec<Reservation>, SignerError> {
        Err(SignerError::NoSignerLeft)
    }
    fn sign(&self, _: Reservation, _: &[DocumentToSign<'_>]) -> Result<Vec<DocumentSignatures>, SignerError> {
        Err(SignerError::NoSignerLeft)
    }
    fn document_key_pairs(&self, _: KeyCurve, _: u32) -> Result<Vec<DocumentKeyPair>, SignerError> {
        Err(SignerError::NoSignerLeft)
    }
    fn chip_session_keys(&self, _: &[ChipSessionRequest]) -> Result<Vec<ChipSessionKeys>, SignerError> {
        Err(SignerError::NoSignerLeft)
    }
    fn chip_transport_keys(&self, chips: &[ChipTransportRequest]) -> Result<Vec<ChipTransportKeys>, SignerError> {
        if !self.0 {
            return Err(SignerError::Device("they stay inside".to_owned()));
        }
        let key = |chip: &ChipTransportRequest, part: u8| SecretBytes::new(vec![part ^ chip.chip_serial[0]; 16]);
        let keys = |chip| ChipTransportKeys {
            encryption: key(chip, 1),
            command_mac: key(chip, 2),
            data_encryption: key(chip, 3),
        };
        Ok(chips.iter().map(keys).collect())
    }
    fn country_signers(&self) -> Vec<Arc<[u8]>> {
        Vec::new()
    }
}

struct Counting(std::sync::atomic::AtomicU8);

impl RandomSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(7, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

fn task() -> TicketTask {
    TicketTask {
        order: OrderId(1),
        application: "A".into(),
        job: JobNumber(41),
        serial: "S1".into(),
        number: persoline_domain::identifiers::DocumentNumber("K1".to_owned()),
        chip: ChipIdentity::new(b"chip".to_vec(), 0x30),
        recipient: None,
        at: Timestamp(0),
        today: Date::constant(2026, 11, 22),
        again: false,
    }
}

fn plan() -> WritePlan {
    let files = [FileId::COM, FileId::SOD, FileId::DG1, FileId::DG2].map(|file| (file, vec![0x60, 0]));
    let information = MrzInformation::new("L898902C3", "740812", "120415").unwrap();
    let data = ChipData {
        files: ElementaryFiles::from(files),
        basic_access: Some(BacKeys::derive(&information)),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: None,
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    };
    WritePlan::build(&data, &ChipLimits::SHORT).unwrap()
}

#[test]
fn a_package_is_for_one_machine_one_job_and_one_chip() {
    let random = Counting(1.into());
    let machine = KeyPair::generate(Curve::P256, &mut AsRng(&random));
    let recipient = machine.public_key().uncompressed();
    let EncodingPackage(sealed) = seal(&Keys(true), &random, &task(), plan(), recipient).unwrap();
    let binding = |job, chip: &[u8]| PackageBinding { job, chip_serial: chip.to_vec() };
    let order = package::open(&sealed, &machine, &binding(41, b"chip")).unwrap();
    assert_eq!(order.key_version, 0x30);
    let keys = [1, 2, 3].map(|part| [part ^ b'c'; 16]).concat();
    assert_eq!(order.transport_keys.expose().as_slice(), keys);
    assert_eq!(order.plan.commands().len(), plan().commands().len());
    let other = KeyPair::generate(Curve::P256, &mut AsRng(&random));
    for (key, binding) in
        [(&machine, binding(42, b"chip")), (&machine, binding(41, b"another")), (&other, binding(41, b"chip"))]
    {
        assert_eq!(package::open(&sealed, key, &binding).unwrap_err().kind, PackageErrorKind::Sealed);
    }
}

#[test]
fn what_cannot_be_sealed_is_told_and_nothing_leaves() {
    let random = Counting(1.into());
    let machine = KeyPair::generate(Curve::P256, &mut AsRng(&random));
    let recipient = machine.public_key().uncompressed();
    let failed = |signer, task: &TicketTask, recipient: &[u8]| {
        let trouble = seal(&Keys(signer), &random, task, plan(), recipient).unwrap_err();
        (trouble.blame, trouble.code)
    };
    assert_eq!(failed(false, &task(), recipient), (Blame::Centre, "chip_keys".to_owned()));
    assert_eq!(failed(true, &task(), &recipient[..64]), (Blame::Centre, "machine_key".to_owned()));
    let unknown = TicketTask { chip: ChipIdentity::new(Vec::new(), 0), ..task() };
    assert_eq!(failed(true, &unknown, recipient), (Blame::Booklet, "chip_unknown".to_owned()));
}
