//! A certificate as it stands, RFC 5280 4.1, read far enough to say what is wrong with it.

use const_oid::ObjectIdentifier;

use super::der::{Broken, Node};
use super::fields::{Algorithm, Extensions, Name, Time};
use super::oids;
use crate::pki::time::UnixTime;

pub(super) struct Certificate<'a> {
    pub(super) tbs: Node<'a>,
    pub(super) version: Option<Node<'a>>,
    pub(super) serial: Node<'a>,
    pub(super) inner_algorithm: Algorithm<'a>,
    pub(super) issuer: Name<'a>,
    pub(super) not_before: Time<'a>,
    pub(super) not_after: Time<'a>,
    pub(super) subject: Name<'a>,
    pub(super) key: PublicKeyInfo<'a>,
    pub(super) issuer_unique_id: Option<Node<'a>>,
    pub(super) subject_unique_id: Option<Node<'a>>,
    pub(super) extensions: Extensions<'a>,
    pub(super) algorithm: Algorithm<'a>,
    pub(super) signature: Node<'a>,
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`.
pub(super) struct PublicKeyInfo<'a> {
    pub(super) node: Node<'a>,
    pub(super) algorithm: Algorithm<'a>,
    pub(super) bits: Node<'a>,
}

impl<'a> PublicKeyInfo<'a> {
    /// The key itself, without the count of unused bits.
    pub(super) fn key(&self) -> &'a [u8] {
        self.bits.value.get(1..).unwrap_or_default()
    }
    pub(super) fn is_ec(&self) -> bool {
        self.algorithm.oid.is_oid(&oids::EC_PUBLIC_KEY)
    }
}

/// ```text
/// AuthorityKeyIdentifier ::= SEQUENCE {
///     keyIdentifier [0] OCTET STRING OPTIONAL, authorityCertIssuer [1] GeneralNames OPTIONAL,
///     authorityCertSerialNumber [2] INTEGER OPTIONAL }
/// ```
pub(super) struct AuthorityKeyIdentifier<'a> {
    pub(super) node: Node<'a>,
    pub(super) key_identifier: Option<Node<'a>>,
    pub(super) issuer: Option<Node<'a>>,
    pub(super) serial: Option<Node<'a>>,
}

/// `PrivateKeyUsagePeriod ::= SEQUENCE { notBefore [0], notAfter [1] GeneralizedTime OPTIONAL }`
pub(super) struct UsagePeriod<'a> {
    pub(super) node: Node<'a>,
    pub(super) not_before: Option<Node<'a>>,
    pub(super) not_after: Option<Node<'a>>,
}

