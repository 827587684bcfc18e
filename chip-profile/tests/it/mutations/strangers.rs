//! What strangers make of a sample of documents whose EF.SOD was mutated, all of which this crate refuses: `dmrtd` refuses every
//! one of them too; OpenSSL and zkpassport pass signed data in a form of BER that is not DER, with the same content.

use std::path::Path;

use chip_profile::inspection::{Conclusion, InspectionContext, TrustAnchors, inspect};
use chip_profile::lds::FileId;
use chip_profile::sod::SecurityObject;

use super::mutants;
use super::originals::{Original, signed_document};
use crate::readers::Kind;
use crate::specimen::start;
use crate::tools::{each, node, openssl, stranger};

/// Every which mutant is looked at.
const STEP: usize = 7;

struct Sample {
    name: String,
    sod: Vec<u8>,
    place: tempfile::TempDir,
}

impl Sample {
    fn path(&self, name: &str) -> String {
        self.place.path().join(name).to_str().unwrap().to_owned()
    }

    /// What OpenSSL takes for the signed content, if it verifies.
    fn content_of_openssl(&self) -> Option<Vec<u8>> {
        // What stands before the CMS structure is not OpenSSL's to read: a tag and three bytes of length, if they are right.
        let cms = self.sod.strip_prefix(&[0x77, 0x82]).and_then(|rest| rest.get(2..))?;
        let (input, output) = (self.path("cms.der"), self.path("content.der"));
        std::fs::write(&input, cms).unwrap();
        let arguments = ["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", &input, "-out", &output];
        openssl(&arguments).0.then(|| std::fs::read(output).unwrap())
    }
}

fn lay(name: String, sod: Vec<u8>, groups: &[(u8, &Vec<u8>)], country_signer: &[u8]) -> Sample {
    let sample = Sample { name, sod, place: tempfile::tempdir().unwrap() };
    let write = |name: &str, bytes: &[u8]| std::fs::write(Path::new(&sample.path(name)), bytes).unwrap();
    groups.iter().for_each(|(number, contents)| write(&format!("DG{number}.bin"), contents));
    write("EF.SOD.bin", &sample.sod);
    write("csca.der", country_signer);
    sample
}

#[test]
fn strangers_refuse_mutated_security_objects_or_find_nothing_changed() {
    let (files, country_signer) = signed_document();
    let anchors = TrustAnchors::new([&country_signer], [] as [&[u8]; 0]).unwrap();
    let context = InspectionContext::at(start().plus_days(10));
    let groups: Vec<_> = files.iter().filter_map(|(file, contents)| Some((file.data_group()?, contents))).collect();
    let good = &files[&FileId::SOD];
    let content = SecurityObject::parse(good).unwrap().signed_data().content().to_vec();
    let original = Original::unsigned("EF.SOD", Kind::SecurityObject, good.clone());
    let mutants = mutants(&original).step_by(STEP).filter(|(_, sod)| sod != good);
    let mut samples: Vec<Sample> = mutants.map(|(name, sod)| lay(name, sod, &groups, &country_signer)).collect();
    samples.push(lay("good".to_owned(), good.clone(), &groups, &country_signer));

    let lines: Vec<String> = samples.iter().map(|sample| sample.place.path().display().to_string()).collect();
    let timed: Vec<String> = lines.iter().map(|line| format!("{} {line}", context.now.0)).collect();
    let Some(zkpassport) = node(include_str!("../../node/passports.mjs"), &timed) else { return };
    let Some(dmrtd) = stranger("dmrtd-judge", &lines) else { return };
    let by_openssl = each(&samples, Sample::content_of_openssl);
    let mut faults = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let mut files = files.clone();
        files.insert(FileId::SOD, sample.sod.clone());
        let is_accepted = inspect(&files, &anchors, &context).conclusion() == Conclusion::Accepted;
        if is_accepted != (sample.name == "good") {
            faults.push(format!("{}: ours, accepted: {is_accepted}", sample.name));
        }
        // dmrtd reads DER as strictly as this crate does; the others pass some of BER, and what they do not look at.
        if dmrtd[index].is_empty() != is_accepted {
            faults.push(format!("{}: dmrtd says {:?}", sample.name, dmrtd[index]));
        }
        if by_openssl[index].as_ref().is_some_and(|other| *other != content) {
            faults.push(format!("{}: OpenSSL reads another content", sample.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let lax = [
        by_openssl.iter().filter(|content| content.is_some()).count(),
        zkpassport.iter().filter(|reasons| reasons.is_empty()).count(),
    ];
    assert!(samples.len() > 60 && lax.iter().all(|count| (1..samples.len() / 3).contains(count)), "{lax:?}");
    // The good one is the last.
    assert!(by_openssl.last().unwrap().is_some() && zkpassport.last().unwrap().is_empty());
}
