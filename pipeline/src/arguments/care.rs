//! The command line of people who steer the work and answer for it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::person::{ActorArgument, reason};

/// `order`
#[derive(Debug, Subcommand)]
pub(crate) enum OrderCommand {
    /// Hold orders, so that they are not made; one on a machine is stopped before its chip is locked
    Hold(OrdersArguments),
    /// Let held orders go on
    Release(OrdersArguments),
    /// Make orders urgent
    Expedite(OrdersArguments),
    /// End orders: they will not be made
    Cancel(OrdersArguments),
}

/// Which orders.
#[derive(Debug, Args)]
pub(crate) struct OrdersArguments {
    /// Applications' numbers
    #[arg(value_name = "NUMBER", required_unless_present = "batch")]
    pub(crate) applications: Vec<String>,
    /// All open orders that came in under this name
    #[arg(long, value_name = "NAME", conflicts_with = "applications")]
    pub(crate) batch: Option<String>,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `machine`
#[derive(Debug, Subcommand)]
pub(crate) enum MachineCommand {
    /// Give a machine no new work until it is resumed
    Pause(MachineArguments),
    /// Give a machine work again that was paused or drained
    Resume(MachineArguments),
    /// Let a machine finish what it has, then stop it
    Drain(MachineArguments),
    /// Trust a machine again that was fenced off
    Clear(MachineArguments),
}

/// Which machine.
#[derive(Debug, Args)]
pub(crate) struct MachineArguments {
    /// What the centre calls it
    pub(crate) name: String,
    /// Who does it.
    #[command(flatten)]
    pub(crate) actor: ActorArgument,
    /// Answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `shift`
#[derive(Debug, Subcommand)]
pub(crate) enum ShiftCommand {
    /// Begin a shift
    Open {
        /// Its number, never used before [default: the day and a count, such as 2026112201]
        #[arg(long)]
        number: Option<u64>,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// End the shift: what was counted by hand must be what the books say
    Close {
        /// Booklets counted in one state, such as vault=120; a state that is not named counts as zero
        #[arg(long, value_name = "STATE=N", value_parser = counted)]
        counted: Vec<(String, u64)>,
        /// File with the counts, STATE=N on each line
        #[arg(long, value_name = "FILE", conflicts_with = "counted")]
        file: Option<PathBuf>,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the shift, what must be counted, and what must be done before it can close
    Show {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `inspection`
#[derive(Debug, Subcommand)]
pub(crate) enum InspectionCommand {
    /// Documents that wait for a person's approval
    List {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Approve a document
    Approve {
        /// Its booklet
        serial: String,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Reject a document: its booklet is spoiled and its order made again
    Reject {
        /// Its booklet
        serial: String,
        /// Why: a code of small letters, digits and underscores
        #[arg(long, value_parser = reason)]
        reason: String,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `remake`
#[derive(Debug, Subcommand)]
pub(crate) enum RemakeCommand {
    /// Orders whose remake waits for approval
    List {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Approve that an order is made again
    Approve {
        /// The application's number
        application: String,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `document`
#[derive(Debug, Subcommand)]
pub(crate) enum DocumentCommand {
    /// Reject a good document: its booklet is spoiled, its order made again, and the register told
    Reject {
        /// Its booklet
        serial: String,
        /// Why: a code of small letters, digits and underscores
        #[arg(long, value_parser = reason)]
        reason: String,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `numbers`
#[derive(Debug, Subcommand)]
pub(crate) enum NumbersCommand {
    /// Take over a range of document numbers that the register grants, for booklets whose number is engraved
    Grant {
        /// The first, such as E0000001
        first: String,
        /// The last
        last: String,
        /// Who does it.
        #[command(flatten)]
        actor: ActorArgument,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `report`
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// How far each receiver has been told
    Status {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Deliver what stands in the outbox and end; `run` does so by itself
    Once {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// A count such as `vault=120`.
pub(crate) fn counted(text: &str) -> Result<(String, u64), String> {
    let (state, count) = text.split_once('=').ok_or("write it as STATE=N, such as vault=120")?;
    let count = count.trim().parse().map_err(|_| "what is counted is a number")?;
    Ok((state.trim().to_owned(), count))
}
