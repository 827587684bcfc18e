//! Document security objects: EF.SOD, Doc 9303-10 4.6.2, and EF.CardSecurity, 3.11.4.
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

mod card_security;
mod error;
mod lds_security_object;
mod security_object;
mod template;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use card_security::{
    CardSecurity, CardSecurityError, CardSecurityErrorKind, CardSecurityTemplate, PrepareCardSecurityError,
    SECURITY_OBJECT,
};
pub use error::{SodError, SodErrorKind};
pub use lds_security_object::{LdsSecurityObject, LdsVersionInfo};
pub use security_object::SecurityObject;
pub use template::{PrepareError, PreparedSod, SecurityObjectTemplate, TemplateError};

pub use crate::lds::LdsVersion;

use const_oid::ObjectIdentifier;

use crate::cms::{INTEGER, OCTET_STRING, SEQUENCE};

/// id-icao-mrtd-security-ldsSecurityObject, Doc 9303-10 4.6.2.3.
pub const LDS_SECURITY_OBJECT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.1");
const PRINTABLE_STRING: u32 = 0x13;
/// The tag of EF.SOD.
const EF_SOD: u32 = 0x77;
