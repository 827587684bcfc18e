//! What Doc 9303-10 table 37 and Doc 9303-12 tables 18 and 19 have in common: SignedData around a content.

use crate::pki::lint::certificate::Certificate;
use crate::pki::lint::encoding::sorted;
use crate::pki::lint::fields::Time;
use crate::pki::lint::oids;
use crate::pki::lint::report::{Hits, Line, must, should};
use crate::pki::lint::signed_data::{Identifier, SignedData, Signer};
use crate::signature::{SignatureScheme, VerifyingKey};
use crate::tlv;

pub(in crate::pki::lint) type SignedDataLine = Line<fn(&SignedData<'_>, &mut Hits<'_>)>;

const TABLES: &str = "Doc 9303-10 table 37, Doc 9303-12 tables 18 and 19";

pub(in crate::pki::lint) static LINES: &[SignedDataLine] = &[
    must("signed_data.version", TABLES, "the version of SignedData is 3", |data, hits| {
        if data.version.value != [3] {
            hits.at(data.version.position, "another version");
        }
    }),
    must("signed_data.digest_algorithms", TABLES, "digestAlgorithms has that of each signer", |data, hits| {
        for signer in &data.signers {
            let own = signer.digest_algorithm.oid;
            if !data.digest_algorithms.iter().any(|algorithm| algorithm.oid.value == own.value) {
                hits.at(signer.digest_algorithm.node.position, signer.digest_algorithm.name());
            }
        }
    }),
    must(
        "signed_data.digest_algorithms.parameters",
        "Doc 9303-12 table 18 note, RFC 5754 2",
        "digest algorithms have no parameters",
        |data, hits| {
            let of_signers = data.signers.iter().map(|signer| &signer.digest_algorithm);
            for algorithm in data.digest_algorithms.iter().chain(of_signers) {
                if let Some(parameters) = algorithm.parameters {
                    hits.at(parameters.position, "present");
                }
            }
        },
    ),
    must("signed_data.content", TABLES, "there is an eContent, an octet string", |data, hits| {
        if data.content.is_none() {
            hits.at(data.content_type.position, "none after its type");
        }
    }),
    must("signed_data.certificates", TABLES, "there are certificates", |data, hits| {
        if data.certificates.is_empty() {
            hits.absent();
        }
    }),
    must("signed_data.certificates.signer", TABLES, "the certificate of each signer is there", |data, hits| {
        for signer in data.signers.iter().filter(|signer| data.certificate_of(signer).is_none()) {
            if !data.certificates.is_empty() {
                hits.at(signer.identifier_node.position, "no certificate for it");
            }
        }
    }),
    must("signed_data.certificates.order", "X.690 11.6", "certificates are sorted by their encodings", |data, hits| {
        if let Some(wrapper) = data.certificates_wrapper.filter(|wrapper| !sorted(wrapper.fields())) {
            hits.at(wrapper.position, "not sorted");
        }
    }),
    must("signed_data.signers", TABLES, "there is a signer", |data, hits| {
        if data.signers.is_empty() {
            hits.at(data.signers_wrapper.position, "none");
        }
    }),
    should("signed_data.signers.one", TABLES, "there is one signer only", |data, hits| {
        if data.signers.len() > 1 {
            hits.at(data.signers_wrapper.position, format!("{} signers", data.signers.len()));
        }
    }),
    must(
        "signed_data.signer.version",
        "RFC 5652 5.3",
        "the version of a signer follows from its identifier",
        |data, hits| {
            for signer in &data.signers {
                let expected = match signer.identifier {
                    Identifier::IssuerAndSerial { .. } => 1,
                    Identifier::SubjectKey(_) => 3,
                };
                if signer.version.value != [expected] {
                    hits.at(signer.version.position, format!("not {expected}"));
                }
            }
        },
    ),
    must(
        "signed_data.signer.hash",
        "Doc 9303-12 4.1.6.4",
        "the hash function is SHA-224, SHA-256, SHA-384 or SHA-512",
        |data, hits| {
            for signer in &data.signers {
                if !oids::HASHES.iter().any(|oid| signer.digest_algorithm.oid.is_oid(oid)) {
                    hits.at(signer.digest_algorithm.node.position, signer.digest_algorithm.name());
                }
            }
        },
    ),
    must("signed_data.signed_attributes", TABLES, "there are signed attributes", |data, hits| {
        for signer in data.signers.iter().filter(|signer| signer.signed_attributes.is_none()) {
            hits.at(signer.node.position, "none");
        }
    }),
    must(
        "signed_data.signed_attributes.order",
        "X.690 11.6",
        "signed attributes are sorted by their encodings",
        |data, hits| {
            for wrapper in data.signers.iter().filter_map(|signer| signer.signed_attributes) {
                if !sorted(wrapper.fields()) {
                    hits.at(wrapper.position, "not sorted");
                }
            }
        },
    ),
    must(
        "signed_data.signed_attributes.repeated",
        "RFC 5652 5.3 and 11",
        "an attribute appears once and has one value",
        |data, hits| {
            for signer in &data.signers {
                for (index, attribute) in signer.attributes.iter().enumerate().take(100) {
                    let before = signer.attributes.get(..index).unwrap_or_default();
                    let again = before.iter().any(|other| other.kind.value == attribute.kind.value);
                    let defined = [oids::CONTENT_TYPE, oids::MESSAGE_DIGEST, oids::SIGNING_TIME];
                    let several = attribute.values.len() != 1 && defined.iter().any(|oid| attribute.kind.is_oid(oid));
                    if again || several {
                        hits.at(attribute.node.position, if again { "again" } else { "not one value" });
                    }
                }
            }
        },
    ),
    must(
        "signed_data.content_type_attribute",
        "RFC 5652 11.1",
        "signed attributes have the type of the content",
        |data, hits| {
            for signer in data.signers.iter().filter(|signer| signer.signed_attributes.is_some()) {
                match signer.attribute(&oids::CONTENT_TYPE) {
                    Some(attribute) => {
                        if attribute.values.first().is_some_and(|value| value.whole != data.content_type.whole) {
                            hits.at(attribute.node.position, "another type");
                        }
                    }
                    None => hits.at(signer.node.position, "no contentType"),
                }
            }
        },
    ),
    must(
        "signed_data.message_digest",
        "RFC 5652 11.2",
        "signed attributes have the hash value of the content",
        |data, hits| {
            for signer in data.signers.iter().filter(|signer| signer.signed_attributes.is_some()) {
                match signer.attribute(&oids::MESSAGE_DIGEST) {
                    Some(attribute) => {
                        let digest = expected_digest(data, signer);
                        let found = attribute.values.first();
                        if digest.zip(found).is_some_and(|(digest, found)| found.value != digest) {
                            hits.at(attribute.node.position, "another value");
                        }
                    }
                    None => hits.at(signer.node.position, "no messageDigest"),
                }
            }
        },
    ),
    must(
        "signed_data.signing_time.form",
        "RFC 5652 11.3",
        "a signing time has the form of times in certificates",
        |data, hits| {
            for attribute in data.signers.iter().filter_map(|signer| signer.attribute(&oids::SIGNING_TIME)) {
                if let Some(node) = attribute.values.first() {
                    let time = Time::read(*node);
                    time.ends_with_zulu(hits);
                    time.has_seconds(hits);
                    time.has_its_form(hits);
                    time.is_utc_time_until_2049(hits);
                }
            }
        },
    ),
    must(
        "signed_data.signature.algorithm",
        "Doc 9303-12 4.1.6",
        "the signature is of RSA, DSA or ECDSA",
        |data, hits| {
            for algorithm in data.signers.iter().map(|signer| &signer.signature_algorithm) {
                // RFC 3370 3.2 allows the name of the key's algorithm for PKCS#1 v1.5.
                if !algorithm.oid.is_oid(&oids::RSA_ENCRYPTION) {
                    algorithm.is_known_signature(hits);
                }
            }
        },
    ),
    must(
        "signed_data.signature.parameters",
        "RFC 4055 3 and 5, RFC 5758 3.2",
        "parameters are NULL for PKCS#1 v1.5, given for PSS, left out for ECDSA and DSA",
        |data, hits| {
            for algorithm in data.signers.iter().map(|signer| &signer.signature_algorithm) {
                algorithm.signature_parameters_have_their_form(hits);
            }
        },
    ),
    must(
        "signed_data.signature.hash",
        "Doc 9303-10 table 37, digestAlgorithm",
        "content and attributes are hashed by one hash function",
        |data, hits| {
            for signer in &data.signers {
                let own = signer.digest_algorithm.digest();
                let of_signature = signer.signature_algorithm.hash();
                if let (Some(own), Some(other)) = (own, of_signature)
                    && own != other
                {
                    hits.at(signer.signature_algorithm.node.position, signer.signature_algorithm.name());
                }
            }
        },
    ),
    must(
        "signed_data.signature",
        "RFC 5652 5.4",
        "the signature of each signer verifies with its certificate",
        |data, hits| {
            for signer in data.signers.iter().filter(|signer| verifies(data, signer) == Some(false)) {
                hits.at(signer.signature.position, "it does not verify");
            }
        },
    ),
    should(
        "signed_data.signature.mask",
        "RFC 4055 3.1",
        "the mask generation function of PSS has the hash function of the signature",
        |data, hits| {
            for algorithm in data.signers.iter().map(|signer| &signer.signature_algorithm) {
                algorithm.mask_generation_has_the_same_hash(hits);
            }
        },
    ),
];

/// `None` where the key, its certificate or the algorithm is not one that can be verified here.
fn verifies(data: &SignedData<'_>, signer: &Signer<'_>) -> Option<bool> {
    let certificate = data.certificates.get(data.certificate_of(signer)?)?;
    let key = VerifyingKey::from_spki(Certificate::read(certificate.whole).ok()?.key.node.whole).ok()?;
    let digest = signer.digest_algorithm.digest()?;
    let scheme = SignatureScheme::from_der_of_signer(signer.signature_algorithm.node.whole, digest).ok()?;
    let message = match signer.signed_attributes {
        // The signature is over a SET OF, not over the [0] that stands in the file.
        Some(attributes) => {
            let mut message = Vec::with_capacity(attributes.value.len() + 4);
            tlv::push(&mut message, 0x31, attributes.value);
            message
        }
        None => data.content?.value.to_vec(),
    };
    Some(key.verify(scheme, &message, signer.signature.value).is_ok())
}

fn expected_digest(data: &SignedData<'_>, signer: &Signer<'_>) -> Option<Vec<u8>> {
    let hash = signer.digest_algorithm.digest()?;
    Some(hash.digest(data.content?.value))
}
