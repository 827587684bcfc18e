//! Good documents, and a hand that alters them at a chosen place.

use const_oid::ObjectIdentifier;
use rand_core::SeedableRng;

use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::pki::lint::DocumentKind;
use crate::pki::{
    Certificate, Communication, CountrySigner, DocumentSigner, LinkCertificate, ListKind, ListSigner,
    RevocationListRequest, SerialNumber, UnixTime, UsagePeriod, Validity,
};
use crate::signature::{SignatureScheme, VerifyingKey};
use crate::sod::testing::{alternative_name, name};
use crate::tlv;

/// A data object that can be taken apart and put together again, well or badly.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    pub(crate) tag: u8,
    pub(crate) bytes: Vec<u8>,
    pub(crate) children: Vec<Tree>,
    /// The length is written with a byte more than needed.
    pub(crate) long: bool,
}

impl Tree {
    pub(crate) fn parse(bytes: &[u8]) -> Tree {
        let mut reader = tlv::Reader::new(bytes);
        let object = reader.next_object().unwrap().unwrap();
        let mut tree = Tree::primitive(object.tag as u8, object.value);
        if object.is_constructed() {
            tree.bytes.clear();
            let mut inner = object.reader();
            while !inner.is_empty() {
                let rest = inner.remaining();
                inner.next_object().unwrap();
                tree.children.push(Tree::parse(&rest[..rest.len() - inner.remaining().len()]));
            }
        }
        tree
    }
    pub(crate) fn primitive(tag: u8, bytes: &[u8]) -> Tree {
        Tree { tag, bytes: bytes.to_vec(), children: Vec::new(), long: false }
    }
    pub(crate) fn constructed(tag: u8, children: Vec<Tree>) -> Tree {
        Tree { tag, bytes: Vec::new(), children, long: false }
    }
    pub(crate) fn oid(oid: &str) -> Tree {
        Tree::primitive(0x06, ObjectIdentifier::new_unwrap(oid).as_bytes())
    }
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let mut value = self.bytes.clone();
        self.children.iter().for_each(|child| value.extend(child.to_der()));
        let mut out = Vec::new();
        if self.long {
            out.extend([self.tag, 0x84]);
            out.extend((value.len() as u32).to_be_bytes());
            out.extend(value);
        } else {
            tlv::push(&mut out, u32::from(self.tag), &value);
        }
        out
    }
    /// The object reached by these positions, one level each.
    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Tree {
        path.iter().fold(self, |tree, index| &mut tree.children[*index])
    }
    /// Puts the tree inside of the octet string in the place of its bytes.
    pub(crate) fn inside(&mut self, change: impl FnOnce(&mut Tree)) {
        let mut inner = Tree::parse(&self.bytes);
        change(&mut inner);
        self.bytes = inner.to_der();
    }
}

/// A document under alteration.
pub(crate) struct Document {
    pub(crate) tree: Tree,
    /// Signed data: the message digest is made anew, attributes are sorted, the signature is made anew.
    pub(crate) mend_digest: bool,
    pub(crate) mend_order: bool,
    pub(crate) sign: bool,
    pub(crate) kind: DocumentKind,
}

// Places in a certificate, from the outermost sequence.
pub(crate) const SERIAL: &[usize] = &[0, 1];
pub(crate) const INNER_ALGORITHM: &[usize] = &[0, 2];
pub(crate) const ISSUER: &[usize] = &[0, 3];
pub(crate) const NOT_BEFORE: &[usize] = &[0, 4, 0];
pub(crate) const NOT_AFTER: &[usize] = &[0, 4, 1];
pub(crate) const SUBJECT: &[usize] = &[0, 5];
pub(crate) const KEY: &[usize] = &[0, 6];
pub(crate) const ALGORITHM: &[usize] = &[1];

