//! Every rule has a document, altered from a good one, that breaks it and nothing else.

mod certificates;
pub(super) mod files;
mod lists;
mod signed;

use std::collections::BTreeSet;

use super::edit::{Document, State, Tree, signed_data};
use super::*;

/// Where an alteration begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Csca,
    Link,
    LinkWithName,
    DocumentSigner,
    MasterListSigner,
    DeviationListSigner,
    Communication,
    Lds2Signer,
    BarCodeSigner,
    RevocationList,
    MasterList,
    DeviationList,
    SecurityObject,
    CardSecurity,
}

/// A rule, a good document and what breaks it.
type Case = (&'static str, Base, fn(&mut Document));

const BASES: [Base; 14] = [
    Base::Csca,
    Base::Link,
    Base::LinkWithName,
    Base::DocumentSigner,
    Base::MasterListSigner,
    Base::DeviationListSigner,
    Base::Communication,
    Base::Lds2Signer,
    Base::BarCodeSigner,
    Base::RevocationList,
    Base::MasterList,
    Base::DeviationList,
    Base::SecurityObject,
    Base::CardSecurity,
];

fn document(state: &State, base: Base) -> Document {
    let new = Document::new;
    match base {
        Base::Csca => new(DocumentKind::CountrySigner, &state.csca),
        Base::Link => new(DocumentKind::LinkCertificate, &state.link),
        Base::LinkWithName => new(DocumentKind::LinkCertificate, &state.link_with_name),
        Base::DocumentSigner => new(DocumentKind::DocumentSigner, &state.document_signer),
        Base::MasterListSigner => new(DocumentKind::MasterListSigner, &state.master_list_signer),
        Base::DeviationListSigner => new(DocumentKind::DeviationListSigner, &state.deviation_list_signer),
        Base::Communication => new(DocumentKind::Communication, &state.communication),
        Base::Lds2Signer => short(state, DocumentKind::Lds2Signer, "TS0001", "2.23.136.1.1.9.8.1"),
        Base::BarCodeSigner => short(state, DocumentKind::BarCodeSigner, "D1", "2.23.136.1.1.11.1"),
        Base::RevocationList => new(DocumentKind::RevocationList, &state.revocation_list),
        Base::MasterList => {
            let mut certificates = [Tree::parse(&state.csca), Tree::parse(&state.link)];
            certificates.sort_by_key(Tree::to_der);
            let list = Tree::constructed(0x31, certificates.to_vec());
            let content = Tree::constructed(0x30, vec![Tree::primitive(0x02, &[0]), list]).to_der();
            let certificates: [&[u8]; 2] = [&state.master_list_signer, &state.csca];
            list_of(DocumentKind::MasterList, "2.23.136.1.1.2", &content, &certificates)
        }
        Base::DeviationList => {
            let list = Tree::constructed(0x31, Vec::new());
            let content = Tree::constructed(0x30, vec![Tree::primitive(0x02, &[0]), list]).to_der();
            let certificates: [&[u8]; 2] = [&state.deviation_list_signer, &state.csca];
            list_of(DocumentKind::DeviationList, "2.23.136.1.1.7", &content, &certificates)
        }
        Base::SecurityObject => {
            let value = |number| {
                Tree::constructed(0x30, vec![Tree::primitive(0x02, &[number]), Tree::primitive(0x04, &[number; 32])])
            };
            let versions = vec![Tree::primitive(0x13, b"0108"), Tree::primitive(0x13, b"040000")];
            let content = Tree::constructed(
                0x30,
                vec![
                    Tree::primitive(0x02, &[1]),
                    Tree::constructed(0x30, vec![Tree::oid("2.16.840.1.101.3.4.2.1")]),
                    Tree::constructed(0x30, vec![value(1), value(2), value(14)]),
                    Tree::constructed(0x30, versions),
                ],
            );
            let data = signed_data("2.23.136.1.1.1", &content.to_der(), &[&state.document_signer], false);
            let file = Tree::constructed(0x77, vec![data]);
            Document {
                tree: file,
                ..list_of(DocumentKind::SecurityObject, "2.23.136.1.1.1", &[], &[&state.document_signer])
            }
        }
        Base::CardSecurity => {
            // PACEInfo of the worked example of Doc 9303-11 appendix D.
            let info = Tree::constructed(
                0x30,
                vec![Tree::oid("0.4.0.127.0.7.2.2.4.2.2"), Tree::primitive(0x02, &[2]), Tree::primitive(0x02, &[13])],
            );
            let content = Tree::constructed(0x31, vec![info]).to_der();
            let data = signed_data("0.4.0.127.0.7.3.2.1", &content, &[&state.document_signer], false);
            Document {
                tree: data,
                ..list_of(DocumentKind::CardSecurity, "0.4.0.127.0.7.3.2.1", &[], &[&state.document_signer])
            }
        }
    }
}

fn list_of(kind: DocumentKind, content_type: &str, content: &[u8], certificates: &[&[u8]]) -> Document {
    let tree = signed_data(content_type, content, certificates, true);
    Document { tree, mend_digest: true, mend_order: true, sign: true, kind }
}

/// A certificate of the short profiles, cut from a document signer's.
fn short(state: &State, kind: DocumentKind, common_name: &str, purpose: &str) -> Document {
    let mut document = Document::new(kind, &state.document_signer);
    for oid in ["2.5.29.14", "2.5.29.15", "2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.23.136.1.1.6.2"] {
        document.remove(oid);
    }
    document.add("2.5.29.37", true, &Tree::constructed(0x30, vec![Tree::oid(purpose)]).to_der());
    let subject = document.at(super::edit::SUBJECT);
    subject.children.retain(|set| set.children[0].children[0] == Tree::oid("2.5.4.6"));
    let pair = vec![Tree::oid("2.5.4.3"), Tree::primitive(0x13, common_name.as_bytes())];
    subject.children.push(Tree::constructed(0x31, vec![Tree::constructed(0x30, pair)]));
    document
}

#[test]
fn good_documents_have_no_findings_and_are_recognised() {
    let state = State::utopia();
    for base in BASES {
        let document = document(&state, base);
        let kind = document.kind;
        let bytes = document.finish();
        let report = lint(None, &bytes);
        assert_eq!(report.kind, Some(kind));
        assert!(report.is_clean(), "{base:?}\n{report}");
    }
}

#[test]
fn each_alteration_breaks_its_rule_and_no_other() {
    let state = State::utopia();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (id, base, alter) in certificates::CASES.iter().chain(lists::CASES).chain(signed::CASES) {
        let mut document = document(&state, *base);
        let kind = document.kind;
        alter(&mut document);
        let report = lint(Some(kind), &document.finish());
        let ids: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        if ids != BTreeSet::from([*id]) {
            wrong.push(format!("{id} on {base:?}: {ids:?}\n{report}"));
        }
        seen.insert(*id);
    }
    for (id, kind, bytes) in raw_cases(&state) {
        let report = lint(kind, &bytes);
        let ids: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        if ids != BTreeSet::from([id]) {
            wrong.push(format!("{id}: {ids:?}\n{report}"));
        }
        seen.insert(id);
    }
    for (id, kind, bytes) in files::cases() {
        let report = lint(Some(kind), &bytes);
        let ids: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        if ids != BTreeSet::from([id]) {
            wrong.push(format!("{id} on {kind}: {ids:?}\n{report}"));
        }
        seen.insert(id);
    }
    for (id, files) in super::chip::cases() {
        let report = lint_chip(&files);
        let ids: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        if ids != BTreeSet::from([id]) {
            wrong.push(format!("{id} between files: {ids:?}\n{report}"));
        }
        seen.insert(id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<&str> = rules().iter().map(|rule| rule.id).collect();
    assert_eq!(all.len(), rules().len(), "a name is used twice");
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules without a broken document");
    assert_eq!(seen.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new(), "names that are no rule's");
}

/// What cannot be said as an alteration of a tree.
fn raw_cases(state: &State) -> Vec<(&'static str, Option<DocumentKind>, Vec<u8>)> {
    let cut = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
    let mut long = vec![0x76, 0x82, 0x80, 0x00];
    long.extend([0; 0x8000]);
    vec![
        ("unknown", None, vec![0x04, 0x01, 0x00]),
        ("unknown", None, Vec::new()),
        ("certificate.structure", Some(DocumentKind::CountrySigner), cut(&state.csca)),
        ("certificate.structure", None, longer(&state.csca)),
        ("revocation_list.structure", None, longer(&state.revocation_list)),
        ("revocation_list.structure", Some(DocumentKind::RevocationList), cut(&state.revocation_list)),
        ("signed_data.structure", Some(DocumentKind::MasterList), vec![0x30, 0x00]),
        ("file.length", None, long),
    ]
}
