//! The chip in basic access control, PACE, chip and active authentication, under commands that are altered on their way.
#![no_main]

use chip_profile_fuzz::conversation::{Victim, run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| run(data, Victim::Chip));
