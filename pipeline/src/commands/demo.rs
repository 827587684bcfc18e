//! `persoline demo`: the whole job once, on the sample set, with emulated machines and invented people.

mod settings;
mod summary;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use persoline_domain::booklet::{Blank, BookletState, Numbering};
use persoline_domain::calendar::Calendar;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BatchName;
use persoline_domain::store::Store;
use persoline_intake::Trust;

use self::settings::{COST, ceremony_arguments, faults, passphrase, settings};
use self::summary::Summary;
use super::run::workers;
use super::stock::invent::{Invention, invent};
use super::{embedded, intake, keys, print_json, say, shift, stock};
use crate::arguments::DemoArguments;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure, Kind, disk};
use crate::machines::Emulation;
use crate::people::{self, People};
use crate::place::Place;
use crate::running::{Ended, RunReport, RunRequest, Running, check_address, dashboard};
use crate::settings::Settings;
use crate::system;

/// Blanks of 32 pages in each of the demo's two deliveries.
const BLANKS_32: u32 = 200;
/// Blanks of 48 pages in each of the demo's two deliveries.
const BLANKS_48: u32 = 120;

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
    let made = keys::ceremony(&place, &passphrase, &ceremony_arguments(), COST)?;
    settings(Settings::read(&place.settings())?).write(&place.settings())?;
    tell(&format!("keys       {} and {} document signers", made.country_signer.name, made.document_signers.len()))?;

    let keyed = OpenCentre::open(place.clone())?.unlock(&passphrase)?;
    let perforated = Invention { passport_32: BLANKS_32, passport_48: BLANKS_48, ..Invention::default() };
    let engraved = Invention { numbering: Numbering::Engraved, ..perforated };
    let deliveries = [
        ("DEMO-PERFORATED", invent(&perforated, &keyed.keys)),
        ("DEMO-ENGRAVED", invent(&Invention { first: 50_001, ..engraved }, &keyed.keys)),
    ];
    for (delivery, blanks) in deliveries {
        let count = blanks.len();
        receive(&keyed.open, delivery, blanks)?;
        tell(&format!("stock      {count} blank booklets of {delivery} counted into the vault by {}", people::CLERK))?;
    }

    let samples = folder.path.join("samples");
    let today = keyed.open.calendars.pledge.local_date(keyed.open.clock.now());
    let batch = BatchName("demo".to_owned());
    let taken = intake::take_file(&keyed, Trust::Open, &embedded::unpack(&samples, today)?, &batch)?;
    tell(&format!(
        "intake     {} applications, {} accepted, {} held, {} set aside",
        taken.records, taken.accepted, taken.held, taken.set_aside
    ))?;

    let workshop = keyed.workshop()?;
    let shift = shift::begin(&keyed.open, &people::person(people::LEADER), None)?;
    tell(&format!("shift      {shift} opened by {}; first pieces wait for {}", people::LEADER, people::INSPECTOR))?;
    let request = RunRequest {
        emulation: Emulation { scale: arguments.scale, seed: arguments.seed, faults: faults(arguments) },
        workers: workers(),
        stay: false,
    };
    let (open, running) = Running::start(keyed, Arc::clone(&workshop), &request)?;
    let at_work = People::start(Arc::clone(&open.store) as Arc<dyn Store>, Arc::clone(&open.clock))
        .map_err(|error| Failure::new(Kind::Line, format!("no more threads: {error}")))?;
    let shown = dashboard(&open, &running, arguments.dashboard)?;
    let scale = arguments.scale;
    tell(&format!(
        "line       two machines of 300 an hour, one of 150 that engraves numbers, {scale} times faster than real ones"
    ))?;
    if !arguments.no_faults {
        tell(&format!("faults     drawn from seed {}", arguments.seed))?;
    }
    tell(&format!("dashboard  http://{}/", shown.address()))?;
    let report = running.finish(false, interrupted)?;
    let done = at_work.stop();
    let closed = close_shift(&open, &report);

    let summary = Summary::of(&report, &workshop, done, closed.as_ref().ok().copied());
    if arguments.json {
        print_json(&summary)?;
    } else {
        summary.tell(&report)?;
        match &closed {
            Ok(shift) => say(format!("shift {shift} counted and closed by {}", people::LEADER))?,
            Err(failure) => say(failure)?,
        }
        stock::tell(&report.stock)?;
    }
    if !arguments.exit && !interrupted.load(Ordering::Relaxed) {
        tell(&format!("\nThe dashboard stays up at http://{}/ until Ctrl-C.", shown.address()))?;
        while !interrupted.load(Ordering::Relaxed) {
            open.clock.sleep(Duration::from_millis(100));
        }
    }
    shown.stop();
    let is_right = report.ended == Ended::Done && report.stock.difference() == 0 && closed.is_ok();
    Ok(if is_right { Ending::Done } else { Ending::Findings })
}

/// The clerk receives a delivery and counts it into the vault, carton by carton.
fn receive(open: &OpenCentre, delivery: &str, blanks: Vec<Blank>) -> Result<(), Failure> {
    let mut cartons: BTreeMap<String, u32> = BTreeMap::new();
    for blank in &blanks {
        *cartons.entry(blank.carton.clone()).or_default() += 1;
    }
    let clerk = people::person(people::CLERK);
    open.commit_as(clerk.clone(), Deed::StockReceived { delivery: delivery.to_owned(), blanks })?;
    for (carton, counted) in cartons {
        let deed = Deed::StockStored { delivery: delivery.to_owned(), cartons: vec![carton], counted };
        open.commit_as(clerk.clone(), deed)?;
    }
    Ok(())
}

/// The leader counts and closes the shift. What lies at machines is counted there, the rest in the vault's lists.
fn close_shift(open: &OpenCentre, report: &RunReport) -> Result<u64, Failure> {
    let count = |state| match state {
        BookletState::Loaded => report.at_machines.loaded,
        BookletState::Good => report.at_machines.good,
        state => report.stock.count(state),
    };
    let counted: Vec<(BookletState, u64)> =
        BookletState::ALL.into_iter().filter(|state| state.is_counted()).map(|state| (state, count(state))).collect();
    shift::end(open, &people::person(people::LEADER), &counted).map(|shift| shift.0)
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
