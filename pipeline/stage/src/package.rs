//! Package: what a machine that encodes chips by itself is to write, with the chip's transport keys, sealed to that machine.

use chip_profile::ec::{Curve, PublicKey};
use chip_profile::personalisation::WritePlan;
use chip_profile::personalisation::package::{self, EncodingOrder, PackageBinding};
use chip_profile::personalisation::scp03::{AesKey, StaticKeys};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::signer::{ChipTransportRequest, SecretBytes, Signer};
use printer_driver::EncodingPackage;

use crate::chip::SECURITY_LEVEL;
use crate::workshop::{Blame, TicketTask, Trouble};

/// Seals a write plan for the task's job and chip to the machine whose public key is `recipient`, an uncompressed point of
/// P-256.
///
/// # Errors
/// A [`Trouble`]: of the centre when the machine's key is none or the signer gives no transport keys, of the booklet when its
/// chip is not known.
pub fn seal(
    signer: &dyn Signer,
    random: &dyn RandomSource,
    task: &TicketTask,
    plan: WritePlan,
    recipient: &[u8],
) -> Result<EncodingPackage, Trouble> {
    if task.chip.chip_serial.is_empty() {
        return Err(Trouble::new(Blame::Booklet, "chip_unknown", "the chip's serial was not read"));
    }
    let recipient = PublicKey::from_uncompressed(Curve::P256, recipient)
        .map_err(|error| centre("machine_key", &format!("the machine's public key: {error}")))?;
    let request =
        ChipTransportRequest { chip_serial: task.chip.chip_serial.clone(), key_version: task.chip.key_version };
    let keys = signer
        .chip_transport_keys(std::slice::from_ref(&request))
        .map_err(|error| centre("chip_keys", &error.to_string()))?;
    let key = |bytes: &SecretBytes| AesKey::from_slice(bytes.expose());
    let keys = keys.first().and_then(|keys| {
        Some(StaticKeys::new(key(&keys.encryption)?, key(&keys.command_mac)?, key(&keys.data_encryption)?))
    });
    let order = EncodingOrder {
        plan,
        key_version: task.chip.key_version,
        transport_keys: keys.ok_or_else(|| centre("chip_keys", "the signer gave other keys than AES ones"))?,
        level: SECURITY_LEVEL,
    };
    let binding = PackageBinding { job: task.job.0, chip_serial: task.chip.chip_serial.clone() };
    package::seal(&order, &recipient, &binding, &mut AsRng(random))
        .map(EncodingPackage)
        .map_err(|error| centre("encoding_package", &error.to_string()))
}

fn centre(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Centre, code, detail)
}

#[cfg(test)]
mod tests;
