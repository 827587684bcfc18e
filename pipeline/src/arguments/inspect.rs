//! The command line of an inspection.

use std::path::PathBuf;

use clap::Args;

/// `inspect`
#[derive(Debug, Args)]
#[command(after_help = crate::exit::EXIT_CODES_OF_INSPECT)]
pub(crate) struct InspectArguments {
    /// Folder with elementary files: EF.COM.bin, EF.SOD.bin, DG1.bin or EF.DG1.bin …, as `export` writes them
    #[arg(value_name = "FOLDER", required_unless_present_any = ["application", "lint", "pcsc"])]
    pub(crate) source: Option<PathBuf>,
    /// Inspect what was read back from the chip of this application's document, with the centre's own country signers
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["source", "pcsc"])]
    pub(crate) application: Option<String>,
    /// Inspect the chip on a reader: the one of which the name holds this text [default: the first with a chip on it]
    #[arg(long, value_name = "READER", num_args = 0..=1, default_missing_value = "", conflicts_with = "source")]
    pub(crate) pcsc: Option<String>,
    /// Country signer and link certificates, or folders with them; DER or PEM. A self-signed certificate is trusted, a link
    /// certificate only when a trusted one leads to it
    #[arg(long, value_name = "FILE|FOLDER", num_args = 1.., value_delimiter = None)]
    pub(crate) csca: Vec<PathBuf>,
    /// Master lists, whose certificates are trusted when the list leads to a country signer given with --csca
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) master_list: Vec<PathBuf>,
    /// Certificate revocation lists, DER or PEM
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) crl: Vec<PathBuf>,
    /// The machine readable zone as printed, its lines one after the other: opens a chip, and is compared with DG1. Other
    /// programs see it on the command line: --mrz-file keeps it from them
    #[arg(long, value_name = "LINES", conflicts_with = "mrz_file")]
    pub(crate) mrz: Option<String>,
    /// File with the machine readable zone; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) mrz_file: Option<PathBuf>,
    /// The card access number: opens a chip on a reader. Other programs see it on the command line: --can-file keeps it from
    /// them
    #[arg(long, value_name = "DIGITS", conflicts_with_all = ["can_file", "source", "application"], requires = "pcsc")]
    pub(crate) can: Option<String>,
    /// File with the card access number; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["source", "application"], requires = "pcsc")]
    pub(crate) can_file: Option<PathBuf>,
    /// Inspect as at this time: 2026-11-22 (noon UTC) or 2026-11-22T10:00:00Z [default: now]
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<String>,
    /// Write the portrait of DG2 to this file, JPEG or JPEG 2000 as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) portrait: Option<PathBuf>,
    /// State each deviation from the standard with its clause: of these certificates, lists and elementary files, or of what
    /// is inspected when no file is named
    #[arg(long, value_name = "FILE", num_args = 0..)]
    pub(crate) lint: Option<Vec<PathBuf>>,
    /// Answer as JSON (`persoline schema inspection`)
    #[arg(long)]
    pub(crate) json: bool,
}
