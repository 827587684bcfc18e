//! What states publish.

use std::collections::BTreeMap;

use super::*;
use crate::pki::tests::shared;

/// Reports of the certificates that a published list holds.
fn entries(file: &str) -> Option<(LintReport, Vec<LintReport>)> {
    let bytes = std::fs::read(shared()?.join("vectors/masterlist").join(file)).unwrap();
    let mut report = lint(None, &bytes);
    assert_eq!(report.kind, Some(DocumentKind::MasterList));
    let parts = std::mem::take(&mut report.parts);
    let entries = parts.into_iter().filter(|part| part.name.starts_with("entry")).map(|part| part.report).collect();
    Some((report, entries))
}

#[test]
fn explore() {
    for file in ["DE_ML_2026-05-28-08-28-45.ml", "NL_ML_2026-07-22.ml"] {
        let Some((list, entries)) = entries(file) else { return };
        println!("{list}");
        let mut kinds = BTreeMap::new();
        let mut counts = BTreeMap::new();
        let mut clean = 0;
        for report in &entries {
            *kinds.entry(report.kind.map_or("-", |kind| kind.name())).or_insert(0) += 1;
            clean += usize::from(report.is_clean());
            let mut ids: Vec<_> = report.findings.iter().map(|finding| finding.rule.id).collect();
            ids.sort();
            ids.dedup();
            for id in ids {
                *counts.entry(id).or_insert(0) += 1;
            }
        }
        println!("{file}: {} entries, {clean} clean, {kinds:?}", entries.len());
        for (id, count) in counts {
            let example =
                entries.iter().flat_map(|report| &report.findings).find(|finding| finding.rule.id == id).unwrap();
            println!("{count:5} {id}  e.g. {:?} {}", example.position, example.detail);
        }
    }
}
