//! Certificates of the country signer and the document signers, Doc 9303-12.
