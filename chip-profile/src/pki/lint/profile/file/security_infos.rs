//! Doc 9303-11 9.2: SecurityInfos, as DG14, EF.CardAccess and EF.CardSecurity hold them.

mod chip_keys;
mod pace;

use const_oid::ObjectIdentifier;

use crate::lds::security_infos::STANDARDIZED_DOMAIN_PARAMETERS;
use crate::lds::{FileId, SecurityInfo};
use crate::pki::lint::der::Node;
use crate::pki::lint::oids;
use crate::pki::lint::report::{Findings, Hits, Line};

/// The elements of a set, each with its place in the file.
pub(in crate::pki::lint) struct Infos {
    file: FileId,
    elements: Vec<(usize, SecurityInfo)>,
}

pub(in crate::pki::lint) type InfosLine = Line<fn(&Infos, &mut Hits<'_>)>;

impl Infos {
    /// Those of a set in this file; `None` when one cannot be read, which is another rule's to tell.
    pub(in crate::pki::lint) fn read(file: FileId, set: Node<'_>) -> Option<Infos> {
        let elements = if set.tag == 0x31 { set.fields().rest().ok()? } else { return None };
        let read = |node: Node<'_>| Some((node.position, SecurityInfo::from_der(node.whole).ok()?));
        Some(Infos { file, elements: elements.into_iter().map(read).collect::<Option<_>>()? })
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &SecurityInfo)> {
        self.elements.iter().map(|(position, info)| (*position, info))
    }
}

/// Every line about such sets.
pub(in crate::pki::lint) fn lines() -> impl Iterator<Item = &'static InfosLine> {
    [pace::LINES, chip_keys::LINES].into_iter().flatten()
}

/// Applies them.
pub(in crate::pki::lint) fn apply(infos: &Infos, findings: &mut Findings) {
    for line in lines() {
        (line.check)(infos, &mut findings.of(&line.rule));
    }
}

/// The last arcs of an identifier below `parent`.
fn arcs_below(oid: &ObjectIdentifier, parent: &ObjectIdentifier) -> Option<Vec<u8>> {
    oid.as_bytes().strip_prefix(parent.as_bytes()).map(<[u8]>::to_vec)
}

/// How an algorithm identifier tells its domain parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parameters {
    /// All numbers of an elliptic curve, or of a group.
    Explicit(KeyAgreement),
    /// The name of a curve, or none.
    Named,
    /// A number of Doc 9303-11 table 12.
    Standardized(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyAgreement {
    DiffieHellman,
    EllipticCurve,
}

impl KeyAgreement {
    /// Of standardized domain parameters: numbers below 8 are of groups.
    fn of_number(number: u32) -> KeyAgreement {
        if number < 8 { KeyAgreement::DiffieHellman } else { KeyAgreement::EllipticCurve }
    }
}

/// Numbers of table 12 that are not reserved.
fn is_standardized(number: u32) -> bool {
    matches!(number, 0..=2 | 8..=18)
}

/// What the AlgorithmIdentifier says; `None` for algorithms that Doc 9303-11 9.5 does not name.
fn parameters_of(algorithm: Node<'_>) -> Option<Parameters> {
    /// dhpublicnumber of ANSI X9.42, and dhKeyAgreement of PKCS #3.
    const GROUPS: [ObjectIdentifier; 2] =
        [ObjectIdentifier::new_unwrap("1.2.840.10046.2.1"), ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1")];
    let mut fields = algorithm.fields();
    let oid = fields.expect(0x06, "algorithm").ok()?;
    let parameters = fields.next().ok().flatten();
    let tag = parameters.map(|node| node.tag);
    if oid.is_oid(&oids::EC_PUBLIC_KEY) {
        let explicit = Parameters::Explicit(KeyAgreement::EllipticCurve);
        return Some(if tag == Some(0x30) { explicit } else { Parameters::Named });
    }
    if oid.is_oid(&STANDARDIZED_DOMAIN_PARAMETERS) {
        let number = parameters.filter(|node| node.tag == 0x02 && node.value.len() == 1)?;
        return number.value.first().map(|number| Parameters::Standardized(u32::from(*number)));
    }
    GROUPS.iter().any(|group| oid.is_oid(group)).then_some(Parameters::Explicit(KeyAgreement::DiffieHellman))
}

/// The same of a SubjectPublicKeyInfo.
fn parameters_of_key(public_key: &[u8]) -> Option<Parameters> {
    parameters_of(Node::first(public_key, 0).ok()?.fields().expect(0x30, "algorithm").ok()?)
}

/// Whether a key lies on a curve that is named, or not told.
pub(super) fn has_named_curve(public_key: &[u8]) -> bool {
    parameters_of_key(public_key) == Some(Parameters::Named)
}
