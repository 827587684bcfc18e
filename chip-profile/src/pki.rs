//! Certificates of the country signer and the document signers, Doc 9303-12.
//!
//! | module | what |
//! |---|---|
//! | [`certificate`] | a certificate read over its original bytes, so that foreign signatures stay verifiable |
//! | [`crl`] | revocation lists, 7.1.4 |
//! | [`ldif`] | what the public key directory is given and gives out, 5.1 |
//! | [`lint`] | every deviation from the profiles, with its clause |
//! | [`master_list`] | CSCA master lists, 9 |
//! | [`name`] | distinguished names and alternative names, 7.1.1.1 and 7.1.1.2 |
//! | [`profile`] | what a state issues: one file for each kind of certificate, 7.1.1 |
//! | [`request`] | requests to the offline country signer, PKCS #10 |
//! | [`time`] | instants without a clock, as certificates write them |
//!
//! Issuing has two halves with the signature between them, because an HSM signs batches: `finalize` gives the bytes to be
//! signed, `assemble` takes the signature.

pub mod certificate;
pub mod crl;
pub mod ldif;
pub mod lint;
pub mod master_list;
pub mod name;
pub mod profile;
pub mod request;
pub mod time;

pub use certificate::{Certificate, CertificateError};
pub use crl::{RevocationList, RevocationListRequest};
pub use master_list::{MasterList, MasterListContents, MasterListError};
pub use name::{AlternativeName, Contact, CountryCode, DistinguishedName};
pub use profile::{
    Communication, CountrySigner, DocumentSigner, LinkCertificate, ListKind, ListSigner, ProfileError, SerialNumber,
    UnsignedCertificate, UsagePeriod, Validity,
};
pub use request::{CertificateRequest, RequestError, SignedRequest};
pub use time::UnixTime;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
