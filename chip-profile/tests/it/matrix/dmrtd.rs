//! The crate `dmrtd`, in a program of its own.

use super::{Case, Reasons, reasons};
use crate::tools::stranger;

pub(super) fn judge(cases: &[Case]) -> Option<Vec<Reasons>> {
    let lines: Vec<String> = cases.iter().map(|case| case.folder.display().to_string()).collect();
    let said = stranger("dmrtd-judge", &lines)?;
    Some(said.iter().map(|line| reasons(line.split_whitespace())).collect())
}