impl Document {
    pub(crate) fn new(kind: DocumentKind, bytes: &[u8]) -> Document {
        Document { tree: Tree::parse(bytes), mend_digest: true, mend_order: true, sign: true, kind }
    }
    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Tree {
        self.tree.at(path)
    }
    fn extensions(&mut self) -> &mut Vec<Tree> {
        let tag = if self.kind == DocumentKind::RevocationList { 0xA0 } else { 0xA3 };
        let tbs = &mut self.tree.children[0];
        &mut tbs.children.iter_mut().find(|field| field.tag == tag).unwrap().children[0].children
    }
    pub(crate) fn extension(&mut self, oid: &str) -> &mut Tree {
        let wanted = Tree::oid(oid);
        self.extensions().iter_mut().find(|extension| extension.children[0] == wanted).unwrap()
    }
    pub(crate) fn remove(&mut self, oid: &str) {
        let wanted = Tree::oid(oid);
        self.extensions().retain(|extension| extension.children[0] != wanted);
    }
    pub(crate) fn add(&mut self, oid: &str, critical: bool, value: &[u8]) {
        let mut children = vec![Tree::oid(oid)];
        if critical {
            children.push(Tree::primitive(0x01, &[0xFF]));
        }
        children.push(Tree::primitive(0x04, value));
        self.extensions().push(Tree::constructed(0x30, children));
    }
    /// Makes an extension critical or not.
    pub(crate) fn set_critical(&mut self, oid: &str, critical: bool) {
        let extension = self.extension(oid);
        extension.children.retain(|child| child.tag != 0x01);
        if critical {
            extension.children.insert(1, Tree::primitive(0x01, &[0xFF]));
        }
    }
    /// Changes the value inside of an extension.
    pub(crate) fn value(&mut self, oid: &str, change: impl FnOnce(&mut Tree)) {
        self.extension(oid).children.last_mut().unwrap().inside(change);
    }

    // Signed data: from the outermost sequence, without the tag of EF.SOD.
    pub(crate) fn signed_data(&mut self) -> &mut Tree {
        let outer = if self.tree.tag == 0x77 { &mut self.tree.children[0] } else { &mut self.tree };
        outer.at(&[1, 0])
    }
    pub(crate) fn content(&mut self, change: impl FnOnce(&mut Tree)) {
        self.signed_data().at(&[2, 1, 0]).inside(change);
    }
    pub(crate) fn signer(&mut self) -> &mut Tree {
        self.signed_data().children.last_mut().unwrap().at(&[0])
    }
    pub(crate) fn attributes(&mut self) -> &mut Vec<Tree> {
        &mut self.signer().at(&[3]).children
    }

    /// The bytes, signed again where the linter verifies.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        match self.kind {
            DocumentKind::CountrySigner if self.sign => {
                let scheme = SignatureScheme::from_der(&self.at(ALGORITHM).to_der());
                if let Ok(SignatureScheme::Ecdsa(hash)) = scheme {
                    let message = self.at(&[0]).to_der();
                    self.at(&[2]).bytes = [vec![0], csca_key().sign(hash, &message)].concat();
                }
            }
            DocumentKind::MasterList
            | DocumentKind::DeviationList
            | DocumentKind::SecurityObject
            | DocumentKind::CardSecurity => self.finish_signed_data(),
            _ => {}
        }
        self.tree.to_der()
    }
    fn finish_signed_data(&mut self) {
        let has_attributes = self
            .signed_data()
            .children
            .last()
            .unwrap()
            .children
            .first()
            .is_some_and(|signer| signer.children.get(3).is_some_and(|attributes| attributes.tag == 0xA0));
        if !has_attributes || !self.sign {
            return;
        }
        let hash = HashAlgorithm::Sha256;
        if self.mend_digest {
            let content = self.signed_data().at(&[2]).children.get(1).map(|wrapper| wrapper.children[0].bytes.clone());
            let digest = hash.digest(&content.unwrap_or_default());
            for attribute in self.attributes().iter_mut() {
                if attribute.children[0] == Tree::oid("1.2.840.113549.1.9.4") {
                    attribute.children[1].children[0].bytes = digest.clone();
                }
            }
        }
        if self.mend_order {
            self.attributes().sort_by_key(Tree::to_der);
        }
        let mut message = self.signer().at(&[3]).clone();
        message.tag = 0x31;
        self.signer().at(&[5]).bytes = signer_key().sign(hash, &message.to_der());
    }
}

