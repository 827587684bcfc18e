//! `persoline demo`: the whole job once, on the sample set, with emulated machines.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mock_devices::machine::{FaultKind, FaultPlan};
use persoline_domain::calendar::Calendar;
use persoline_domain::chance::RandomSource;
use persoline_domain::deed::Deed;
use persoline_domain::order::OrderState;
use persoline_intake::Trust;
use persoline_keys::{Passphrase, PassphraseCost};
use persoline_stage::CentreWorkshop;
use serde::Serialize;

use super::run::{ReportView, workers};
use super::{embedded, intake, keys, print_json, say, stock};
use crate::arguments::{CeremonyArguments, CurveArgument, DemoArguments};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure, disk};
use crate::machines::Emulation;
use crate::place::Place;
use crate::running::{Ended, RunReport, RunRequest, Running, check_address, dashboard};
use crate::system::{self, SystemRandom};

/// Blanks of 32 pages that the demo receives.
const BLANKS_32: u32 = 240;
/// Blanks of 48 pages that the demo receives.
const BLANKS_48: u32 = 140;

/// Runs the demo.
pub(crate) fn demo(arguments: &DemoArguments, data: Option<PathBuf>) -> Result<Ending, Failure> {
    let interrupted = system::interrupted();
    // A port in use is told before anything else is done.
    check_address(arguments.dashboard)?;
    let folder = DemoFolder::of(data)?;
    let report = whole_job(arguments, &folder, &interrupted)?;
    folder.remove();
    Ok(report)
}

fn whole_job(
    arguments: &DemoArguments,
    folder: &DemoFolder,
    interrupted: &std::sync::atomic::AtomicBool,
) -> Result<Ending, Failure> {
    let place = Place::of(Some(folder.path.clone()))?;
    if place.settings().exists() {
        return Err(Failure::input(format!(
            "{} holds a centre already: the demo wants a new folder; `persoline run` goes on with the old one",
            folder.path.display()
        )));
    }
    let tell = |line: &str| if arguments.json { Ok(()) } else { say(line) };
    tell("SPECIMEN: invented people, the specimen state Utopia, emulated machines")?;

    let passphrase = passphrase();
    let made = keys::ceremony(&place, &passphrase, &ceremony_arguments(), DEMO_COST)?;
    tell(&format!("keys       {} and {} document signers", made.country_signer.name, made.document_signers.len()))?;

    let keyed = OpenCentre::open(place.clone())?.unlock(&passphrase)?;
    let blanks = stock::invent(BLANKS_32, BLANKS_48, 1);
    tell(&format!("stock      {} blank booklets counted into the vault", blanks.len()))?;
    let (delivery, counted) = ("DEMO-1".to_owned(), u32::try_from(blanks.len()).unwrap_or(u32::MAX));
    keyed.open.commit(Deed::StockReceived { delivery: delivery.clone(), blanks })?;
    keyed.open.commit(Deed::StockStored { delivery, cartons: Vec::new(), counted })?;

    let samples = folder.path.join("samples");
    let today = keyed.open.calendars.pledge.local_date(keyed.open.clock.now());
    let taken = intake::take_file(&keyed, Trust::Open, &embedded::unpack(&samples, today)?)?;
    tell(&format!(
        "intake     {} applications, {} accepted, {} held, {} set aside",
        taken.records, taken.accepted, taken.held, taken.set_aside
    ))?;

    let workshop = keyed.workshop()?;
    let request = RunRequest {
        emulation: Emulation { scale: arguments.scale, seed: arguments.seed, faults: faults(arguments) },
        workers: workers(),
        stay: false,
    };
    let (open, running) = Running::start(keyed, Arc::clone(&workshop), &request)?;
    let shown = dashboard(&open, Some(running.sight()), arguments.dashboard)?;
    tell(&format!("line       two machines of 300 an hour, {} times faster than real ones", arguments.scale))?;
    if !arguments.no_faults {
        tell(&format!("faults     drawn from seed {}", arguments.seed))?;
    }
    tell(&format!("dashboard  http://{}/", shown.address()))?;
    let report = running.finish(false, interrupted)?;

    if arguments.json {
        print_json(&Summary::of(&report, &workshop))?;
    } else {
        summary(&report, &workshop)?;
    }
    if !arguments.exit && !interrupted.load(Ordering::Relaxed) {
        tell(&format!("\nThe dashboard stays up at http://{}/ until Ctrl-C.", shown.address()))?;
        while !interrupted.load(Ordering::Relaxed) {
            open.clock.sleep(Duration::from_millis(100));
        }
    }
    shown.stop();
    let is_right = report.ended == Ended::Done && report.stock.difference() == 0;
    Ok(if is_right { Ending::Done } else { Ending::Findings })
}

