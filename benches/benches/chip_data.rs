//! Chip data: each data group built and parsed, hashes, EF.SOD, keys and signatures, the check before release.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};
use benches::inputs::Photographs;
use benches::primitives::hashes;
use benches::shelf::Shelf;
use cbc::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use chip_profile::access::des::TripleDes;
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::inspection::{Conclusion, InspectionContext, TrustAnchors, inspect, verify_before_release};
use chip_profile::lds::{CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, FileId, LdsVersion};
use chip_profile::pki::{Certificate, UnixTime};
use chip_profile::signature::SignatureScheme;
use chip_profile::sod::SecurityObjectTemplate;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use persoline_domain::chance::AsRng;
use persoline_domain::signer::KeyCurve;

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(30).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    group
}

fn data_groups(criterion: &mut Criterion) {
    let shelf = Shelf::fill(Photographs::Samples).unwrap();
    let files = &shelf.specimens()[0].chip.files;
    let mut group = group(criterion, "data_groups");
    macro_rules! data_group {
        ($($kind:ident from $file:ident),*) => {$(
            let bytes = &files[&FileId::$file];
            let parsed = $kind::parse(bytes).unwrap();
            group.bench_function(concat!(stringify!($kind), "/build"), |bencher| bencher.iter(|| parsed.build().unwrap()));
            group.bench_function(concat!(stringify!($kind), "/parse"), |bencher| {
                bencher.iter(|| $kind::parse(bytes).unwrap());
            });
        )*};
    }
    data_group!(
        CardAccess from CARD_ACCESS, Com from COM, Dg1 from DG1, Dg2 from DG2, Dg11 from DG11, Dg12 from DG12,
        Dg14 from DG14, Dg15 from DG15
    );
    group.finish();
}

fn security_object(criterion: &mut Criterion) {
    let shelf = Shelf::fill(Photographs::Samples).unwrap();
    let (specimens, now) = (shelf.specimens(), UnixTime(shelf.hall.clock.now().unix_seconds()));
    let mut group = group(criterion, "security_object");
    group.bench_function("hashes", |bencher| bencher.iter(|| hashes(shelf.turn(specimens))));

    let reservation = shelf.signer.reserve(1, shelf.hall.clock.now()).unwrap().swap_remove(0);
    let (hash, algorithm) = (HashAlgorithm::Sha256, SignatureScheme::Ecdsa(HashAlgorithm::Sha256));
    let template =
        SecurityObjectTemplate::new(&reservation.signer.certificate, hash, algorithm, LdsVersion::V1_8).unwrap();
    let hashed = hashes(&specimens[0]);
    let key = KeyPair::generate(Curve::P256, &mut AsRng(&*shelf.hall.random));
    let signature = key.sign(hash, template.prepare(&hashed).unwrap().to_be_signed());
    group.bench_function("prepared_and_assembled", |bencher| {
        bencher.iter(|| template.prepare(&hashed).unwrap().assemble(&signature));
    });
    group.bench_function("prepared_signed_and_assembled", |bencher| {
        bencher.iter(|| {
            let prepared = template.prepare(&hashed).unwrap();
            prepared.assemble(&key.sign(hash, prepared.to_be_signed()))
        });
    });

    let country_signer: Certificate = shelf.signing.country_signers()[0].clone();
    group.bench_function("verified_before_release", |bencher| {
        bencher.iter(|| {
            let files = &shelf.turn(specimens).chip.files;
            verify_before_release(&files[&FileId::SOD], files, &country_signer, now).unwrap();
        });
    });
    // As at an e-Channel: every check, from the bytes. The bar is 10 ms of processor time.
    let anchors = TrustAnchors { country_signers: vec![country_signer.clone()], ..TrustAnchors::default() };
    group.bench_function("inspected", |bencher| {
        bencher.iter(|| {
            let report = inspect(&shelf.turn(specimens).chip.files, &anchors, &InspectionContext::at(now));
            assert_eq!(report.conclusion(), Conclusion::Accepted);
        });
    });
    group.finish();
}

/// The line signs documents and makes chips' keys with aws-lc-rs. What the emulated chips, the country signer and simulations
/// use instead (RustCrypto: pure Rust, signatures that follow from key and message, brainpool too) stays beside it, so that
/// what the C costs and gains is seen in each run.
fn keys(criterion: &mut Criterion) {
    let shelf = Shelf::fill(Photographs::Samples).unwrap();
    let mut group = group(criterion, "keys");
    for (name, curve, algorithm) in [
        ("P-256", KeyCurve::P256, &ECDSA_P256_SHA256_ASN1_SIGNING),
        ("P-384", KeyCurve::P384, &ECDSA_P384_SHA384_ASN1_SIGNING),
    ] {
        group.bench_function(format!("{name}/generation by the signer"), |bencher| {
            bencher.iter(|| shelf.signer.document_key_pairs(curve, 1).unwrap());
        });
        let key = EcdsaKeyPair::generate(algorithm).unwrap();
        group.bench_function(format!("{name}/signature by aws-lc-rs"), |bencher| {
            bencher.iter(|| key.sign(&SystemRandom::new(), &[7; 100]).unwrap());
        });
    }
    let random = benches::system::SystemRandom;
    for (name, curve) in [
        ("P-256", Curve::P256),
        ("P-384", Curve::P384),
        ("brainpoolP256r1", Curve::BrainpoolP256r1),
        ("brainpoolP384r1", Curve::BrainpoolP384r1),
    ] {
        let key = KeyPair::generate(curve, &mut AsRng(&random));
        let message = [7; 100];
        let signature = key.sign(curve.hash(), &message);
        group.bench_function(format!("{name}/generation"), |bencher| {
            bencher.iter(|| KeyPair::generate(curve, &mut AsRng(&random)));
        });
        group.bench_function(format!("{name}/signature"), |bencher| bencher.iter(|| key.sign(curve.hash(), &message)));
        group.bench_function(format!("{name}/verification"), |bencher| {
            bencher.iter(|| key.public_key().verify(curve.hash(), &message, &signature).unwrap());
        });
    }
    group.finish();
}

/// Triple-DES of basic access control: 4 KB encrypted, decrypted and authenticated block by block, beside the crate `des`.
fn triple_des(criterion: &mut Criterion) {
    let mut group = group(criterion, "des");
    group.throughput(Throughput::Bytes(4096));
    let (key, initial, mut data) = ([0x5A; 16], [0; 8], [7; 4096]);
    let ours = TripleDes::new(&key);
    group.bench_function("encrypted", |bencher| bencher.iter(|| ours.encrypt_chained(initial, &mut data)));
    group.bench_function("decrypted", |bencher| bencher.iter(|| ours.decrypt_chained(initial, &mut data)));
    let theirs = des::TdesEde2::new(&key.into());
    group.bench_function("encrypted by the crate des", |bencher| {
        bencher.iter(|| {
            let (blocks, _) = Array::slice_as_chunks_mut(&mut data);
            cbc::Encryptor::inner_iv_init(&theirs, &initial.into()).encrypt_blocks(blocks);
        });
    });
    group.bench_function("decrypted by the crate des", |bencher| {
        bencher.iter(|| {
            let (blocks, _) = Array::slice_as_chunks_mut(&mut data);
            cbc::Decryptor::inner_iv_init(&theirs, &initial.into()).decrypt_blocks(blocks);
        });
    });
    group.finish();
}

criterion_group!(benches, data_groups, security_object, keys, triple_des);
criterion_main!(benches);
