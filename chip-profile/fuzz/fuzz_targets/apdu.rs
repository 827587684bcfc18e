//! Commands, answers and the data objects in them.
#![no_main]

use chip_profile::apdu::{Command, Response};
use chip_profile::tlv;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(command) = Command::parse(data) {
        assert_eq!(Command::parse(&command.to_bytes()).as_ref(), Ok(&command));
    }
    if let Ok(response) = Response::parse(data) {
        assert_eq!(response.to_bytes(), data);
    }
    let _ = tlv::length_of_first(data);
    let mut readers = vec![tlv::Reader::new(data)];
    while let Some(mut reader) = readers.pop() {
        while let Ok(Some(object)) = reader.next_object() {
            assert!(object.value.len() <= data.len());
            if object.is_constructed() && readers.len() < 64 {
                readers.push(object.reader());
            }
        }
    }
});
