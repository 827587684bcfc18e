//! SignedData of the Cryptographic Message Syntax as Doc 9303 uses it, RFC 5652 5: around EF.SOD, EF.CardSecurity and
//! master lists.
//!
//! ```text
//! ContentInfo ::= SEQUENCE { id-signedData, [0] EXPLICIT SignedData }
//! SignedData ::= SEQUENCE {
//!     version          INTEGER 3,
//!     digestAlgorithms SET OF AlgorithmIdentifier,
//!     encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT OCTET STRING },
//!     certificates     [0] IMPLICIT SET OF Certificate,
//!     crls             [1] IMPLICIT … OPTIONAL,
//!     signerInfos      SET { one SignerInfo } }
//! ```
//!
//! Signing has three steps, because an HSM signs in batches: a [`SignedDataTemplate`] is made once for each signer,
//! [`SignedDataTemplate::prepare`] takes one content and gives the bytes to be signed, [`PreparedSignedData::assemble`]
//! takes the signature and gives the ContentInfo. [`SignedData`] reads what anybody made, over the original bytes.

mod attributes;
mod error;
mod signed_data;
mod signer_info;
pub(crate) mod strict;
mod template;
#[cfg(test)]
mod tests;

pub use error::{CmsError, CmsErrorKind, CmsVerifyError};
pub use signed_data::SignedData;
pub use signer_info::SignerIdentifier;
pub use template::{CmsTemplateError, PreparedSignedData, SignedDataTemplate};

use const_oid::ObjectIdentifier;

/// id-signedData, RFC 5652 5.1.
pub const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// id-contentType, RFC 5652 11.1.
pub const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
/// id-messageDigest, RFC 5652 11.2.
pub const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// id-signingTime, RFC 5652 11.3.
pub const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// ASN.1 universal tags.
pub(crate) const INTEGER: u32 = 0x02;
pub(crate) const OCTET_STRING: u32 = 0x04;
pub(crate) const NULL: u32 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u32 = 0x06;
pub(crate) const SEQUENCE: u32 = 0x30;
pub(crate) const SET: u32 = 0x31;
