//! The tables of a machine's memory.

pub(crate) const DESK: u8 = 0;
pub(crate) const BOOKLET: u8 = 1;
pub(crate) const CHIP: u8 = 2;
pub(crate) const MARKS: u8 = 3;
pub(crate) const JOB: u8 = 4;
/// A chip as it is if the script under way is cut off; by job.
pub(crate) const CHIP_IF_CUT: u8 = 5;
pub(crate) const PAGE: u8 = 6;
pub(crate) const JOURNAL: u8 = 7;
pub(crate) const EVENT: u8 = 8;
pub(crate) const FEEDER: u8 = 9;
