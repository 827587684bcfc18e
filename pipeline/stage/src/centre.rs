//! What the centre issues: state, authority, terms, chip and page, as configuration.

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::{Mapping, PaceParameters};
use chip_profile::access::policy::AccessPolicy;
use chip_profile::lds::LdsVersion;
use chip_profile::lds::dg2::FaceFormatPolicy;
use chip_profile::mrz::{DocumentCodePolicy, TransliterationPolicy};
use chip_profile::personalisation::ChipLimits;
use persoline_domain::signer::KeyCurve;
use persoline_render::page::PageSettings;
use persoline_render::portrait::prepare::PortraitSettings;

/// What the centre issues and how.
#[derive(Debug, Clone)]
pub struct Centre {
    /// Issuing state: the three-letter code of Doc 9303-3 section 5.
    pub issuing_state: String,
    /// The state's name in English and Traditional Chinese.
    pub state_name: Bilingual,
    /// Issuing authority, field 15 of the page and 5F19 of DG12.
    pub authority: Bilingual,
    /// What a nationality is called on the page, by its code; a code that is not listed stands alone.
    pub nationalities: Vec<(String, Bilingual)>,
    /// Whether it is a real state, set by an explicit flag: otherwise every proof says SPECIMEN.
    pub is_production: bool,
    /// Names into the MRZ, where the standard leaves a choice.
    pub transliteration: TransliterationPolicy,
    /// First and second letter of the document code by date of issue.
    pub document_code: DocumentCodePolicy,
    /// Whether the identity number stands in the optional data of the MRZ.
    pub identity_number_in_mrz: bool,
    /// How long documents are valid.
    pub validity: crate::term::Validity,
    /// Version of the logical data structure.
    pub lds_version: LdsVersion,
    /// Where the keys of chips are made.
    pub keys: KeyOrigin,
    /// Each chip's active authentication key.
    pub active_authentication: ActiveAuthentication,
    /// Curve of each document's chip authentication key.
    pub chip_authentication: KeyCurve,
    /// Each PACE that chips offer, at least one; with chip authentication mapping on the curve of chip authentication.
    pub pace: Vec<PaceParameters>,
    /// Which access control chips offer, by their date of issue (Doc 9303-11 4.1).
    pub access: AccessPolicy,
    /// Whether a card access number is drawn, printed and good for PACE (Doc 9303-4 4.1.1.2).
    pub has_card_access_number: bool,
    /// Whether the holder's signature stands in the chip too, as DG7.
    pub has_displayed_signature: bool,
    /// What chip and coupler take in one command.
    pub chip_limits: ChipLimits,
    /// In which format the face is coded, by date of issue (Doc 9303-10 4.5.6).
    pub face_format: FaceFormatPolicy,
    /// The portrait.
    pub portrait: PortraitSettings,
    /// The page.
    pub page: PageSettings,
    /// What the system is called in DG12 (5F56).
    pub personalisation_system: String,
}

/// Where the keys of chips are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyOrigin {
    /// By the host, which brings them to the chip and forgets them when it is locked.
    Injected,
    /// By the chip itself, before what is signed is made (the two-phase profile). The private keys exist nowhere else.
    OnChip,
}

/// The key with which a chip proves that it is no copy (Doc 9303-11 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActiveAuthentication {
    /// ECDSA on a curve.
    Ec(KeyCurve),
    /// RSA of 2,048 bits, by ISO/IEC 9796-2.
    Rsa,
}

/// A text in the two languages of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// English.
    pub english: String,
    /// Traditional Chinese.
    pub chinese: String,
}

impl Bilingual {
    /// Both texts.
    pub fn new(english: &str, chinese: &str) -> Self {
        Bilingual { english: english.to_owned(), chinese: chinese.to_owned() }
    }
}

impl Centre {
    /// The specimen state Utopia.
    pub fn utopia() -> Self {
        Centre {
            issuing_state: "UTO".to_owned(),
            state_name: Bilingual::new("UTOPIA", "烏托邦"),
            authority: Bilingual::new("PASSPORT OFFICE OF UTOPIA", "烏托邦護照署"),
            nationalities: vec![
                ("UTO".to_owned(), Bilingual::new("UTOPIAN", "烏托邦")),
                ("CHN".to_owned(), Bilingual::new("CHINESE", "中國")),
            ],
            is_production: false,
            transliteration: TransliterationPolicy::default(),
            document_code: DocumentCodePolicy::default(),
            identity_number_in_mrz: true,
            validity: crate::term::Validity::default(),
            lds_version: LdsVersion::V1_8,
            keys: KeyOrigin::Injected,
            active_authentication: ActiveAuthentication::Ec(KeyCurve::P256),
            chip_authentication: KeyCurve::P256,
            pace: vec![PaceParameters::P256_AES128],
            access: AccessPolicy::default(),
            has_card_access_number: true,
            has_displayed_signature: false,
            chip_limits: ChipLimits::new(1024, true),
            face_format: FaceFormatPolicy::default(),
            portrait: PortraitSettings::default(),
            page: PageSettings::default(),
            personalisation_system: "PERSOLINE-1".to_owned(),
        }
    }

    /// A real state. The caller has it from an explicit flag.
    pub fn production(issuing_state: &str, state_name: Bilingual, authority: Bilingual) -> Self {
        Centre { issuing_state: issuing_state.to_owned(), state_name, authority, is_production: true, ..Self::utopia() }
    }

    /// The cipher of chip authentication: the strongest that PACE has, so that the session does not grow weaker by it.
    pub fn chip_authentication_suite(&self) -> CipherSuite {
        let suites = self.pace.iter().map(|parameters| parameters.suite());
        suites.max_by_key(|suite| suite.key_length()).unwrap_or(CipherSuite::Aes128)
    }

    /// The identifier of the key of chip authentication: the number of its curve where PACE proves it too, which finds the
    /// key by that number (Doc 9303-11 9.2.1, 9.2.6); else none, for there is one key.
    pub fn chip_authentication_identifier(&self) -> Option<u8> {
        let by_mapping = self.pace.iter().any(|parameters| parameters.mapping() == Mapping::ChipAuthentication);
        by_mapping.then(|| self.chip_authentication.curve().standardized_parameter_id())
    }

    /// What a nationality is called on the page, both languages; empty when it is not listed.
    pub fn nationality_text(&self, code: &str) -> String {
        self.nationalities
            .iter()
            .find(|(known, _)| known == code)
            .map(|(_, name)| format!("{} / {}", name.chinese, name.english))
            .unwrap_or_default()
    }
}
