//! Doc 9303-10 4.7.15 and Doc 9303-11 6.1: the key of active authentication.

use super::FileLine;
use super::security_infos::has_named_curve;
use crate::lds::Dg15;
use crate::pki::lint::report::must;
use crate::signature::VerifyingKey;

pub(super) static LINES: &[FileLine] = &[
    must(
        "dg15.key",
        "Doc 9303-11 6.1.2, 6.1.5",
        "the key is one of RSA, or a point of an elliptic curve over a prime field",
        |file, hits| {
            if let (Ok(dg15), Some(key)) = (Dg15::parse(file.bytes), file.object(0x30))
                && let Err(error) = VerifyingKey::from_spki(&dg15.public_key)
            {
                hits.at(key.position + error.position, error.kind.to_string());
            }
        },
    ),
    must("dg15.parameters", "Doc 9303-11 9.5.2", "domain parameters of elliptic curves are explicit", |file, hits| {
        if let (Ok(dg15), Some(key)) = (Dg15::parse(file.bytes), file.object(0x30))
            && has_named_curve(&dg15.public_key)
        {
            hits.at(key.position, "a named curve");
        }
    }),
];
