//! Thousands of mutations of good files, of every kind, from a seed: no panic; what is refused is refused, and what is accepted
//! says all that its bytes say, or the same as the good file. A document with a mutated file is refused as a whole.

mod mutate;
mod originals;
mod strangers;
mod tree;

use std::collections::BTreeSet;

use chip_profile::inspection::{Conclusion, InspectionContext, TrustAnchors, inspect};
use chip_profile::lds::{AtrInfo, CardAccess, Com, FileId};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use crate::readers::{Content, Kind, is_reordered, read};
use crate::specimen::start;
use mutate::{ALL, mutate};
use originals::{Original, originals, signed_document};

/// Mutations of one kind of one file.
const ROUNDS: u64 = 32;

/// A mutated file with the words that say what was done to it.
fn mutants(original: &Original) -> impl Iterator<Item = (String, Vec<u8>)> {
    ALL.into_iter().enumerate().flat_map(move |(index, mutation)| {
        (0..ROUNDS).map(move |round| {
            let seed = round << 8 | u64::try_from(index).unwrap();
            let bytes = mutate(mutation, &original.bytes, &mut ChaCha8Rng::seed_from_u64(seed));
            (format!("{}, {mutation:?} {round}", original.name), bytes)
        })
    })
}

#[test]
fn mutated_files_are_refused_or_say_all_that_their_bytes_say() {
    let originals = originals();
    let kinds: BTreeSet<_> = originals.iter().map(|original| original.kind).collect();
    assert_eq!(kinds.len(), 20, "a kind of file stays out: {kinds:?}");
    let (mut refused, mut harmless, mut changed) = (0, 0, 0);
    let mut faults = Vec::new();
    for original in &originals {
        let good = read(original.kind, &original.bytes, original.issuer.as_ref()).unwrap();
        assert!(!matches!(good, Content::Signed(_, false)), "{}", original.name);
        for (name, bytes) in mutants(original) {
            if bytes == original.bytes {
                continue;
            }
            match read(original.kind, &bytes, original.issuer.as_ref()) {
                Err(_) | Ok(Content::Signed(_, false)) => refused += 1,
                Ok(content) if content == good => harmless += 1,
                // Another name, another picture: the hash in EF.SOD tells, and so does what is written again.
                Ok(Content::Written(again)) if is_reordered(&again, &bytes) => changed += 1,
                // Numbers above 32,767 are read with and without a zero in front.
                Ok(Content::Written(again))
                    if original.kind == Kind::AtrInfo && AtrInfo::parse(&again) == AtrInfo::parse(&bytes) =>
                {
                    changed += 1;
                }
                Ok(Content::Unwritable(_)) => refused += 1,
                Ok(content) => faults.push(format!("{name}: {content:02X?}\n of {bytes:02X?}")),
            }
        }
    }
    let total = refused + harmless + changed;
    println!("{total} mutations: {refused} refused, {harmless} harmless, {changed} read as something else");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(total > 10_000, "{total}");
}

/// What nobody signs may be written in another form and say the same.
fn says_the_same(file: FileId, good: &[u8], mutant: &[u8]) -> bool {
    match file {
        FileId::COM => Com::parse(mutant).is_ok_and(|com| Ok(com) == Com::parse(good)),
        FileId::CARD_ACCESS => {
            let [good, mutant] = [good, mutant].map(|bytes| CardAccess::parse(bytes).map(|file| file.security_infos));
            // A set says the same when a member stands in it twice.
            good.is_ok_and(|good| mutant.is_ok_and(|mutant| good.contains_all(&mutant) && mutant.contains_all(&good)))
        }
        _ => false,
    }
}

#[test]
fn documents_with_a_mutated_file_are_refused() {
    let (files, country_signer) = signed_document();
    let anchors = TrustAnchors::new([&country_signer], [] as [&[u8]; 0]).unwrap();
    let context = InspectionContext::at(start().plus_days(10));
    assert_eq!(inspect(&files, &anchors, &context).conclusion(), Conclusion::Accepted);
    let (mut total, mut same, mut accepted) = (0, 0, Vec::new());
    for (file, good) in &files {
        let original = Original::unsigned(&file.to_string(), Kind::Com, good.clone());
        for (name, mutant) in mutants(&original).step_by(5).filter(|(_, mutant)| mutant != good) {
            total += 1;
            let is_same = says_the_same(*file, good, &mutant);
            same += usize::from(is_same);
            let mut files = files.clone();
            files.insert(*file, mutant);
            if inspect(&files, &anchors, &context).conclusion() == Conclusion::Accepted && !is_same {
                accepted.push(name);
            }
        }
    }
    assert_eq!(accepted, Vec::<String>::new());
    assert!(total > 800 && same < total / 20, "{same} of {total}");
}
