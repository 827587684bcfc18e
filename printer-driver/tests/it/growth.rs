//! The contract grows without breaking drivers that exist; the rules stand at the head of the crate.

mod first_edition;

use printer_driver::conformance;
use printer_driver::{
    BookletFate, Command, EDITION, EncodingPackage, ErrorKind, IdempotencyKey, JobId, JournalEntry, MachineDriver,
    Operation,
};

use crate::acme::wire::Wire;
use crate::bench::OtherDriver;
use first_edition::FirstEdition;

#[test]
fn a_driver_of_the_first_edition_compiles_and_passes_the_kit() {
    let mut rig = OtherDriver::new(|wire| Box::new(FirstEdition::new(wire)));
    let report = conformance::check(&mut rig);
    assert!(report.is_conformant(), "{report}");
}

#[test]
fn an_operation_that_a_driver_does_not_know_is_unsupported_and_leaves_the_booklet_untouched() {
    let mut driver = FirstEdition::new(Wire::new());
    let token = printer_driver::FencingToken(1);
    driver.attach(token).unwrap();
    // The first edition's driver has no arm for it: what comes later falls into the same arm.
    let operation = Operation::Encode { job: JobId(1), package: EncodingPackage(vec![1]) };
    let command = Command::new(IdempotencyKey(1), token, operation);
    let error = driver.submit(&command).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Unsupported, BookletFate::Untouched));
    assert_eq!(driver.journal(command.key), Ok(JournalEntry::NotReceived));
}

#[test]
fn a_description_says_its_edition() {
    assert_eq!(FirstEdition::new(Wire::new()).describe().unwrap().edition, 1);
    assert_eq!(EDITION, 1, "a new edition takes something away: keep a driver of the last one beside this one");
}