/// Something goes wrong now and then, as with real machines.
fn faults(arguments: &DemoArguments) -> FaultPlan {
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

fn ceremony_arguments() -> CeremonyArguments {
    CeremonyArguments {
        state: "UTO".to_owned(),
        country: "UT".to_owned(),
        production: false,
        name: "UTOPIA".to_owned(),
        name_chinese: "烏托邦".to_owned(),
        authority: "PASSPORT OFFICE OF UTOPIA".to_owned(),
        authority_chinese: "烏托邦護照署".to_owned(),
        organisation: "Utopia Specimen".to_owned(),
        revocation_list: "https://pki.utopia.example/UTO.crl".to_owned(),
        csca_curve: CurveArgument::P384,
        ds_curve: CurveArgument::P256,
        signers: 3,
        document_limit: 100_000,
        json: false,
    }
}

/// Keys that live for one demo need not resist a thief's search for their passphrase, which is random anyway.
const DEMO_COST: PassphraseCost = PassphraseCost { memory: 1024, iterations: 1, lanes: 1 };

fn passphrase() -> Passphrase {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Passphrase::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn summary(report: &RunReport, workshop: &CentreWorkshop) -> Result<(), Failure> {
    let view = Summary::of(report, workshop);
    say("")?;
    say(format!("documents good        {}", view.documents_good))?;
    say(format!("booklets spoiled      {}", view.booklets_spoiled))?;
    say(format!("held for a person     {}", view.held))?;
    say(format!("line time             {:.1} s", view.seconds))?;
    say(format!("preparation           {:.1} documents a second and core", view.documents_per_second_of_preparation))?;
    for (stage, time) in &view.milliseconds_per_stage {
        say(format!("  {stage:<10} {time:>8.2} ms"))?;
    }
    say(format!(
        "verification          {} documents read back from chip and page, passive authentication to the country signer",
        view.documents_good
    ))?;
    stock::tell(&report.stock)
}

/// What the demo has done, as JSON.
#[derive(Serialize)]
struct Summary {
    documents_good: u64,
    booklets_spoiled: u64,
    held: u64,
    seconds: f64,
    documents_per_second_of_preparation: f64,
    milliseconds_per_stage: BTreeMap<&'static str, f64>,
    run: ReportView,
}

impl Summary {
    fn of(report: &RunReport, workshop: &CentreWorkshop) -> Self {
        let times = workshop.times().all();
        let preparation: f64 =
            times.iter().filter(|(stage, _)| **stage != "verify").map(|(_, time)| time.total.as_secs_f64()).sum();
        let tickets = times.get("sign").map_or(0, |time| time.count);
        Summary {
            documents_good: report.counts.count(OrderState::Finished),
            booklets_spoiled: report.counts.spoiled,
            held: report.counts.count(OrderState::Held),
            seconds: report.seconds,
            documents_per_second_of_preparation: if preparation > 0.0 { tickets as f64 / preparation } else { 0.0 },
            milliseconds_per_stage: times
                .iter()
                .map(|(stage, time)| (*stage, time.total.as_secs_f64() * 1000.0 / time.count.max(1) as f64))
                .collect(),
            run: ReportView::of(report),
        }
    }
}

/// The demo's data folder: one of its own that is removed at the end, unless one was named.
struct DemoFolder {
    path: PathBuf,
    is_temporary: bool,
}

impl DemoFolder {
    fn of(data: Option<PathBuf>) -> Result<DemoFolder, Failure> {
        if let Some(path) = data {
            return Ok(DemoFolder { path, is_temporary: false });
        }
        let path = std::env::temp_dir().join(format!("persoline-demo-{}", std::process::id()));
        if path.exists() {
            return Err(Failure::input(format!("{} is in the way: remove it and run again", path.display())));
        }
        Place::of(Some(path.clone()))?.create()?;
        Ok(DemoFolder { path, is_temporary: true })
    }

    fn remove(&self) {
        if self.is_temporary
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            disk(&self.path, &error).tell();
        }
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        // After a failure too, a temporary folder does not stay behind.
        if self.is_temporary && self.path.exists() {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