fn key(seed: u64) -> KeyPair {
    KeyPair::generate(Curve::P256, &mut rand_chacha::ChaCha20Rng::seed_from_u64(seed))
}
pub(crate) fn csca_key() -> KeyPair {
    key(1)
}
pub(crate) fn signer_key() -> KeyPair {
    key(2)
}

pub(crate) fn start() -> UnixTime {
    UnixTime::from_civil(2026, 11, 21, 0, 0, 0).unwrap()
}

fn serial(number: u8) -> SerialNumber {
    SerialNumber::from_octets([number; 20])
}

fn addresses() -> Vec<String> {
    vec!["https://pki.utopia.example/UTO.crl".to_owned()]
}

/// What signs a certificate: the bytes to the signature.
pub(crate) type Sign<'s> = &'s dyn Fn(&[u8]) -> Vec<u8>;

/// Certificates and a revocation list of one state, in every kind that is issued.
pub(crate) struct State {
    pub(crate) csca: Vec<u8>,
    pub(crate) link: Vec<u8>,
    pub(crate) link_with_name: Vec<u8>,
    pub(crate) document_signer: Vec<u8>,
    pub(crate) master_list_signer: Vec<u8>,
    pub(crate) deviation_list_signer: Vec<u8>,
    pub(crate) communication: Vec<u8>,
    pub(crate) revocation_list: Vec<u8>,
}

impl State {
    /// A state whose country signer has this key and signs so.
    pub(crate) fn new(csca_key: VerifyingKey, scheme: SignatureScheme, sign: Sign<'_>, below: &VerifyingKey) -> State {
        let validity = Validity { not_before: start(), not_after: start().plus_months(15 * 12) };
        let country_signer = |common_name: &str, key: VerifyingKey, number| CountrySigner {
            serial: serial(number),
            name: name(common_name),
            alternative_name: alternative_name(),
            validity,
            usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3 * 12) },
            public_key: key,
            revocation_list_addresses: addresses(),
            policies: vec![ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1")],
        };
        let issue = |unsigned: crate::pki::UnsignedCertificate| unsigned.assemble(&sign(unsigned.to_be_signed()));
        let csca = issue(country_signer("CSCA Utopia", csca_key, 1).finalize(scheme).unwrap());
        let issuer = Certificate::parse(&csca).unwrap();
        let next_key = key(3);
        let next = |common_name| {
            let unsigned = country_signer(common_name, next_key.public_key().clone().into(), 2);
            let unsigned = unsigned.finalize(SignatureScheme::for_curve(Curve::P256)).unwrap();
            let bytes = unsigned.assemble(&next_key.sign(HashAlgorithm::Sha256, unsigned.to_be_signed()));
            let link = LinkCertificate { serial: serial(3), validity };
            issue(link.finalize(&issuer, &Certificate::parse(&bytes).unwrap(), scheme).unwrap())
        };
        let below_validity = Validity { not_before: start(), not_after: start().plus_months(123) };
        let usage_period = UsagePeriod { not_before: start(), not_after: start().plus_months(3) };
        let document_signer = DocumentSigner {
            serial: serial(4),
            subject: name("Document Signer 1"),
            alternative_name: alternative_name(),
            validity: below_validity,
            usage_period,
            public_key: below.clone(),
            document_types: vec!["PP".to_owned(), "P".to_owned()],
            revocation_list_addresses: addresses(),
            policies: Vec::new(),
        };
        let list_signer = |kind| {
            let signer = ListSigner {
                kind,
                serial: serial(5),
                subject: name("List Signer 1"),
                alternative_name: alternative_name(),
                validity: below_validity,
                usage_period: Some(usage_period),
                public_key: below.clone(),
                revocation_list_addresses: addresses(),
                policies: Vec::new(),
            };
            issue(signer.finalize(&issuer, scheme).unwrap())
        };
        let communication = Communication {
            serial: serial(6),
            subject: name("PKD upload"),
            alternative_name: alternative_name(),
            validity: below_validity,
            public_key: below.clone(),
            purposes: vec![ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2")],
            revocation_list_addresses: addresses(),
        };
        let revocation_list = RevocationListRequest {
            number: 200,
            this_update: start(),
            next_update: start().plus_days(90),
            revoked: vec![(serial(9), start().plus_days(-1)), (serial(8), start())],
        };
        State {
            link: next("CSCA Utopia"),
            link_with_name: next("CSCA Utopia 2"),
            document_signer: issue(document_signer.finalize(&issuer, scheme).unwrap()),
            master_list_signer: list_signer(ListKind::Master),
            deviation_list_signer: list_signer(ListKind::Deviation),
            communication: issue(communication.finalize(&issuer, scheme).unwrap()),
            revocation_list: issue(revocation_list.finalize(&issuer, scheme).unwrap()),
            csca,
        }
    }
    /// The state of the tables: P-256 throughout.
    pub(crate) fn utopia() -> State {
        let csca = csca_key();
        let sign = |message: &[u8]| csca.sign(HashAlgorithm::Sha256, message);
        let scheme = SignatureScheme::for_curve(Curve::P256);
        State::new(csca.public_key().clone().into(), scheme, &sign, &signer_key().public_key().clone().into())
    }
    pub(crate) fn documents(&self) -> [(DocumentKind, &[u8]); 8] {
        [
            (DocumentKind::CountrySigner, &self.csca),
            (DocumentKind::LinkCertificate, &self.link),
            (DocumentKind::LinkCertificate, &self.link_with_name),
            (DocumentKind::DocumentSigner, &self.document_signer),
            (DocumentKind::MasterListSigner, &self.master_list_signer),
            (DocumentKind::DeviationListSigner, &self.deviation_list_signer),
            (DocumentKind::Communication, &self.communication),
            (DocumentKind::RevocationList, &self.revocation_list),
        ]
    }
}

