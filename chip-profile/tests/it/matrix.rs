//! For every suite a document and its tampered twins, before our inspection and before strangers: the good one is accepted by
//! all, and each twin is refused by all who look at what was tampered with, for the same reason.
//!
//! | judge | looks at | does not look at |
//! |---|---|---|
//! | ours | everything | |
//! | OpenSSL | signature, hashes, lists, certificates and their dates; it follows no chain whose keys have explicit curve parameters, so each certificate is verified under its issuer's key by itself | |
//! | `@zkpassport/utils` | the same with its own parsers and its own arithmetic | |
//! | `dmrtd` | hashes, lists, signature, chain; it ends at the first fault | dates, and the country signer's own signature |

mod dmrtd;
mod openssl;
mod ours;
mod twins;
mod zkpassport;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chip_profile::lds::FileId;

use crate::specimen::State;
use crate::suites::suites;
use twins::{Twin, twins};

/// Why a document is refused, in words that all judges share: `unreadable`, `signature`, `chain`, `signer_validity`,
/// `anchor_validity`, `anchor_signature`, and with the number of a data group `hash:2` and `list:13`.
type Reasons = BTreeSet<String>;

fn reasons(words: impl IntoIterator<Item = impl Into<String>>) -> Reasons {
    words.into_iter().map(Into::into).collect()
}

/// A twin with the suite that it is of and the folder in which strangers find it.
struct Case {
    suite: String,
    twin: Twin,
    folder: PathBuf,
}

impl Case {
    fn name(&self) -> String {
        format!("{}: {}", self.suite, self.twin.name)
    }

    /// The place of a file in the folder.
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// The numbers of the data groups that are there.
    fn groups(&self) -> Vec<u8> {
        self.twin.files.keys().filter_map(|file| file.data_group()).collect()
    }
}

/// All cases, written into folders: `EF.SOD.bin`, `DG1.bin` and so on, and `csca.der`.
fn cases(place: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for suite in suites(place) {
        let state = State::of(&suite);
        cases.extend(twins(&suite, &state).into_iter().map(|twin| (suite.name.clone(), twin)));
    }
    let lay = |(index, (suite, twin)): (usize, (String, Twin))| {
        let folder = place.join(index.to_string());
        std::fs::create_dir(&folder).unwrap();
        let case = Case { suite, twin, folder };
        for (file, contents) in &case.twin.files {
            let name = file.data_group().map_or(file.to_string(), |number| format!("DG{number}"));
            std::fs::write(case.path(&format!("{name}.bin")), contents).unwrap();
        }
        std::fs::write(case.path("csca.der"), &case.twin.country_signer).unwrap();
        case
    };
    cases.into_iter().enumerate().map(lay).collect()
}

#[test]
fn every_suite_is_accepted_and_its_tampered_twins_are_refused_for_one_reason_by_all() {
    let place = tempfile::tempdir().unwrap();
    let cases = cases(place.path());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.twin.name.as_str()).collect();
    assert!(cases.iter().map(|case| &case.suite).collect::<BTreeSet<_>>().len() >= 8);
    assert!(names.len() >= 30, "{names:?}");
    assert_eq!(cases.iter().filter(|case| case.twin.expected.is_empty()).count() % 8, 0);

    let mut faults = Vec::new();
    let mut compare = |judge: &str, judgements: Option<Vec<Reasons>>, agrees: fn(&Reasons, &Reasons) -> bool| {
        let Some(judgements) = judgements else { return };
        assert_eq!(judgements.len(), cases.len());
        for (case, found) in cases.iter().zip(judgements) {
            if !agrees(&case.twin.expected, &found) {
                faults.push(format!("{judge}: {}: expected {:?}, found {found:?}", case.name(), case.twin.expected));
            }
        }
    };
    compare("ours", Some(ours::judge(&cases)), |expected, found| expected == found);
    compare("openssl", Some(openssl::judge(&cases)), |expected, found| expected == found);
    compare("zkpassport", zkpassport::judge(&cases), |expected, found| expected == found);
    compare("dmrtd", dmrtd::judge(&cases), |expected, found| {
        let seen = expected.iter().any(|reason| !reason.contains("validity") && !reason.starts_with("anchor"));
        found.is_subset(expected) && found.is_empty() != seen
    });
    assert!(faults.is_empty(), "{} faults of {} cases\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// The data groups of the documents, so that a new kind does not stay out of the matrix unseen.
#[test]
fn the_documents_of_the_matrix_have_every_data_group_that_is_issued() {
    let files = crate::specimen::unsigned_files();
    let groups: Vec<FileId> = files.keys().copied().filter(|file| file.data_group().is_some()).collect();
    assert_eq!(groups, [FileId::DG1, FileId::DG2, FileId::DG11, FileId::DG12, FileId::DG14, FileId::DG15]);
}
