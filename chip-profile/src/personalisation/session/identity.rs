//! Whose chip it is: what every card of GlobalPlatform answers before a channel stands.

use super::failure::{PersonalisationErrorKind, refused, require};
use crate::apdu::{Command, Response};
use crate::personalisation::write_plan::SELECT;
use crate::tlv;

/// Identifier of the issuer's security domain (GlobalPlatform Card Specification 2.3).
pub const ISSUER_SECURITY_DOMAIN: [u8; 8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
/// INS of GET DATA.
pub const GET_DATA: u8 = 0xCA;
/// Tag of the chip serial: card image number (GlobalPlatform Card Specification 2.3).
pub const CARD_IMAGE_NUMBER: u32 = 0x45;

/// The commands that read a chip's identity, as at pick: SELECT of the issuer's domain and GET DATA.
pub fn identity_script() -> Vec<Command> {
    vec![
        Command::new(0x00, SELECT, 0x04, 0x0C).with_data(ISSUER_SECURITY_DOMAIN),
        Command::new(0x80, GET_DATA, 0x00, CARD_IMAGE_NUMBER as u8).expecting(256),
    ]
}

/// The chip serial from the answers to [`identity_script`].
///
/// # Errors
/// The chip refused, is locked already, or answered something else; it is untouched by these commands.
pub fn chip_serial(answers: &[Response]) -> Result<Vec<u8>, PersonalisationErrorKind> {
    let [selected, serial, ..] = answers else {
        return Err(refused(answers, "GET DATA").unwrap_or(PersonalisationErrorKind::Interrupted));
    };
    require(selected, "SELECT of the issuer's domain")?;
    require(serial, "GET DATA")?;
    let serial = tlv::parse_single(&serial.data, CARD_IMAGE_NUMBER).map_err(PersonalisationErrorKind::Identity)?;
    Ok(serial.value.to_vec())
}
