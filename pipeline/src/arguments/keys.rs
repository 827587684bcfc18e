//! The command line of keys and certificates.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use persoline_domain::signer::SignatureSuite;
use persoline_keys::ChipMasterKind;

use super::JsonArguments;
use super::person::{ActorArgument, reason};

/// `keys`
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a country signer, document signers and the keys of this centre, or only some of them
    Ceremony(Box<CeremonyArguments>),
    /// Centre: make document signers' keys, and requests to certify them
    Request(RequestArguments),
    /// Country signer: issue certificates for requests
    Issue(IssueArguments),
    /// Centre: install certificates that came back, once they are held against what was asked
    Install(InstallArguments),
    /// Country signer: make the next revocation list, and revoke
    Crl(CrlArguments),
    /// Country signer: make a master list of country signers' certificates
    MasterList(MasterListArguments),
    /// Country signer: write what the public key directory takes, as LDIF
    Pkd(PkdArguments),
    /// Country signer: make the next key, with the link certificate by which the old one vouches for it
    Succeed(SucceedArguments),
    /// Show use count, usage period and what is left
    Status(JsonArguments),
    /// Centre: erase private keys of document signers that are used up or over
    Retire(RetireArguments),
    /// Write certificates of country signer and document signers for others
    Export(ExportKeysArguments),
    /// Make certificates for the link to a remote machine: an authority, this centre's and the machine's
    Link(LinkArguments),
}

/// What a ceremony makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CeremonyPart {
    /// Country signer, document signers and the centre's keys, in one folder
    All,
    /// The country signer alone, for a machine that no network reaches
    Authority,
    /// The keys of a centre whose country signer lies elsewhere
    Centre,
}

/// `keys ceremony`
#[derive(Debug, Args)]
pub(crate) struct CeremonyArguments {
    /// What to make
    #[arg(long, default_value = "all")]
    pub(crate) make: CeremonyPart,
    /// Certificate (DER) of the country signer that lies elsewhere; compare its fingerprint by voice
    #[arg(long, value_name = "FILE", required_if_eq("make", "centre"))]
    pub(crate) country_signer: Option<PathBuf>,
    /// Issuing state as the MRZ writes it
    #[arg(long, default_value = "UTO")]
    pub(crate) state: String,
    /// Two-letter country code of the certificates
    #[arg(long, default_value = "UT")]
    pub(crate) country: String,
    /// Issue for a real state: without this flag only the specimen state UTO is issued
    #[arg(long)]
    pub(crate) production: bool,
    /// The state's name in English
    #[arg(long, default_value = "UTOPIA")]
    pub(crate) name: String,
    /// The state's name in Traditional Chinese
    #[arg(long, default_value = "烏托邦")]
    pub(crate) name_chinese: String,
    /// The issuing authority in English
    #[arg(long, default_value = "PASSPORT OFFICE OF UTOPIA")]
    pub(crate) authority: String,
    /// The issuing authority in Traditional Chinese
    #[arg(long, default_value = "烏托邦護照署")]
    pub(crate) authority_chinese: String,
    /// organizationName of the certificates
    #[arg(long, default_value = "Utopia Specimen")]
    pub(crate) organisation: String,
    /// Where the revocation list is published
    #[arg(long, default_value = "https://pki.utopia.example/UTO.crl")]
    pub(crate) revocation_list: String,
    /// How the country signer signs
    #[arg(long, default_value = "p384", value_parser = suites())]
    pub(crate) csca_suite: SignatureSuite,
    /// How the document signers sign
    #[arg(long, default_value = "p256", value_parser = suites())]
    pub(crate) ds_suite: SignatureSuite,
    /// Document signers to make, with staggered usage periods
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) signers: u32,
    /// Documents that each document signer signs at most
    #[arg(long, default_value_t = 100_000)]
    pub(crate) document_limit: u64,
    /// Length of the master key of the chips' transport keys
    #[arg(long, default_value = "aes128")]
    pub(crate) chip_master: ChipMasterArgument,
    /// Print certificates' names and fingerprints as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Master keys of chips on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChipMasterArgument {
    /// AES-128
    Aes128,
    /// AES-256, for chips with transport keys of that length
    Aes256,
}

impl ChipMasterArgument {
    /// The kind of key.
    pub(crate) fn kind(self) -> ChipMasterKind {
        match self {
            ChipMasterArgument::Aes128 => ChipMasterKind::Aes128,
            ChipMasterArgument::Aes256 => ChipMasterKind::Aes256,
        }
    }
}