/// Signed data around a content, put together here so that the tables do not lean on what they judge.
pub(crate) fn signed_data(content_type: &str, content: &[u8], certificates: &[&[u8]], by_key: bool) -> Tree {
    let signer = Certificate::parse(certificates[0]).unwrap();
    let sha256 = Tree::constructed(0x30, vec![Tree::oid("2.16.840.1.101.3.4.2.1")]);
    let attribute =
        |oid: &str, value: Tree| Tree::constructed(0x30, vec![Tree::oid(oid), Tree::constructed(0x31, vec![value])]);
    let identifier = if by_key {
        Tree::primitive(0x80, signer.subject_key_identifier().unwrap())
    } else {
        Tree::constructed(0x30, vec![Tree::parse(signer.issuer_bytes()), Tree::primitive(0x02, signer.serial())])
    };
    let info = Tree::constructed(
        0x30,
        vec![
            Tree::primitive(0x02, &[if by_key { 3 } else { 1 }]),
            identifier,
            sha256.clone(),
            Tree::constructed(
                0xA0,
                vec![
                    attribute("1.2.840.113549.1.9.3", Tree::oid(content_type)),
                    attribute("1.2.840.113549.1.9.4", Tree::primitive(0x04, &[0; 32])),
                    attribute("1.2.840.113549.1.9.5", Tree::primitive(0x17, b"261121000000Z")),
                ],
            ),
            Tree::constructed(0x30, vec![Tree::oid("1.2.840.10045.4.3.2")]),
            Tree::primitive(0x04, &[]),
        ],
    );
    let mut certificates: Vec<Tree> = certificates.iter().map(|bytes| Tree::parse(bytes)).collect();
    certificates.sort_by_key(Tree::to_der);
    let data = Tree::constructed(
        0x30,
        vec![
            Tree::primitive(0x02, &[3]),
            Tree::constructed(0x31, vec![sha256]),
            Tree::constructed(
                0x30,
                vec![Tree::oid(content_type), Tree::constructed(0xA0, vec![Tree::primitive(0x04, content)])],
            ),
            Tree::constructed(0xA0, certificates),
            Tree::constructed(0x31, vec![info]),
        ],
    );
    Tree::constructed(0x30, vec![Tree::oid("1.2.840.113549.1.7.2"), Tree::constructed(0xA0, vec![data])])
}
