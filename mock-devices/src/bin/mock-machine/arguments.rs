//! The command line.

use core::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mock_devices::machine::{FaultKind, FaultPlan};

/// An emulated machine that personalises passports, as a program of its own.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Switches the machine on and offers it until the program is ended.
    Serve(ServeArguments),
    /// Makes an authority for links, and certificates of a host and of a machine.
    Certificates(CertificatesArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where the host reaches the machine; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Where a person stands at the machine; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) desk: SocketAddr,
    /// Folder of what outlives the program: booklets, journal, events, keys. Made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: PathBuf,
    /// What kind of machine.
    #[arg(long, value_enum, default_value_t = MachineKind::PassportLine)]
    pub(crate) kind: MachineKind,
    /// Serial number that the machine tells.
    #[arg(long, default_value = "MOCK-0001")]
    pub(crate) name: String,
    /// What goes wrong: NAME@RATE pairs with commas between them, strikes in a million booklets; `all@RATE` for every kind.
    /// Names: misfeed, double-feed, chip-mute, chip-dies, serial-misread-at-pick, serial-misread-at-confirm,
    /// engraving-fault, inking-fault, camera-misread, camera-failure, jam-at-feed, jam-at-laser, jam-at-output,
    /// stack-full, power-cut-at-chip, power-cut-at-laser, shifted-feed, unwanted-reprint, clock-jump, events-twice,
    /// events-late.
    #[arg(long, value_parser = fault_rates, default_value = "", value_name = "FAULTS")]
    pub(crate) faults: FaultRates,
    /// Seed of chance; the same seed, the same faults.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// How many times faster than a real machine, 1 to 10000.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000), value_name = "TIMES")]
    pub(crate) time_scale: u32,
    #[command(flatten)]
    pub(crate) tls: Option<TlsArguments>,
}

/// Certificates of the link; without them the machine is offered on loopback addresses only, in clear.
#[derive(Debug, Args)]
#[group(multiple = true, requires_all = ["authority", "certificate", "key"])]
pub(crate) struct TlsArguments {
    /// Certificate of the links' authority, as PEM.
    #[arg(long, required = false, value_name = "FILE")]
    pub(crate) authority: PathBuf,
    /// The machine's certificate, as PEM.
    #[arg(long, required = false, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// The machine's private key, as PEM.
    #[arg(long, required = false, value_name = "FILE")]
    pub(crate) key: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CertificatesArguments {
    /// Folder for the six files; made if it is not there, and files in it are not overwritten.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Names and addresses under which the machine is reached.
    #[arg(long = "machine", value_name = "NAME", default_values = ["localhost", "127.0.0.1"])]
    pub(crate) machine: Vec<String>,
    /// The host's name.
    #[arg(long, default_value = "host", value_name = "NAME")]
    pub(crate) host: String,
    /// Days from now on that the certificates are valid.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MachineKind {
    /// For pre-numbered booklets; the host encodes chips through its coupler.
    PassportLine,
    /// Engraves the document number, and encodes chips by itself.
    EngravingLine,
}

/// Rates by kind of fault.
#[derive(Debug, Clone, Default)]
pub(crate) struct FaultRates(Vec<(FaultKind, u32)>);

impl FaultRates {
    pub(crate) fn plan(&self, seed: u64) -> FaultPlan {
        FaultPlan { seed, rates_per_million: self.0.iter().copied().collect(), forced: Vec::new() }
    }
}

fn fault_rates(text: &str) -> Result<FaultRates, String> {
    let mut rates = Vec::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (name, rate) = pair.split_once('@').ok_or_else(|| format!("`{pair}` is not NAME@RATE"))?;
        let rate = rate.parse().ok().filter(|rate| *rate <= 1_000_000);
        let rate = rate.ok_or_else(|| format!("the rate of `{pair}` is not 0 to 1000000"))?;
        let kinds = FaultKind::ALL.into_iter().filter(|kind| name == "all" || kind.name() == name);
        let before = rates.len();
        rates.extend(kinds.map(|kind| (kind, rate)));
        if rates.len() == before {
            return Err(format!("there is no fault `{name}`"));
        }
    }
    Ok(FaultRates(rates))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_names_every_fault() {
        Arguments::command().debug_assert();
        let mut command = Arguments::command();
        let help = command.find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        for kind in FaultKind::ALL {
            assert!(help.contains(kind.name()), "{} is not in the help", kind.name());
        }
    }

    #[test]
    fn faults_are_named_with_rates_and_later_ones_win() {
        let plan = fault_rates("all@10,misfeed@500").unwrap().plan(3);
        assert_eq!(plan.seed, 3);
        assert_eq!(plan.rates_per_million.len(), FaultKind::ALL.len());
        assert_eq!(plan.rates_per_million[&FaultKind::Misfeed], 500);
        assert!(fault_rates("").unwrap().plan(0).rates_per_million.is_empty());
        for wrong in ["misfeed", "misfeed@", "misfeed@1000001", "nothing@1", "misfeed@-1"] {
            assert!(fault_rates(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn certificates_come_all_or_none() {
        let parse = |more: &[&str]| {
            let words = ["mock-machine", "serve", "--state", "s"].iter().chain(more);
            Arguments::try_parse_from(words).map(|arguments| match arguments.task {
                Task::Serve(serve) => serve.tls.is_some(),
                Task::Certificates(_) => false,
            })
        };
        assert!(!parse(&[]).unwrap());
        assert!(parse(&["--authority", "a", "--certificate", "c", "--key", "k"]).unwrap());
        assert!(parse(&["--authority", "a"]).is_err());
        assert!(parse(&["--certificate", "c", "--key", "k"]).is_err());
    }
}
