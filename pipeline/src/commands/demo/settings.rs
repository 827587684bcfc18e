//! What the demo's centre is like.

use mock_devices::machine::{FaultKind, FaultPlan};
use persoline_domain::chance::RandomSource;
use persoline_domain::signer::SignatureSuite;
use persoline_keys::{Passphrase, PassphraseCost};

use crate::arguments::DemoArguments;
use crate::arguments::keys::{CeremonyArguments, CeremonyPart, ChipMasterArgument};
use crate::settings::{MachineSettings, MockKind, NumberRange, PolicySettings, Settings};
use crate::system::SystemRandom;

/// Keys that live for one demo need not resist a thief's search for their passphrase, which is random anyway.
pub(super) const COST: PassphraseCost = PassphraseCost { memory: 1024, iterations: 1, lanes: 1 };

/// Two lines for pre-numbered booklets, one that engraves the number; first pieces and samples are looked at, and remakes
/// approved by two.
pub(super) fn settings(ceremony: Settings) -> Settings {
    let mut machines = ceremony.machines;
    machines.push(MachineSettings::mock("east", MockKind::EngravingLine));
    Settings {
        machines,
        policy: PolicySettings { remake_approvals: 2, first_piece: true, sample_every: 50 },
        document_numbers: vec![NumberRange { first: "UT0000001".to_owned(), last: "UT0009999".to_owned() }],
        ..ceremony
    }
}

/// Something goes wrong now and then, as with real machines.
pub(super) fn faults(arguments: &DemoArguments) -> FaultPlan {
    let mut plan = FaultPlan { seed: arguments.seed, ..FaultPlan::none() };
    if !arguments.no_faults {
        let kinds = [
            FaultKind::Misfeed,
            FaultKind::ChipMute,
            FaultKind::ChipDies,
            FaultKind::EngravingFault,
            FaultKind::CameraMisread,
            FaultKind::JamAtLaser,
        ];
        plan.rates_per_million = kinds.map(|kind| (kind, 4_000)).into();
    }
    plan
}

/// Keys of the specimen state.
pub(super) fn ceremony_arguments() -> CeremonyArguments {
    CeremonyArguments {
        make: CeremonyPart::All,
        country_signer: None,
        state: "UTO".to_owned(),
        country: "UT".to_owned(),
        production: false,
        name: "UTOPIA".to_owned(),
        name_chinese: "烏托邦".to_owned(),
        authority: "PASSPORT OFFICE OF UTOPIA".to_owned(),
        authority_chinese: "烏托邦護照署".to_owned(),
        organisation: "Utopia Specimen".to_owned(),
        revocation_list: "https://pki.utopia.example/UTO.crl".to_owned(),
        csca_suite: SignatureSuite::P384,
        ds_suite: SignatureSuite::P256,
        signers: 3,
        document_limit: 100_000,
        chip_master: ChipMasterArgument::Aes128,
        json: false,
    }
}

/// A passphrase that nobody knows.
pub(super) fn passphrase() -> Passphrase {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Passphrase::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
