//! A signed file or list as it stands, RFC 5652 5.1.

use super::certificate::Certificate;
use super::der::{Broken, Node};
use super::fields::{Algorithm, Name};
use super::oids;

pub(super) struct SignedData<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) sequence: Node<'a>,
    pub(super) version: Node<'a>,
    pub(super) digest_algorithms: Vec<Algorithm<'a>>,
    pub(super) content_type: Node<'a>,
    /// The octet string of the content, if it is in one piece.
    pub(super) content: Option<Node<'a>>,
    pub(super) certificates_wrapper: Option<Node<'a>>,
    pub(super) certificates: Vec<Node<'a>>,
    pub(super) revocation_lists: Option<Node<'a>>,
    pub(super) signers_wrapper: Node<'a>,
    pub(super) signers: Vec<Signer<'a>>,
}

/// How a signer is told.
pub(super) enum Identifier<'a> {
    IssuerAndSerial { issuer: Node<'a>, serial: Node<'a> },
    SubjectKey(Node<'a>),
}

pub(super) struct Signer<'a> {
    pub(super) node: Node<'a>,
    pub(super) version: Node<'a>,
    pub(super) identifier_node: Node<'a>,
    pub(super) identifier: Identifier<'a>,
    pub(super) digest_algorithm: Algorithm<'a>,
    pub(super) signed_attributes: Option<Node<'a>>,
    pub(super) attributes: Vec<SignedAttribute<'a>>,
    pub(super) signature_algorithm: Algorithm<'a>,
    pub(super) signature: Node<'a>,
    pub(super) unsigned_attributes: Option<Node<'a>>,
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF ANY }`
pub(super) struct SignedAttribute<'a> {
    pub(super) node: Node<'a>,
    pub(super) kind: Node<'a>,
    pub(super) values: Vec<Node<'a>>,
}

impl<'a> SignedData<'a> {
    /// ```text
    /// ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT SignedData }
    /// SignedData ::= SEQUENCE {
    ///     version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
    ///     encapContentInfo SEQUENCE { eContentType, eContent [0] EXPLICIT OCTET STRING OPTIONAL },
    ///     certificates [0] IMPLICIT SET OF Certificate OPTIONAL, crls [1] IMPLICIT OPTIONAL, signerInfos SET OF SignerInfo }
    /// ```
    ///
    /// `bytes` may be an EF.SOD with its outer tag.
    pub(super) fn read(bytes: &'a [u8]) -> Result<SignedData<'a>, Broken> {
        let mut outer = Node::first(bytes, 0)?;
        if outer.whole.len() != bytes.len() {
            return Err(Broken { position: outer.whole.len(), what: "bytes after the end" });
        }
        if outer.tag == 0x77 {
            let mut inner = outer.fields();
            outer = inner.expect(0x30, "ContentInfo")?;
            inner.finish("bytes after the signed data")?;
        }
        if outer.tag != 0x30 {
            return Err(Broken { position: outer.position, what: "not a sequence" });
        }
        let mut info = outer.fields();
        let kind = info.expect(0x06, "contentType")?;
        if !kind.is_oid(&oids::SIGNED_DATA) {
            return Err(Broken { position: kind.position, what: "not SignedData" });
        }
        let sequence = info.expect(0xA0, "content")?.fields().expect(0x30, "SignedData")?;
        info.finish("ContentInfo is type and content")?;

        let mut fields = sequence.fields();
        let version = fields.expect(0x02, "version")?;
        let mut digest_algorithms = Vec::new();
        for node in fields.expect(0x31, "digestAlgorithms")?.fields().rest()? {
            digest_algorithms.push(Algorithm::read(node)?);
        }
        let mut encapsulated = fields.expect(0x30, "encapContentInfo")?.fields();
        let content_type = encapsulated.expect(0x06, "eContentType")?;
        let content = match encapsulated.optional(&[0xA0])? {
            Some(wrapper) => Some(wrapper.fields().any("eContent")?).filter(|node| node.tag == 0x04),
            None => None,
        };
        encapsulated.finish("encapContentInfo is type and content")?;
        let certificates_wrapper = fields.optional(&[0xA0])?;
        let certificates = certificates_wrapper.map_or(Ok(Vec::new()), |wrapper| wrapper.fields().rest())?;
        let revocation_lists = fields.optional(&[0xA1])?;
        let signers_wrapper = fields.expect(0x31, "signerInfos")?;
        fields.finish("nothing follows signerInfos")?;
        let mut signers = Vec::new();
        for node in signers_wrapper.fields().rest()? {
            signers.push(Signer::read(node)?);
        }
        Ok(SignedData {
            bytes,
            sequence,
            version,
            digest_algorithms,
            content_type,
            content,
            certificates_wrapper,
            certificates,
            revocation_lists,
            signers_wrapper,
            signers,
        })
    }

    /// Which of the certificates is the signer's.
    pub(super) fn certificate_of(&self, signer: &Signer<'a>) -> Option<usize> {
        self.certificates.iter().position(|node| {
            let Ok(certificate) = Certificate::read(node.whole) else { return false };
            match &signer.identifier {
                Identifier::IssuerAndSerial { issuer, serial } => {
                    same_name(&certificate.issuer.node, issuer) && certificate.serial.value == serial.value
                }
                Identifier::SubjectKey(key) => certificate.subject_key_identifier() == Some(key.value),
            }
        })
    }
}

