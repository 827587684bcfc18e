//! Errors of a machine.

use super::Malformed;
use super::names::Name;
use crate::remote::wire;
use crate::{BookletFate, DeviceError, ErrorKind};

pub(crate) fn told(error: &DeviceError) -> wire::DeviceError {
    wire::DeviceError {
        kind: error.kind.told(),
        fate: error.fate.told(),
        detail: error.detail.clone(),
        serial: error.serial.clone(),
    }
}

/// A kind that is not known is a fault, and a fate that is not known is unknown.
pub(crate) fn understood(error: wire::DeviceError) -> Result<DeviceError, Malformed> {
    let kind = ErrorKind::understood(error.kind).unwrap_or(ErrorKind::Fault);
    let fate = BookletFate::understood(error.fate).unwrap_or(BookletFate::Unknown);
    let mut understood = DeviceError::new(kind, fate, error.detail);
    understood.serial = error.serial;
    understood.check_limits()?;
    Ok(understood)
}
