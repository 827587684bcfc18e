//! What the chip of a machine readable travel document says.
//!
//! Everything here is a function of its arguments: no files, sockets, clocks, threads or randomness of its own. Time is
//! passed in as a date, randomness as a [`rand_core::Rng`] or as bytes, signatures as a closure or as bytes made
//! elsewhere.
//!
//! | module | standard |
//! |---|---|
//! | [`mrz`] | machine readable zone, ICAO Doc 9303-3 to -7 |
//! | [`tlv`] | BER-TLV with definite lengths, ISO/IEC 7816-4 and ITU-T X.690 |
//! | [`lds`] | logical data structure, Doc 9303-10 |
//! | [`cms`] | signed data around EF.SOD, EF.CardSecurity and master lists, RFC 5652 |
//! | [`ec`] | elliptic-curve public keys with explicit domain parameters, Doc 9303-12 |
//! | [`rsa`] | RSA public keys, RFC 8017 |
//! | [`signature`] | signature schemes and verification over all suites, Doc 9303-12 4.1.6 |
//! | [`pki`] | certificates of the country signer and the document signers, Doc 9303-12 |
//! | [`sod`] | document security objects EF.SOD and EF.CardSecurity, Doc 9303-10 4.6.2 and 3.11.4 |
//! | [`access`] | access control and secure messaging, Doc 9303-11 |
//! | [`apdu`] | commands and responses, ISO/IEC 7816-4 |
//! | [`personalisation`] | secure channel and write plan before the chip is locked |
//! | [`inspection`] | what a border would check, as a library |

pub mod access;
pub mod apdu;
pub mod cms;
pub mod ec;
pub mod inspection;
pub mod lds;
pub mod mrz;
pub mod personalisation;
pub mod pki;
pub mod rsa;
pub mod signature;
pub mod sod;
pub mod tlv;
