//! Document security object EF.SOD, Doc 9303-10 4.6.2.
//!
//! ```text
//! EF.SOD ::= 77 { ContentInfo { id-signedData, [0] SignedData } }
//! SignedData ::= SEQUENCE {                                        -- RFC 5652 5.1
//!     version          INTEGER 3,
//!     digestAlgorithms SET OF AlgorithmIdentifier,
//!     encapContentInfo SEQUENCE { id-icao-mrtd-security-ldsSecurityObject, [0] OCTET STRING LDSSecurityObject },
//!     certificates     [0] { document signer certificate },
//!     signerInfos      SET { one SignerInfo } }
//! ```
//!
//! A document is signed in three steps, because an HSM signs in batches: a [`SecurityObjectTemplate`] is made once for
//! each document signer, [`SecurityObjectTemplate::prepare`] takes the hashes of one document and gives the bytes to be
//! signed, [`PreparedSod::assemble`] takes the signature and gives the file. [`SecurityObject`] reads files of anybody
//! over their original bytes.

mod attributes;
mod error;
mod lds_security_object;
mod security_object;
mod strict;
mod template;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use error::{SodError, SodErrorKind, SodVerifyError};
pub use lds_security_object::{LdsSecurityObject, LdsVersionInfo};
pub use security_object::{SecurityObject, SignerIdentifier};
pub use template::{PrepareError, PreparedSod, SecurityObjectTemplate, TemplateError};

pub use crate::lds::LdsVersion;

use const_oid::ObjectIdentifier;

/// id-signedData, RFC 5652 5.1.
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// id-icao-mrtd-security-ldsSecurityObject, Doc 9303-10 4.6.2.3.
pub const LDS_SECURITY_OBJECT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.1");
/// id-contentType, RFC 5652 11.1.
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
/// id-messageDigest, RFC 5652 11.2.
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// id-signingTime, RFC 5652 11.3.
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// ASN.1 universal tags.
const INTEGER: u32 = 0x02;
const OCTET_STRING: u32 = 0x04;
const NULL: u32 = 0x05;
const OBJECT_IDENTIFIER: u32 = 0x06;
const PRINTABLE_STRING: u32 = 0x13;
const SEQUENCE: u32 = 0x30;
const SET: u32 = 0x31;
/// The tag of EF.SOD.
const EF_SOD: u32 = 0x77;
