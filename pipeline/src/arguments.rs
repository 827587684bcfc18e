//! The command line.

mod care;
mod inspect;
pub(crate) mod keys;
pub(crate) mod person;
pub(crate) mod stock;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::keys::KeysCommand;
use self::stock::StockCommand;

pub(crate) use self::care::{
    DocumentCommand, InspectionCommand, MachineCommand, NumbersCommand, OrderCommand, OrdersArguments, RemakeCommand,
    ReportCommand, ShiftCommand, counted,
};
pub(crate) use self::inspect::InspectArguments;

/// Runs the personalisation line of a passport authority: approved applications go in, personalised, verified and
/// accounted-for documents come out.
#[derive(Debug, Parser)]
#[command(name = "persoline", version, after_help = crate::exit::EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder with store, keys and machines' memories [default: the platform's data folder]
    #[arg(long, global = true, value_name = "DIR", env = "PERSOLINE_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// File with the passphrase of the keys; without it the variable PERSOLINE_PASSPHRASE is taken
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Without a command the help is shown.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Do the whole job once on invented applications, with emulated machines, and show it on a dashboard
    Demo(DemoArguments),
    /// Take in approved applications
    Intake(IntakeArguments),
    /// Print a JSON Schema: of application records, of the reports to the register, or of what an inspection answers
    Schema(SchemaArguments),
    /// Keys and certificates: make, request, issue, install, revoke, publish, and see how they stand
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Work off what waits
    Run(RunArguments),
    /// Show how things stand
    Status(JsonArguments),
    /// Show one order with its timeline
    Show(ShowArguments),
    /// The booklet ledger: receive, store, load, write off, destroy, count, report
    #[command(subcommand)]
    Stock(StockCommand),
    /// Orders: hold, release, expedite, cancel
    #[command(subcommand)]
    Order(OrderCommand),
    /// Machines: pause, resume, drain, clear
    #[command(subcommand)]
    Machine(MachineCommand),
    /// Shifts: open, and close once the count by hand agrees with the books
    #[command(subcommand)]
    Shift(ShiftCommand),
    /// First pieces and samples that wait for a person
    #[command(subcommand)]
    Inspection(InspectionCommand),
    /// Remakes that wait for approval
    #[command(subcommand)]
    Remake(RemakeCommand),
    /// Finished documents: reject
    #[command(subcommand)]
    Document(DocumentCommand),
    /// Document numbers that the register grants
    #[command(subcommand)]
    Numbers(NumbersCommand),
    /// Reports to the issuing register
    #[command(subcommand)]
    Report(ReportCommand),
    /// Write finished documents for inspection by others
    Export(ExportArguments),
    /// Inspect a document as a border would: a chip on a reader, a folder of its files, or what was read back
    Inspect(Box<InspectArguments>),
    /// Look after the store
    #[command(subcommand)]
    Store(StoreCommand),
}

impl Command {
    /// Whether it talks to machines, browsers or the register over connections that the other side may close.
    pub(crate) fn holds_connections(&self) -> bool {
        matches!(self, Command::Demo(_) | Command::Run(_) | Command::Report(_))
    }
}

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// End when the summary is printed, instead of leaving the dashboard up
    #[arg(long)]
    pub(crate) exit: bool,
    /// How many times faster than real machines the emulated ones run
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) scale: u32,
    /// Address of the dashboard
    #[arg(long, default_value = "127.0.0.1:8303", value_name = "ADDRESS:PORT")]
    pub(crate) dashboard: SocketAddr,
    /// Seed of the machines' chance, faults included
    #[arg(long, default_value_t = 9303)]
    pub(crate) seed: u64,
    /// Machines without faults
    #[arg(long)]
    pub(crate) no_faults: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `schema`
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// Of what
    #[arg(default_value = "application")]
    pub(crate) of: SchemaArgument,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaArgument {
    /// Records of approved applications
    Application,
    /// Reports to the issuing register
    Report,
    /// Answers of `inspect --json`
    Inspection,
}

/// `intake`
#[derive(Debug, Args)]
pub(crate) struct IntakeArguments {
    /// Files of records (JSON Lines) and folders with such files
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Public key (DER) of the issuing register: take only files that it signed; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) register_key: Vec<PathBuf>,
    /// Take files that nobody signed: for trials
    #[arg(long)]
    pub(crate) unsigned: bool,
    /// Name under which these orders can be held, released, expedited or cancelled together [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) batch: Option<String>,
    /// Print what became of each file as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `run`
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// How many times faster than real machines emulated ones run
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) scale: u32,
    /// Threads that prepare documents [default: one for each core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: Option<u16>,
    /// Show a dashboard at this address while the line runs
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) dashboard: Option<SocketAddr>,
    /// Seed of emulated machines' chance
    #[arg(long, default_value_t = 9303)]
    pub(crate) seed: u64,
    /// Faults of emulated machines, each kind so many times in a million chances
    #[arg(long, default_value_t = 0, value_name = "PER_MILLION")]
    pub(crate) faults: u32,
    /// Go on when nothing waits, for what comes in later
    #[arg(long)]
    pub(crate) stay: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A command that can answer as JSON.
#[derive(Debug, Args)]
pub(crate) struct JsonArguments {
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `show`
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The application's number
    pub(crate) application: String,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `export`
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Folder to write to; one folder for each document is made in it
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Only this application; may be given several times [default: every finished document]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) application: Vec<String>,
    /// Print what was written as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `store`
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Check the event log's chain and make all state columns again from it
    Rebuild,
}