/// Names are compared by what their attributes say: some states write another string type in the identifier of the signer.
fn same_name(one: &Node<'_>, other: &Node<'_>) -> bool {
    if one.value == other.value {
        return true;
    }
    let texts = |node: &Node<'_>| {
        let attributes = Name::read(*node).ok()?.attributes;
        Some(attributes.iter().map(|one| (one.kind.value.to_vec(), one.value.value.to_vec())).collect::<Vec<_>>())
    };
    texts(one).is_some_and(|one| Some(one) == texts(other))
}

impl<'a> Signer<'a> {
    /// ```text
    /// SignerInfo ::= SEQUENCE {
    ///     version INTEGER, sid CHOICE { SEQUENCE { issuer Name, serialNumber INTEGER }, [0] IMPLICIT OCTET STRING },
    ///     digestAlgorithm, signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL, signatureAlgorithm, signature OCTET STRING,
    ///     unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
    /// ```
    fn read(node: Node<'a>) -> Result<Signer<'a>, Broken> {
        let mut fields = node.fields();
        let version = fields.expect(0x02, "version of the signer")?;
        let identifier_node = fields.any("sid")?;
        let identifier = match identifier_node.tag {
            0x30 => {
                let mut pair = identifier_node.fields();
                let issuer = pair.expect(0x30, "issuer of the signer")?;
                let serial = pair.expect(0x02, "serial number of the signer")?;
                pair.finish("sid is issuer and serial number")?;
                Identifier::IssuerAndSerial { issuer, serial }
            }
            0x80 => Identifier::SubjectKey(identifier_node),
            _ => return Err(Broken { position: identifier_node.position, what: "sid" }),
        };
        let digest_algorithm = Algorithm::read(fields.expect(0x30, "digestAlgorithm")?)?;
        let signed_attributes = fields.optional(&[0xA0])?;
        let mut attributes = Vec::new();
        if let Some(wrapper) = signed_attributes {
            let mut list = wrapper.fields();
            while !list.is_empty() {
                let node = list.expect(0x30, "an attribute is a sequence")?;
                let mut pair = node.fields();
                let kind = pair.expect(0x06, "an attribute begins with its type")?;
                let values = pair.expect(0x31, "an attribute has a set of values")?.fields().rest()?;
                pair.finish("an attribute is type and values")?;
                attributes.push(SignedAttribute { node, kind, values });
            }
        }
        let signature_algorithm = Algorithm::read(fields.expect(0x30, "signatureAlgorithm")?)?;
        let signature = fields.expect(0x04, "signature")?;
        let unsigned_attributes = fields.optional(&[0xA1])?;
        fields.finish("nothing follows the signer's attributes")?;
        Ok(Signer {
            node,
            version,
            identifier_node,
            identifier,
            digest_algorithm,
            signed_attributes,
            attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
        })
    }
    pub(super) fn attribute(&self, oid: &const_oid::ObjectIdentifier) -> Option<&SignedAttribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.kind.is_oid(oid))
    }
}
