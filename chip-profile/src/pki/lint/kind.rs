//! What bytes seem to be.

use std::fmt;

use super::certificate::Certificate;
use super::der::Node;
use super::oids;
use crate::lds::FileId;

/// Something that Doc 9303 has a profile for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// Self-signed certificate of a country signer.
    CountrySigner,
    /// Certificate that leads from one country signer's key or name to the next.
    LinkCertificate,
    /// Certificate of a document signer.
    DocumentSigner,
    /// Certificate of a master list signer.
    MasterListSigner,
    /// Certificate of a deviation list signer.
    DeviationListSigner,
    /// Certificate for the protocols by which states and the PKD talk.
    Communication,
    /// Certificate of a signer of travel records, visas or additional biometrics on the chip.
    Lds2Signer,
    /// Certificate of a signer of visible digital seals.
    BarCodeSigner,
    /// Revocation list of a country signer.
    RevocationList,
    /// CSCA master list.
    MasterList,
    /// Deviation list.
    DeviationList,
    /// EF.SOD, with or without its outer tag.
    SecurityObject,
    /// EF.CardSecurity.
    CardSecurity,
    /// Any other file of the chip.
    File(FileId),
}

impl DocumentKind {
    /// Every kind that is not a file of the logical data structure.
    pub const ALL: [DocumentKind; 13] = [
        DocumentKind::CountrySigner,
        DocumentKind::LinkCertificate,
        DocumentKind::DocumentSigner,
        DocumentKind::MasterListSigner,
        DocumentKind::DeviationListSigner,
        DocumentKind::Communication,
        DocumentKind::Lds2Signer,
        DocumentKind::BarCodeSigner,
        DocumentKind::RevocationList,
        DocumentKind::MasterList,
        DocumentKind::DeviationList,
        DocumentKind::SecurityObject,
        DocumentKind::CardSecurity,
    ];

    /// What it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            DocumentKind::CountrySigner => "country signer certificate",
            DocumentKind::LinkCertificate => "link certificate",
            DocumentKind::DocumentSigner => "document signer certificate",
            DocumentKind::MasterListSigner => "master list signer certificate",
            DocumentKind::DeviationListSigner => "deviation list signer certificate",
            DocumentKind::Communication => "communication certificate",
            DocumentKind::Lds2Signer => "LDS2 signer certificate",
            DocumentKind::BarCodeSigner => "bar code signer certificate",
            DocumentKind::RevocationList => "revocation list",
            DocumentKind::MasterList => "master list",
            DocumentKind::DeviationList => "deviation list",
            DocumentKind::SecurityObject => "EF.SOD",
            DocumentKind::CardSecurity => "EF.CardSecurity",
            DocumentKind::File(file) => file.name(),
        }
    }
    /// Whether it is one of the kinds of certificates.
    pub fn is_certificate(self) -> bool {
        matches!(
            self,
            DocumentKind::CountrySigner
                | DocumentKind::LinkCertificate
                | DocumentKind::DocumentSigner
                | DocumentKind::MasterListSigner
                | DocumentKind::DeviationListSigner
                | DocumentKind::Communication
                | DocumentKind::Lds2Signer
                | DocumentKind::BarCodeSigner
        )
    }

    /// The kind that `bytes` seem to be of: by their outermost tags, and for certificates by what the extensions claim.
    pub fn detect(bytes: &[u8]) -> Option<DocumentKind> {
        let node = Node::first(bytes, 0).ok()?;
        match node.tag {
            0x30 => signed(&node),
            0x77 => Some(DocumentKind::SecurityObject),
            0x31 => Some(DocumentKind::File(FileId::CARD_ACCESS)),
            // A data group 1 holds the machine readable zone, EF.DIR application templates of the same tag.
            0x61 => match node.fields().next().ok()? {
                Some(inner) if inner.tag == 0x4F => Some(DocumentKind::File(FileId::DIR)),
                _ => Some(DocumentKind::File(FileId::DG1)),
            },
            tag => FileId::from_tag(tag).map(DocumentKind::File),
        }
    }
}

