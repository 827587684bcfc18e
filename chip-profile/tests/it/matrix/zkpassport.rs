//! The package `@zkpassport/utils`: its parsers of EF.SOD and certificates, and its verification of signatures.

use super::{Case, Reasons, reasons};
use crate::tools::node;

pub(super) const SCRIPT: &str = include_str!("../../node/passports.mjs");

pub(super) fn judge(cases: &[Case]) -> Option<Vec<Reasons>> {
    let lines: Vec<String> =
        cases.iter().map(|case| format!("{} {}", case.twin.now.0, case.folder.display())).collect();
    Some(node(SCRIPT, &lines)?.iter().map(|line| reasons(line.split_whitespace())).collect())
}