/// `keys request`
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// Folder to write the requests to (PKCS #10, DER)
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Document signers to ask for
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) count: u32,
    /// How they sign
    #[arg(long, default_value = "p256", value_parser = suites())]
    pub(crate) suite: SignatureSuite,
    /// Days that each signs
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) usage_days: u32,
    /// Days between the ends of two neighbours' usage periods
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=365))]
    pub(crate) stagger_days: u32,
    /// Documents that each signs at most
    #[arg(long, default_value_t = 100_000)]
    pub(crate) document_limit: u64,
    /// Document type that they sign, as it begins the MRZ: `P`, `PP`; may be given several times [default: P]
    #[arg(long, value_name = "TYPE")]
    pub(crate) document_type: Vec<String>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys issue`
#[derive(Debug, Args)]
pub(crate) struct IssueArguments {
    /// Requests (PKCS #10, DER), and folders with such files (`.p10`)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) requests: Vec<PathBuf>,
    /// Folder to write the certificates to, with the country signer's own
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Longest life of a document, in months
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub(crate) document_months: u32,
    /// Longest usage period that is granted, in days
    #[arg(long, default_value_t = 93, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) longest_usage_days: u32,
    /// Document type that is granted; may be given several times [default: any]
    #[arg(long, value_name = "TYPE")]
    pub(crate) document_type: Vec<String>,
    /// Certificate policy, a dotted object identifier; may be given several times
    #[arg(long, value_name = "OID")]
    pub(crate) policy: Vec<String>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys install`
#[derive(Debug, Args)]
pub(crate) struct InstallArguments {
    /// Certificates (DER), and folders with such files (`.cer`, `.crt`, `.der`)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) certificates: Vec<PathBuf>,
    /// Longest life of a document, in months: certificates that end earlier are refused
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub(crate) document_months: u32,
    /// SHA-256 of a new country signer's certificate, compared by voice, where no link certificate leads to it
    #[arg(long, value_name = "HEX", value_parser = fingerprint)]
    pub(crate) country_signer_sha256: Option<[u8; 32]>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys crl`
#[derive(Debug, Args)]
pub(crate) struct CrlArguments {
    /// File to write the list to
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Serial number (hexadecimal) of a certificate to revoke; may be given several times
    #[arg(long, value_name = "SERIAL")]
    pub(crate) revoke: Vec<String>,
    /// Why, as a code. It stands in the log: Doc 9303-12 7.1.4 allows no reason on the list itself
    #[arg(long, value_name = "CODE", value_parser = reason, requires = "revoke")]
    pub(crate) reason: Option<String>,
    /// Days until the next list
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub(crate) days: u32,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys master-list`
#[derive(Debug, Args)]
pub(crate) struct MasterListArguments {
    /// Country signers' certificates (DER), and folders with such files; our own stand on the list without being named
    #[arg(value_name = "PATH")]
    pub(crate) certificates: Vec<PathBuf>,
    /// File to write the list to
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How a master list signer signs that is made for it; one that is there already is used
    #[arg(long, value_parser = suites())]
    pub(crate) suite: Option<SignatureSuite>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys pkd`
#[derive(Debug, Args)]
pub(crate) struct PkdArguments {
    /// File to write to
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Where in the directory: agreed with it for uploads
    #[arg(long, value_name = "DN", default_value = chip_profile::pki::ldif::pkd::DOWNLOAD_BASE)]
    pub(crate) base: String,
    /// Master list to publish too
    #[arg(long, value_name = "FILE")]
    pub(crate) master_list: Option<PathBuf>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys succeed`
#[derive(Debug, Args)]
pub(crate) struct SucceedArguments {
    /// Folder to write the new certificate and the link certificate to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How the new country signer signs
    #[arg(long, default_value = "p384", value_parser = suites())]
    pub(crate) suite: SignatureSuite,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys retire`
#[derive(Debug, Args)]
pub(crate) struct RetireArguments {
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys export`
#[derive(Debug, Args)]
pub(crate) struct ExportKeysArguments {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `keys link`
#[derive(Debug, Args)]
pub(crate) struct LinkArguments {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Name or address under which the machine is reached; may be given several times
    #[arg(long, value_name = "NAME", required = true)]
    pub(crate) machine: Vec<String>,
    /// This centre's name in its certificate
    #[arg(long, value_name = "NAME", default_value = "centre")]
    pub(crate) centre: String,
    /// Days from now on that the certificates are valid
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
}

/// Suites by their names.
fn suites() -> impl TypedValueParser<Value = SignatureSuite> {
    PossibleValuesParser::new(SignatureSuite::ALL.map(SignatureSuite::name))
        .try_map(|name| SignatureSuite::parse(&name).ok_or("no such suite"))
}

/// Reads a SHA-256 value; colons and spaces between its digits are passed over.
fn fingerprint(text: &str) -> Result<[u8; 32], String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    let wrong = || "must be 64 hexadecimal digits".to_owned();
    let byte = |place: usize| digits.get(2 * place..2 * place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    match bytes.map(<[u8; 32]>::try_from) {
        Some(Ok(bytes)) if digits.len() == 64 => Ok(bytes),
        _ => Err(wrong()),
    }
}