impl From<FileId> for DocumentKind {
    fn from(file: FileId) -> DocumentKind {
        match file {
            FileId::SOD => DocumentKind::SecurityObject,
            FileId::CARD_SECURITY => DocumentKind::CardSecurity,
            file => DocumentKind::File(file),
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A signed structure: a content of the cryptographic message syntax, a revocation list or a certificate.
fn signed(node: &Node<'_>) -> Option<DocumentKind> {
    let mut fields = node.fields();
    let first = fields.next().ok()??;
    if first.is_oid(&oids::SIGNED_DATA) {
        return content(fields.next().ok()??);
    }
    if first.tag != 0x30 {
        return None;
    }
    // A revocation list has a time where a certificate has the sequence of two; a request has no time at all.
    let mut inner = first.fields();
    let mut tags = Vec::new();
    while let (Ok(Some(field)), true) = (inner.next(), tags.len() < 5) {
        tags.push(field.tag);
    }
    match tags.as_slice() {
        [0x02, 0x30, 0x30, 0x17 | 0x18, ..] | [0x30, 0x30, 0x17 | 0x18, ..] => Some(DocumentKind::RevocationList),
        [0xA0, 0x02, 0x30, 0x30, 0x30] | [0x02, 0x30, 0x30, 0x30, 0x30] => Some(certificate(node.whole)),
        _ => None,
    }
}

fn content(wrapper: Node<'_>) -> Option<DocumentKind> {
    let mut fields = wrapper.fields().expect(0x30, "SignedData").ok()?.fields();
    fields.expect(0x02, "version").ok()?;
    fields.expect(0x31, "digestAlgorithms").ok()?;
    let kind = fields.expect(0x30, "encapContentInfo").ok()?.fields().next().ok()??;
    [
        (oids::LDS_SECURITY_OBJECT, DocumentKind::SecurityObject),
        (oids::CSCA_MASTER_LIST, DocumentKind::MasterList),
        (oids::DEVIATION_LIST, DocumentKind::DeviationList),
        (oids::SECURITY_OBJECT, DocumentKind::CardSecurity),
    ]
    .into_iter()
    .find_map(|(oid, found)| kind.is_oid(&oid).then_some(found))
}

/// One that cannot be read is most likely to be what there are most of.
fn certificate(bytes: &[u8]) -> DocumentKind {
    let Ok(certificate) = Certificate::read(bytes) else { return DocumentKind::DocumentSigner };
    let purpose = |oid| certificate.has_purpose(oid);
    let internet = |purposes: Vec<Node<'_>>| {
        purposes.iter().any(|purpose| purpose.value.starts_with(oids::INTERNET_PURPOSES.as_bytes()))
    };
    let signs_certificates = certificate.key_usage().is_some_and(|(_, bits)| bits & 1 << 5 != 0);
    let same_name = certificate.issuer.node.value == certificate.subject.node.value;
    if purpose(&oids::MASTER_LIST_SIGNING) {
        DocumentKind::MasterListSigner
    } else if purpose(&oids::DEVIATION_LIST_SIGNING) {
        DocumentKind::DeviationListSigner
    } else if oids::LDS2_SIGNERS.iter().any(purpose) {
        DocumentKind::Lds2Signer
    } else if purpose(&oids::BAR_CODE_SIGNING) {
        DocumentKind::BarCodeSigner
    } else if oids::SPOC.iter().any(purpose) {
        DocumentKind::Communication
    } else if certificate.is_authority() || signs_certificates || same_name {
        let authority = certificate.authority_key_identifier().and_then(|identifier| identifier.key_identifier);
        let own_key = match (authority, certificate.subject_key_identifier()) {
            (Some(authority), Some(own)) => authority.value == own,
            _ => true,
        };
        if same_name && own_key { DocumentKind::CountrySigner } else { DocumentKind::LinkCertificate }
    } else if certificate.purposes().is_some_and(internet) {
        DocumentKind::Communication
    } else {
        DocumentKind::DocumentSigner
    }
}