impl UsagePeriod<'_> {
    pub(super) fn start(&self) -> Option<UnixTime> {
        self.not_before.and_then(|node| UnixTime::parse(node.value).ok())
    }
    pub(super) fn end(&self) -> Option<UnixTime> {
        self.not_after.and_then(|node| UnixTime::parse(node.value).ok())
    }
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }`
pub(super) struct BasicConstraints<'a> {
    pub(super) node: Node<'a>,
    pub(super) authority: Option<Node<'a>>,
    pub(super) path_length: Option<Node<'a>>,
}

/// `DistributionPoint ::= SEQUENCE { distributionPoint [0], reasons [1], cRLIssuer [2] }`, all optional.
pub(super) struct DistributionPoint<'a> {
    pub(super) node: Node<'a>,
    pub(super) point: Option<Node<'a>>,
    pub(super) reasons: Option<Node<'a>>,
    pub(super) issuer: Option<Node<'a>>,
}

/// `DocumentTypeListSyntax ::= SEQUENCE { version INTEGER, docTypeList SET OF PrintableString }`
pub(super) struct DocumentTypes<'a> {
    pub(super) version: Node<'a>,
    pub(super) list: Node<'a>,
    pub(super) codes: Vec<Node<'a>>,
}

impl<'a> Certificate<'a> {
    /// ```text
    /// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
    /// TBSCertificate ::= SEQUENCE {
    ///     version [0] EXPLICIT INTEGER DEFAULT v1, serialNumber INTEGER, signature, issuer, validity SEQUENCE { Time, Time },
    ///     subject, subjectPublicKeyInfo, issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL,
    ///     extensions [3] EXPLICIT SEQUENCE OF Extension OPTIONAL }
    /// ```
    pub(super) fn read(bytes: &'a [u8]) -> Result<Certificate<'a>, Broken> {
        let outer = Node::first(bytes, 0)?;
        if outer.tag != 0x30 {
            return Err(Broken { position: 0, what: "not a sequence" });
        }
        if outer.whole.len() != bytes.len() {
            return Err(Broken { position: outer.whole.len(), what: "bytes after the certificate" });
        }
        let mut parts = outer.fields();
        let tbs = parts.expect(0x30, "tbsCertificate")?;
        let algorithm = Algorithm::read(parts.expect(0x30, "signatureAlgorithm")?)?;
        let signature = parts.expect(0x03, "signatureValue")?;
        parts.finish("a certificate has three parts")?;

        let mut fields = tbs.fields();
        let version = match fields.optional(&[0xA0])? {
            Some(wrapper) => Some(wrapper.fields().expect(0x02, "version")?),
            None => None,
        };
        let serial = fields.expect(0x02, "serialNumber")?;
        let inner_algorithm = Algorithm::read(fields.expect(0x30, "signature")?)?;
        let issuer = Name::read(fields.expect(0x30, "issuer")?)?;
        let mut validity = fields.expect(0x30, "validity")?.fields();
        let not_before = Time::read(validity.any("notBefore")?);
        let not_after = Time::read(validity.any("notAfter")?);
        validity.finish("validity has two times")?;
        let subject = Name::read(fields.expect(0x30, "subject")?)?;
        let node = fields.expect(0x30, "subjectPublicKeyInfo")?;
        let mut info = node.fields();
        let key = PublicKeyInfo {
            node,
            algorithm: Algorithm::read(info.expect(0x30, "algorithm of the key")?)?,
            bits: info.expect(0x03, "subjectPublicKey")?,
        };
        info.finish("subjectPublicKeyInfo is algorithm and key")?;
        let issuer_unique_id = fields.optional(&[0x81, 0xA1])?;
        let subject_unique_id = fields.optional(&[0x82, 0xA2])?;
        let wrapper = fields.optional(&[0xA3])?;
        fields.finish("nothing follows the extensions")?;
        let extensions = match wrapper {
            Some(wrapper) => Extensions::read(wrapper.fields().expect(0x30, "extensions")?)?,
            None => Extensions::default(),
        };
        Ok(Certificate {
            tbs,
            version,
            serial,
            inner_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            key,
            issuer_unique_id,
            subject_unique_id,
            extensions,
            algorithm,
            signature,
        })
    }

    // Extensions whose value has its form; the line about forms tells of the others.

    fn value(&self, oid: &ObjectIdentifier, tag: u32) -> Option<Node<'a>> {
        self.extensions.find(oid)?.value(tag).ok()
    }
    pub(super) fn authority_key_identifier(&self) -> Option<AuthorityKeyIdentifier<'a>> {
        authority_key_identifier(self.value(&oids::AUTHORITY_KEY_IDENTIFIER, 0x30)?).ok()
    }
    pub(super) fn subject_key_identifier(&self) -> Option<&'a [u8]> {
        self.value(&oids::SUBJECT_KEY_IDENTIFIER, 0x04).map(|node| node.value)
    }
    /// Bit 0 is digitalSignature.
    pub(super) fn key_usage(&self) -> Option<(Node<'a>, u16)> {
        let node = self.value(&oids::KEY_USAGE, 0x03)?;
        let bits = node.value.get(1..).unwrap_or_default();
        let length = (bits.len() * 8).saturating_sub(usize::from(*node.value.first()?));
        let bit =
            |index: usize| index < length && bits.get(index / 8).is_some_and(|byte| byte & 0x80 >> (index % 8) != 0);
        Some((node, (0..9).filter(|index| bit(*index)).map(|index| 1 << index).sum()))
    }
    pub(super) fn usage_period(&self) -> Option<UsagePeriod<'a>> {
        usage_period(self.value(&oids::PRIVATE_KEY_USAGE_PERIOD, 0x30)?).ok()
    }
    pub(super) fn basic_constraints(&self) -> Option<BasicConstraints<'a>> {
        basic_constraints(self.value(&oids::BASIC_CONSTRAINTS, 0x30)?).ok()
    }
    pub(super) fn is_authority(&self) -> bool {
        let stated = self.basic_constraints().and_then(|constraints| constraints.authority);
        stated.is_some_and(|authority| authority.value != [0x00])
    }
    pub(super) fn purposes(&self) -> Option<Vec<Node<'a>>> {
        self.value(&oids::EXTENDED_KEY_USAGE, 0x30)?.fields().rest().ok()
    }
    pub(super) fn has_purpose(&self, oid: &ObjectIdentifier) -> bool {
        self.purposes().is_some_and(|purposes| purposes.iter().any(|purpose| purpose.is_oid(oid)))
    }
    pub(super) fn distribution_points(&self) -> Option<Vec<DistributionPoint<'a>>> {
        distribution_points(self.value(&oids::CRL_DISTRIBUTION_POINTS, 0x30)?).ok()
    }
    pub(super) fn document_types(&self) -> Option<DocumentTypes<'a>> {
        document_types(self.value(&oids::DOCUMENT_TYPE, 0x30)?).ok()
    }
    /// The general names of an alternative name.
    pub(super) fn general_names(&self, oid: &ObjectIdentifier) -> Option<(Node<'a>, Vec<Node<'a>>)> {
        let node = self.value(oid, 0x30)?;
        Some((node, node.fields().rest().ok()?))
    }
}

