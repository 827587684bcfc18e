//! `persoline inspect`: a document as a border would inspect it.
//!
//! What is inspected comes from a folder, from the store or from a chip on a reader; whom to trust, the printed zone and the
//! time come from the options. The verdict is the exit code. Nothing that it says is personal; the portrait is written only
//! where it is asked for.

mod answer;
mod deviations;
mod files;
mod passwords;
#[cfg(feature = "pcsc")]
mod pcsc;
mod source;
mod trust;

use std::path::PathBuf;
use std::str::FromStr;

use chip_profile::inspection::{Conclusion, InspectionContext, inspect as make_checks, portrait};
use chip_profile::pki::UnixTime;

use self::answer::{Answer, PortraitView};
use self::passwords::Printed;
use self::source::{Document, Unreadable};
use super::{print_json, say};
use crate::arguments::InspectArguments;
use crate::exit::{Ending, Failure, disk};

/// Inspects, lints, or both.
pub(crate) fn inspect(
    arguments: &InspectArguments,
    data: Option<PathBuf>,
    passphrase_file: Option<&PathBuf>,
) -> Result<Ending, Failure> {
    let inspects = arguments.source.is_some() || arguments.application.is_some() || arguments.pcsc.is_some();
    if !inspects {
        return deviations::lint_files(arguments.lint.as_deref().unwrap_or_default(), arguments.json);
    }
    let now = time(arguments.at.as_deref())?;
    let printed = Printed::of(arguments)?;
    let mut anchors = trust::anchors(arguments, now)?;
    let read = match (&arguments.application, &arguments.source, &arguments.pcsc) {
        (Some(number), ..) => source::of_application(number, data, passphrase_file, &mut anchors)?,
        (_, Some(folder), _) => source::of_folder(folder),
        (_, _, Some(reader)) => of_chip(reader, &printed)?,
        (None, None, None) => Err(Unreadable::new("nothing to inspect was named")),
    };
    let document = match read {
        Ok(document) => document,
        Err(unreadable) => return tell(arguments, &Answer::unreadable(&unreadable, now)),
    };
    let mut context = InspectionContext { printed_mrz: printed.zone(), ..InspectionContext::at(now) };
    document.add_to(&mut context);
    let report = make_checks(&document.files, &anchors, &context);
    let mut answer = Answer::new(&document, &report, now);
    if let Some(place) = &arguments.portrait {
        answer.portrait = write_portrait(&document, place)?;
    }
    if let Some(named) = &arguments.lint {
        answer.deviations = Some(match named.as_slice() {
            [] => deviations::of_document(&document.files),
            named => deviations::of_files(named)?,
        });
    }
    tell(arguments, &answer)
}

/// The JSON Schema (2020-12) of the answers.
pub(crate) fn schema() -> Result<serde_json::Value, Failure> {
    serde_json::to_value(schemars::schema_for!(Answer)).map_err(|error| Failure::input(error.to_string()))
}

fn tell(arguments: &InspectArguments, answer: &Answer) -> Result<Ending, Failure> {
    if arguments.json {
        print_json(answer)?;
    } else {
        say(answer.text().trim_end())?;
    }
    Ok(match answer.ends() {
        Conclusion::Accepted => Ending::Done,
        Conclusion::Refused => Ending::Refused,
        Conclusion::Unreadable => Ending::Unreadable,
    })
}

#[cfg(feature = "pcsc")]
fn of_chip(reader: &str, printed: &Printed) -> Result<Result<Document, Unreadable>, Failure> {
    Ok(pcsc::read(reader, printed))
}

#[cfg(not(feature = "pcsc"))]
fn of_chip(_reader: &str, _printed: &Printed) -> Result<Result<Document, Unreadable>, Failure> {
    Err(Failure::input("this program was built without PC/SC: build it with `--features pcsc`"))
}

/// The time that was asked for, else now.
fn time(at: Option<&str>) -> Result<UnixTime, Failure> {
    let Some(text) = at else { return Ok(UnixTime(jiff::Timestamp::now().as_second())) };
    let wrong = || Failure::input(format!("--at {text}: neither 2026-11-22 nor 2026-11-22T10:00:00Z"));
    if let Ok(date) = jiff::civil::Date::from_str(text) {
        let noon = date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
        return Ok(UnixTime(noon.timestamp().as_second()));
    }
    jiff::Timestamp::from_str(text).map(|timestamp| UnixTime(timestamp.as_second())).map_err(|_| wrong())
}

fn write_portrait(document: &Document, place: &PathBuf) -> Result<Option<PortraitView>, Failure> {
    let Some(portrait) = portrait(&document.files) else { return Ok(None) };
    std::fs::write(place, &portrait.bytes).map_err(|error| disk(place, &error))?;
    Ok(Some(PortraitView::of(&portrait, place)))
}
