//! The secrets of a chip as JSON. Bytes are hexadecimal, object identifiers dotted decimals; what a chip lacks is left out.
//!
//! ```json
//! {
//!   "basic_access_control": { "encryption": "AB94…", "authentication": "7962…" },
//!   "pace": [{ "protocol": "0.4.0.127.0.7.2.2.4.2.2", "parameters": 12 }],
//!   "pace_mrz": "239AB9CB282DAF66231DC5A4DF6BFBAEDF477565",
//!   "pace_can": "123456",
//!   "active_authentication": { "curve": "1.2.840.10045.3.1.7", "private": "…" },
//!   "chip_authentication": [
//!     { "protocol": "0.4.0.127.0.7.2.2.3.2.2", "identifier": 1, "curve": "1.2.840.10045.3.1.7", "private": "…" }
//!   ]
//! }
//! ```
//!
//! `pace` says what EF.CardAccess announces: a chip that announces what it does not do can be made as well. `pace_mrz` is the
//! SHA-1 hash of the MRZ information (Doc 9303-11 9.7.3), whose first sixteen bytes are Kseed of basic access control. With RSA
//! `active_authentication` is `{ "hash": "2.16.840.1.101.3.4.2.1", "rsa": "…" }`: the private key template of ISO/IEC 7816-8, or
//! an RSAPrivateKey in DER as other tools write it.

use chip_profile::access::bac::BacKeys;
use chip_profile::access::chip_authentication;
use chip_profile::access::pace::{PaceParameters, PacePassword, PasswordReference};
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::lds::SecurityInfo;
use chip_profile::personalisation::key_object::{ActiveAuthenticationKey, KeyObject};
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysView {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basic_access_control: Option<BasicAccessView>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pace: Vec<PaceView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pace_mrz: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pace_can: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_authentication: Option<ActiveAuthenticationView>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    chip_authentication: Vec<ChipAuthenticationView>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicAccessView {
    encryption: String,
    authentication: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaceView {
    protocol: String,
    parameters: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum ActiveAuthenticationView {
    Ec { curve: String, private: String },
    Rsa { hash: String, rsa: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChipAuthenticationView {
    protocol: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identifier: Option<u8>,
    curve: String,
    private: String,
}

pub(super) fn to_json(keys: &[KeyObject]) -> String {
    let mut view = KeysView::default();
    for object in keys {
        match object {
            KeyObject::BasicAccessControl { keys } => {
                let bytes = keys.to_bytes();
                let (encryption, authentication) = bytes.split_at(16);
                view.basic_access_control =
                    Some(BasicAccessView { encryption: hex(encryption), authentication: hex(authentication) });
            }
            KeyObject::PaceParameters { parameters } => {
                if let SecurityInfo::Pace { protocol, parameter_id: Some(number) } = parameters.security_info() {
                    view.pace.push(PaceView { protocol: protocol.to_string(), parameters: number });
                }
            }
            KeyObject::PacePassword { password } => match password.reference() {
                PasswordReference::Mrz => view.pace_mrz = Some(hex(password.secret_bytes())),
                PasswordReference::Can => {
                    view.pace_can = Some(String::from_utf8_lossy(password.secret_bytes()).into_owned());
                }
            },
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Ec(key) } => {
                let (curve, private) = key_fields(key);
                view.active_authentication = Some(ActiveAuthenticationView::Ec { curve, private });
            }
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, hash } } => {
                let (hash, rsa) = (hash.oid().to_string(), hex(&key.to_bytes()));
                view.active_authentication = Some(ActiveAuthenticationView::Rsa { hash, rsa });
            }
            KeyObject::ChipAuthentication { suite, identifier, key } => {
                let (curve, private) = key_fields(key);
                let protocol = chip_authentication::object_identifier(*suite).to_string();
                view.chip_authentication.push(ChipAuthenticationView {
                    protocol,
                    identifier: *identifier,
                    curve,
                    private,
                });
            }
        }
    }
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_string_pretty(&view).unwrap_or_default() + "\n"
}

/// The secrets, or what is wrong with them: the field's name and never its value.
pub(super) fn from_json(text: &[u8]) -> Result<Vec<KeyObject>, String> {
    let view: KeysView = serde_json::from_slice(text)
        .map_err(|error| format!("line {}, column {}: not the keys of a chip", error.line(), error.column()))?;
    let mut keys = Vec::new();
    if let Some(found) = view.basic_access_control {
        let encryption = array("basic_access_control.encryption", &found.encryption)?;
        let authentication = array("basic_access_control.authentication", &found.authentication)?;
        keys.push(KeyObject::BasicAccessControl { keys: BacKeys::from_bytes(encryption, authentication) });
    }
    for found in view.pace {
        let protocol = found.protocol.parse().map_err(|_| wrong("pace.protocol"))?;
        let info = SecurityInfo::Pace { protocol, parameter_id: Some(found.parameters) };
        let parameters = PaceParameters::from_security_info(&info).ok_or_else(|| wrong("pace"))?;
        keys.push(KeyObject::PaceParameters { parameters });
    }
    if let Some(found) = view.pace_mrz {
        let hash: [u8; 20] = array("pace_mrz", &found)?;
        let password = PacePassword::from_secret_bytes(PasswordReference::Mrz, &hash);
        keys.push(KeyObject::PacePassword { password });
    }
    if let Some(found) = view.pace_can {
        keys.push(KeyObject::PacePassword { password: PacePassword::can(&found) });
    }
    if let Some(found) = view.active_authentication {
        let field = "active_authentication";
        let key = match found {
            ActiveAuthenticationView::Ec { curve, private } => key(field, &curve, &private)?.into(),
            ActiveAuthenticationView::Rsa { hash, rsa } => {
                let hash = hash.parse().ok().and_then(|oid| HashAlgorithm::from_oid(&oid));
                let rsa = bytes(field, &rsa)?;
                let key =
                    RsaKeyParts::parse(&rsa).or_else(|_| RsaKeyParts::from_der(&rsa)).map_err(|_| wrong(field))?;
                ActiveAuthenticationKey::Rsa { key, hash: hash.ok_or_else(|| wrong(field))? }
            }
        };
        keys.push(KeyObject::ActiveAuthentication { key });
    }
    for found in view.chip_authentication {
        let protocol = found.protocol.parse().map_err(|_| wrong("chip_authentication.protocol"))?;
        let suite = chip_authentication::suite_of(&protocol).ok_or_else(|| wrong("chip_authentication.protocol"))?;
        let key = key("chip_authentication", &found.curve, &found.private)?;
        keys.push(KeyObject::ChipAuthentication { suite, identifier: found.identifier, key });
    }
    Ok(keys)
}

fn key_fields(key: &KeyPair) -> (String, String) {
    (key.curve().oid().to_string(), hex(key.private_scalar().as_bytes()))
}

fn key(field: &str, curve: &str, private: &str) -> Result<KeyPair, String> {
    let curve = curve.parse().ok().and_then(|oid| Curve::from_oid(&oid)).ok_or_else(|| wrong(field))?;
    KeyPair::from_private_scalar(curve, &bytes(field, private)?).map_err(|_| wrong(field))
}

fn hex(bytes: &[u8]) -> String {
    hex::encode_upper(bytes)
}

fn bytes(field: &str, text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|_| wrong(field))
}

fn array<const N: usize>(field: &str, text: &str) -> Result<[u8; N], String> {
    bytes(field, text)?.try_into().map_err(|_| wrong(field))
}

fn wrong(field: &str) -> String {
    format!("{field} is not what it must be")
}
