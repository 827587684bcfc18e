//! `persoline intake`.

use std::path::Path;

use persoline_domain::application::Payload;
use persoline_domain::calendar::Calendar;
use persoline_domain::deed::{Act, Deed, NewOrder};
use persoline_domain::identifiers::BatchName;
use persoline_domain::store::{Outcome, Refusal as StoreRefusal, Store, StoreError};
use persoline_intake::{FileSummary, Intake, PersonSecret, Refusal, RegisterKey, TakeError, Taken, Trust, sources};
use persoline_keys::Passphrase;
use persoline_stage::payload;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::IntakeArguments;
use crate::centre::{KeyedCentre, OpenCentre};
use crate::exit::{Ending, Failure, Kind, disk};
use crate::place::Place;
use crate::ports::RenderedPortraits;
use crate::system::actor;

/// Takes files and folders in.
pub(crate) fn intake(place: Place, passphrase: &Passphrase, arguments: &IntakeArguments) -> Result<Ending, Failure> {
    let trust = trust(arguments)?;
    let keyed = OpenCentre::open_beside(place)?.unlock(passphrase)?;
    if keyed.open.settings.production && !trust.is_signed() {
        return Err(Failure::input(
            "a real state takes only files signed by the issuing register: name its key with --register-key",
        ));
    }
    let files = sources(&arguments.paths).map_err(|error| Failure::input(error.to_string()))?;
    let mut summaries = Vec::new();
    for file in &files {
        let name = || file.file_name().map(|name| name.to_string_lossy().into_owned());
        let batch = BatchName(arguments.batch.clone().or_else(name).unwrap_or_default());
        summaries.push(take_file(&keyed, trust.clone(), file, &batch)?);
    }
    let set_aside: u64 = summaries.iter().map(|summary| summary.set_aside).sum();
    if arguments.json {
        print_json(&summaries.iter().map(SummaryView::of).collect::<Vec<_>>())?;
    } else {
        summaries.iter().try_for_each(tell)?;
    }
    Ok(if set_aside > 0 { Ending::Findings } else { Ending::Done })
}

/// Takes one file in under a name: each part of it is one durable write.
pub(crate) fn take_file(
    keyed: &KeyedCentre,
    trust: Trust,
    file: &Path,
    batch: &BatchName,
) -> Result<FileSummary, Failure> {
    let portraits = RenderedPortraits::of(&keyed.centre().portrait);
    let persons = PersonSecret::new(*keyed.keys.derived_key("recognising two orders of one person"));
    let glyphs = persoline_render::font::covers;
    let intake = Intake::new(&portraits, &glyphs, &persons, trust);
    let taken = intake.take_file(file, &mut |part| accept(keyed, batch, &part));
    taken.map_err(|error| match error {
        TakeError::Sink(failure) => failure,
        TakeError::Intake(error) => Failure::input(error.to_string()),
        _ => Failure::input(format!("{} cannot be taken in", file.display())),
    })
}

/// Makes orders of a part of a file's applications.
fn accept(keyed: &KeyedCentre, batch: &BatchName, part: &[Payload]) -> Result<Vec<Taken>, Failure> {
    let acts = part.iter().map(|payload| act(keyed, batch, payload)).collect::<Result<Vec<_>, _>>()?;
    match keyed.open.store.commit(acts.clone()) {
        Ok(outcomes) => Ok(outcomes.iter().map(taken).collect()),
        // One of them is refused, so each is asked for by itself.
        Err(StoreError::Refused { .. }) => acts.into_iter().map(|act| accept_one(keyed, act)).collect(),
        Err(error) => Err(error.into()),
    }
}

fn accept_one(keyed: &KeyedCentre, act: Act) -> Result<Taken, Failure> {
    match keyed.open.store.commit(vec![act]) {
        Ok(outcomes) => Ok(outcomes.first().map_or(Taken::Accepted, taken)),
        Err(StoreError::Refused { refusal: StoreRefusal::OtherContents(_), .. }) => {
            Ok(Taken::Refused(Refusal::other_record_under_this_number()))
        }
        Err(error) => Err(error.into()),
    }
}

fn taken(outcome: &Outcome) -> Taken {
    match outcome {
        Outcome::Accepted { held: true, .. } => Taken::Held,
        Outcome::Unchanged(_) => Taken::Unchanged,
        _ => Taken::Accepted,
    }
}

fn act(keyed: &KeyedCentre, batch: &BatchName, payload: &Payload) -> Result<Act, Failure> {
    let application = &payload.application;
    let sealed = keyed
        .vault
        .seal(&application.number, &payload::encode(payload))
        .map_err(|error| Failure::new(Kind::Keys, error.to_string()))?;
    let order = NewOrder {
        application: application.number.clone(),
        digest: application.digest,
        person: application.person,
        channel: application.channel,
        batch: batch.clone(),
        document: application.document,
        priority: application.priority,
        collection: application.collection.clone(),
        received: application.received,
        approved: application.approved,
        due: keyed.open.calendars.pledge.due_date(application.received),
        payload: sealed,
    };
    let deed = Deed::OrderAccepted(Box::new(order));
    Ok(Act { at: keyed.open.clock.now(), actor: actor(), fence: None, deed })
}

fn trust(arguments: &IntakeArguments) -> Result<Trust, Failure> {
    if arguments.register_key.is_empty() {
        return if arguments.unsigned {
            Ok(Trust::Open)
        } else {
            Err(Failure::input(
                "name the issuing register's public key with --register-key, or take unsigned files with --unsigned",
            ))
        };
    }
    let key = |file: &std::path::PathBuf| {
        let der = std::fs::read(file).map_err(|error| disk(file, &error))?;
        RegisterKey::from_public_key_der(&der).map_err(|error| Failure::input(format!("{}: {error}", file.display())))
    };
    Ok(Trust::Signed(arguments.register_key.iter().map(key).collect::<Result<_, _>>()?))
}

fn tell(summary: &FileSummary) -> Result<(), Failure> {
    say(format!(
        "{}: {} records, {} accepted ({} held), {} unchanged, {} set aside",
        summary.path.display(),
        summary.records,
        summary.accepted,
        summary.held,
        summary.unchanged,
        summary.set_aside
    ))?;
    for fault in &summary.faults {
        say(format!("  line {}, {}: {}. {}", fault.line, fault.field, fault.what, fault.remedy))?;
    }
    if let Some(aside) = &summary.place {
        say(format!(
            "  mend {} and feed it again; every fault stands in {}",
            aside.records.display(),
            aside.faults.display()
        ))?;
    }
    Ok(())
}

/// What became of a file, as JSON.
#[derive(Serialize)]
struct SummaryView {
    file: String,
    records: u64,
    accepted: u64,
    held: u64,
    unchanged: u64,
    set_aside: u64,
    set_aside_in: Option<String>,
    faults: Vec<FaultView>,
}

/// A fault, as JSON.
#[derive(Serialize)]
struct FaultView {
    line: u64,
    field: String,
    what: String,
    remedy: String,
}

impl SummaryView {
    fn of(summary: &FileSummary) -> Self {
        SummaryView {
            file: summary.path.display().to_string(),
            records: summary.records,
            accepted: summary.accepted,
            held: summary.held,
            unchanged: summary.unchanged,
            set_aside: summary.set_aside,
            set_aside_in: summary.place.as_ref().map(|aside| aside.records.display().to_string()),
            faults: summary
                .faults
                .iter()
                .map(|fault| FaultView {
                    line: fault.line,
                    field: fault.field.clone(),
                    what: fault.what.clone(),
                    remedy: fault.remedy.clone(),
                })
                .collect(),
        }
    }
}
