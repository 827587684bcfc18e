//! Machine readable zones of every format, and names of any script.
#![no_main]

use chip_profile::mrz::{AnyMrz, MrzFormat, MrzName, TransliterationPolicy, TruncationPolicy, check_digit};
use libfuzzer_sys::fuzz_target;

const FORMATS: [MrzFormat; 5] = [MrzFormat::Td1, MrzFormat::Td2, MrzFormat::Td3, MrzFormat::MrvA, MrzFormat::MrvB];

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = check_digit(&text);
    let zones = FORMATS.into_iter().map(|format| AnyMrz::parse_as(format, &text)).chain([AnyMrz::parse(&text)]);
    for zone in zones.flatten() {
        let written = zone.encode().expect("what was read can be written");
        assert_eq!(AnyMrz::parse_as(zone.format(), &written).as_ref(), Ok(&zone));
    }
    let (primary, secondary) = text.split_once('|').unwrap_or((&text, ""));
    if let Ok(name) = MrzName::from_visual(primary, secondary, &TransliterationPolicy::default()) {
        for positions in [1, 30, 39] {
            if let Some(fitted) = name.fit(positions, TruncationPolicy::default()) {
                assert!(fitted.positions() <= positions);
            }
        }
    }
});
