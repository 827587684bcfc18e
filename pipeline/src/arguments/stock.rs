//! `persoline stock`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use persoline_domain::stock::SerialRange;

use super::JsonArguments;
use super::person::{ActorArgument, account, reason};

/// `stock`
#[derive(Debug, Subcommand)]
pub(crate) enum StockCommand {
    /// Receive a delivery of blanks by its maker's delivery file
    Receive(ReceiveArguments),
    /// Count received blanks into the vault
    Store(StoreArguments),
    /// Say which blanks went from the vault into a machine's feeder
    Load(FeederArguments),
    /// Say which blanks came back from a machine's feeder into the vault
    Unload(FeederArguments),
    /// Send blanks back to their maker
    Return(ReasonedArguments),
    /// Write off blanks that are not bound
    Spoil(ReasonedArguments),
    /// Set blanks aside that are not bound
    Quarantine(ReasonedArguments),
    /// Decide what becomes of booklets in quarantine
    Decide(DecideArguments),
    /// Say that booklets are not where the books say
    Missing(ReasonedArguments),
    /// Say that missing booklets were found: they go to quarantine
    Found(PlainArguments),
    /// Pack finished documents for hand-over
    Pack(PlainArguments),
    /// Say that packed documents were handed over
    HandOver(PlainArguments),
    /// Call documents back that were packed or handed over
    Recall(ReasonedArguments),
    /// Destroy spoiled or recalled booklets before the eyes of another person
    Destroy(DestroyArguments),
    /// Count every booklet and hold it against what was received; exit code 1 when the difference is not zero
    Reconcile(JsonArguments),
    /// The auditor's report, worked out from the event log; exit code 1 when something is not accounted for
    Report(StockReportArguments),
    /// Write a delivery file of invented blanks, for emulated machines
    Invent(InventArguments),
}

/// `stock receive`
#[derive(Debug, Args)]
pub(crate) struct ReceiveArguments {
    /// The delivery file, as docs/delivery-file.md describes it
    pub(crate) file: PathBuf,
    /// The delivery's name [default: the file's name]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Take blanks whose maker gives no key check values
    #[arg(long)]
    pub(crate) without_check_values: bool,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `stock store`
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The delivery's name
    pub(crate) delivery: String,
    /// Booklets that were counted by hand
    #[arg(long, value_name = "N")]
    pub(crate) counted: u32,
    /// Only this carton; may be given several times [default: the whole delivery]
    #[arg(long, value_name = "CARTON")]
    pub(crate) carton: Vec<String>,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which booklets.
#[derive(Debug, Args)]
pub(crate) struct SerialArguments {
    /// Booklets: SERIAL, or FIRST-LAST for all between
    #[arg(value_name = "SERIAL", value_parser = serials, required_unless_present = "from")]
    pub(crate) serials: Vec<SerialRange>,
    /// The first of a stack, with --to
    #[arg(long, value_name = "SERIAL", requires = "to")]
    pub(crate) from: Option<String>,
    /// The last of a stack, with --from
    #[arg(long, value_name = "SERIAL", requires = "from")]
    pub(crate) to: Option<String>,
}

/// `stock load`, `stock unload`
#[derive(Debug, Args)]
pub(crate) struct FeederArguments {
    /// The machine's name
    pub(crate) machine: String,
    #[command(flatten)]
    pub(crate) which: SerialArguments,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// An act about booklets that needs no reason.
#[derive(Debug, Args)]
pub(crate) struct PlainArguments {
    #[command(flatten)]
    pub(crate) which: SerialArguments,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// An act about booklets that needs a reason.
#[derive(Debug, Args)]
pub(crate) struct ReasonedArguments {
    #[command(flatten)]
    pub(crate) which: SerialArguments,
    /// Why, as a code: small letters, digits and _
    #[arg(long, value_name = "CODE", value_parser = reason)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `stock decide`
#[derive(Debug, Args)]
pub(crate) struct DecideArguments {
    /// Booklets: SERIAL, or FIRST-LAST for all between
    #[arg(value_name = "SERIAL", value_parser = serials)]
    pub(crate) serials: SerialRange,
    /// What becomes of them
    pub(crate) decision: DecisionArgument,
    /// Why, as a code: small letters, digits and _
    #[arg(long, value_name = "CODE", value_parser = reason)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Decisions on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DecisionArgument {
    /// It is spoiled
    Spoil,
    /// It goes back to the vault; only one that was never bound
    Clear,
    /// It goes back to its maker
    SendBack,
}

/// `stock destroy`
#[derive(Debug, Args)]
pub(crate) struct DestroyArguments {
    #[command(flatten)]
    pub(crate) which: SerialArguments,
    /// Who sees it, by the name of the account: another person than the one who does it
    #[arg(long, value_name = "NAME", value_parser = account)]
    pub(crate) witness: String,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `stock report`
#[derive(Debug, Args)]
pub(crate) struct StockReportArguments {
    /// Only this shift: from the close of the one before to its own
    #[arg(long, value_name = "N", conflicts_with_all = ["from", "to"])]
    pub(crate) shift: Option<u64>,
    /// Only from here: a date of the centre, or a moment such as 2026-11-22T08:00:00Z [default: the beginning]
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only before here, written likewise; a date includes that day [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Write one row for each booklet to this file (CSV, RFC 4180)
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write one row for each movement to this file (CSV, RFC 4180)
    #[arg(long, value_name = "FILE")]
    pub(crate) csv_movements: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
}

/// `stock invent`
#[derive(Debug, Args)]
pub(crate) struct InventArguments {
    /// Blanks of 32 pages
    #[arg(long, default_value_t = 200)]
    pub(crate) passport_32: u32,
    /// Blanks of 48 pages
    #[arg(long, default_value_t = 100)]
    pub(crate) passport_48: u32,
    /// Test blanks of 32 pages: for trials of machines, never a document
    #[arg(long, default_value_t = 0)]
    pub(crate) test: u32,
    /// Specimen blanks of 32 pages: for show, never a document
    #[arg(long, default_value_t = 0)]
    pub(crate) specimen: u32,
    /// Blanks whose document number the machine engraves
    #[arg(long)]
    pub(crate) engraved: bool,
    /// Blanks in a full carton
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) carton: u32,
    /// First number
    #[arg(long, default_value_t = 1)]
    pub(crate) first: u32,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

fn serials(text: &str) -> Result<SerialRange, String> {
    SerialRange::parse(text).map_err(|error| error.to_string())
}