pub(super) fn authority_key_identifier(node: Node<'_>) -> Result<AuthorityKeyIdentifier<'_>, Broken> {
    let mut fields = node.fields();
    let key_identifier = fields.optional(&[0x80])?;
    let issuer = fields.optional(&[0xA1])?;
    let serial = fields.optional(&[0x82])?;
    fields.finish("authorityKeyIdentifier")?;
    Ok(AuthorityKeyIdentifier { node, key_identifier, issuer, serial })
}

fn usage_period(node: Node<'_>) -> Result<UsagePeriod<'_>, Broken> {
    let mut fields = node.fields();
    let not_before = fields.optional(&[0x80])?;
    let not_after = fields.optional(&[0x81])?;
    fields.finish("privateKeyUsagePeriod")?;
    Ok(UsagePeriod { node, not_before, not_after })
}

fn basic_constraints(node: Node<'_>) -> Result<BasicConstraints<'_>, Broken> {
    let mut fields = node.fields();
    let authority = fields.optional(&[0x01])?;
    let path_length = fields.optional(&[0x02])?;
    fields.finish("basicConstraints")?;
    Ok(BasicConstraints { node, authority, path_length })
}

fn distribution_points(node: Node<'_>) -> Result<Vec<DistributionPoint<'_>>, Broken> {
    let mut points = Vec::new();
    let mut list = node.fields();
    while !list.is_empty() {
        let node = list.expect(0x30, "distributionPoint")?;
        let mut fields = node.fields();
        let point = fields.optional(&[0xA0])?;
        let reasons = fields.optional(&[0x81])?;
        let issuer = fields.optional(&[0xA2])?;
        fields.finish("distributionPoint")?;
        points.push(DistributionPoint { node, point, reasons, issuer });
    }
    Ok(points)
}

fn document_types(node: Node<'_>) -> Result<DocumentTypes<'_>, Broken> {
    let mut fields = node.fields();
    let version = fields.expect(0x02, "version of the document type list")?;
    let list = fields.expect(0x31, "docTypeList")?;
    fields.finish("documentTypeList")?;
    Ok(DocumentTypes { version, list, codes: list.fields().rest()? })
}

/// Whether an extension's value has the form that its identifier asks for; unknown ones have any.
pub(super) fn extension_form(extension: &super::fields::Extension<'_>) -> Result<(), Broken> {
    let is = |oid: &ObjectIdentifier| extension.oid.is_oid(oid);
    if is(&oids::AUTHORITY_KEY_IDENTIFIER) {
        authority_key_identifier(extension.value(0x30)?)?;
    } else if is(&oids::SUBJECT_KEY_IDENTIFIER) {
        extension.value(0x04)?;
    } else if is(&oids::KEY_USAGE) {
        extension.value(0x03)?;
    } else if is(&oids::PRIVATE_KEY_USAGE_PERIOD) {
        usage_period(extension.value(0x30)?)?;
    } else if is(&oids::BASIC_CONSTRAINTS) {
        basic_constraints(extension.value(0x30)?)?;
    } else if is(&oids::CRL_DISTRIBUTION_POINTS) {
        distribution_points(extension.value(0x30)?)?;
    } else if is(&oids::DOCUMENT_TYPE) {
        document_types(extension.value(0x30)?)?;
    } else if is(&oids::NAME_CHANGE) {
        extension.value(0x05)?;
    } else if is(&oids::EXTENDED_KEY_USAGE) {
        let mut purposes = extension.value(0x30)?.fields();
        while !purposes.is_empty() {
            purposes.expect(0x06, "a purpose is an object identifier")?;
        }
    } else if is(&oids::CERTIFICATE_POLICIES) {
        let mut policies = extension.value(0x30)?.fields();
        while !policies.is_empty() {
            let mut policy = policies.expect(0x30, "a policy is a sequence")?.fields();
            policy.expect(0x06, "a policy begins with its identifier")?;
        }
    } else if is(&oids::SUBJECT_ALTERNATIVE_NAME) || is(&oids::ISSUER_ALTERNATIVE_NAME) {
        let mut names = extension.value(0x30)?.fields();
        while let Some(name) = names.next()? {
            if name.tag == 0xA4 {
                super::fields::Name::read(name.fields().expect(0x30, "a directory name")?)?;
            }
        }
    }
    Ok(())
}
