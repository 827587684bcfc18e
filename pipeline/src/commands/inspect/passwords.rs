//! The machine readable zone and the card access number as a person or a scanner gives them. Neither appears in an error.

use std::path::{Path, PathBuf};

use chip_profile::access::MrzInformation;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::inspection::reader::ReaderPassword;
use chip_profile::mrz::AnyMrz;
use zeroize::Zeroizing;

use super::files;
use crate::arguments::InspectArguments;
use crate::exit::Failure;

/// What is printed on the document and was given.
pub(super) struct Printed {
    zone: Option<Zeroizing<String>>,
    information: Option<MrzInformation>,
    card_access_number: Option<CardAccessNumber>,
}

impl Printed {
    /// Reads what the options name.
    pub(super) fn of(arguments: &InspectArguments) -> Result<Printed, Failure> {
        if [&arguments.mrz_file, &arguments.can_file].iter().all(|file| is_standard_input(file)) {
            return Err(Failure::input("--mrz-file and --can-file cannot both be standard input"));
        }
        let mut printed = Printed { zone: None, information: None, card_access_number: None };
        if let Some(text) = given("--mrz-file", arguments.mrz.as_ref(), arguments.mrz_file.as_deref())? {
            let zone = Zeroizing::new(text.split_whitespace().collect::<String>());
            let fields = AnyMrz::parse(&zone).map_err(|error| {
                Failure::input(format!("the machine readable zone given: {} is wrong", error.field))
            })?;
            let information = MrzInformation::of_zone(&fields);
            printed.information = Some(information.map_err(|error| Failure::input(error.to_string()))?);
            printed.zone = Some(zone);
        }
        if let Some(text) = given("--can-file", arguments.can.as_ref(), arguments.can_file.as_deref())? {
            let number = CardAccessNumber::parse(text.trim());
            printed.card_access_number =
                Some(number.map_err(|error| Failure::input(format!("the card access number given: {error}")))?);
        }
        Ok(printed)
    }

    /// The zone, for comparison with DG1.
    pub(super) fn zone(&self) -> Option<String> {
        self.zone.as_ref().map(|zone| zone.to_string())
    }

    /// What opens a chip: the card access number if it was given, else the zone.
    #[cfg_attr(not(feature = "pcsc"), expect(dead_code))]
    pub(super) fn password(&self) -> Option<ReaderPassword> {
        match (&self.card_access_number, &self.information) {
            (Some(number), _) => Some(ReaderPassword::Can(number.password())),
            (None, Some(information)) => Some(ReaderPassword::Mrz(information.clone())),
            (None, None) => None,
        }
    }
}

fn is_standard_input(file: &Option<PathBuf>) -> bool {
    file.as_deref() == Some(Path::new("-"))
}

fn given(option: &str, argument: Option<&String>, file: Option<&Path>) -> Result<Option<Zeroizing<String>>, Failure> {
    let contents = match (argument, file) {
        (Some(text), _) => return Ok(Some(Zeroizing::new(text.clone()))),
        (None, None) => return Ok(None),
        (None, Some(path)) if path == Path::new("-") => match files::take(std::io::stdin(), files::LONGEST_TEXT) {
            Ok(Some(contents)) => Ok(contents),
            Ok(None) => Err("it is too long".to_owned()),
            Err(error) => Err(error.to_string()),
        },
        (None, Some(path)) => files::read(path, files::LONGEST_TEXT),
    };
    let failed = |text: &str| Failure::input(format!("{option}: {text}"));
    let contents = contents.map_err(|text| failed(&text))?;
    let text = String::from_utf8(contents).map_err(|_| failed("it is no text"))?;
    Ok(Some(Zeroizing::new(text)))
}
