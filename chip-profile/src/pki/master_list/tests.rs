use super::*;
use crate::pki::lint::tests::edit::{State, signer_key, start};
use crate::pki::lint::{DocumentKind, lint};
use crate::pki::testing::openssl;
use crate::pki::tests::shared;

fn made() -> (State, Vec<u8>) {
    let state = State::utopia();
    let contents = MasterListContents {
        // Out of order and one of them twice.
        certificates: vec![state.link.clone(), state.csca.clone(), state.link.clone()],
        signing_time: start(),
    };
    let signer = Certificate::parse(&state.master_list_signer).unwrap();
    let scheme = SignatureScheme::Ecdsa(crate::ec::HashAlgorithm::Sha256);
    let prepared = contents.prepare(&signer, &Certificate::parse(&state.csca).unwrap(), scheme).unwrap();
    let list = prepared.assemble(&signer_key().sign(scheme.hash(), prepared.to_be_signed()));
    (state, list)
}

#[test]
fn openssl_verifies_what_is_made_and_it_reads_back() {
    let (state, list) = made();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("list"), &list).unwrap();
    // OpenSSL verifies signatures by keys with explicit parameters, not chains of them.
    let (good, text) = openssl(&[
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        &path("list"),
        "-noverify",
        "-binary",
        "-out",
        &path("content"),
    ]);
    assert!(good && text.contains("Verification successful"), "{text}");

    let csca = Certificate::parse(&state.csca).unwrap();
    let read = MasterList::parse(&list).unwrap();
    read.verify(std::slice::from_ref(&csca), start()).unwrap();
    let mut expected = [state.csca.as_slice(), state.link.as_slice()];
    expected.sort();
    assert_eq!(read.certificates().collect::<Vec<_>>(), expected);
    assert_eq!(read.signing_time(), Some(start()));
    assert_eq!(read.signer().as_bytes(), state.master_list_signer);
    let report = lint(None, &list);
    assert_eq!(report.kind, Some(DocumentKind::MasterList));
    assert!(report.is_clean(), "{report}");

    assert_eq!(read.verify(&[], start()), Err(MasterListError::NoTrustedIssuer));
    assert_eq!(read.verify(std::slice::from_ref(&csca), start().plus_days(-1)), Err(MasterListError::Validity));
    let other = Certificate::parse(&state.link).unwrap();
    assert!(matches!(read.verify(&[other], start()), Err(MasterListError::SignerCertificate(_))));
}

#[test]
fn what_is_no_master_list_is_not_made() {
    let state = State::utopia();
    let csca = Certificate::parse(&state.csca).unwrap();
    let signer = Certificate::parse(&state.master_list_signer).unwrap();
    let scheme = SignatureScheme::Ecdsa(crate::ec::HashAlgorithm::Sha256);
    let prepare = |certificates: Vec<Vec<u8>>, signer: &Certificate| {
        MasterListContents { certificates, signing_time: start() }.prepare(signer, &csca, scheme).unwrap_err()
    };
    assert_eq!(prepare(Vec::new(), &signer), MasterListError::Empty);
    let document_signer = Certificate::parse(&state.document_signer).unwrap();
    assert_eq!(prepare(vec![state.csca.clone()], &document_signer), MasterListError::SignerPurpose);
    let lists = vec![state.csca.clone(), state.document_signer.clone()];
    assert_eq!(prepare(lists, &signer), MasterListError::NotCountrySigner(1));
    assert!(matches!(prepare(vec![vec![0x30, 0]], &signer), MasterListError::Certificate(0, _)));
}

#[test]
fn a_key_of_another_kind_is_told_of_the_one_whose_it_is() {
    /// id-ecPublicKey, and a neighbour that is nothing.
    const KIND: [&[u8]; 2] = [b"\x2A\x86\x48\xCE\x3D\x02\x01", b"\x2A\x86\x48\xCE\x3D\x02\x7F"];
    let strange = |bytes: &[u8], certificate: &[u8]| {
        let mut bytes = bytes.to_vec();
        let start = bytes.windows(certificate.len()).position(|window| window == certificate).unwrap();
        let kind = certificate.windows(KIND[0].len()).position(|window| window == KIND[0]).unwrap();
        bytes[start + kind..][..KIND[1].len()].copy_from_slice(KIND[1]);
        bytes
    };
    let (state, list) = made();
    let csca = Certificate::parse(&state.csca).unwrap();
    let read = MasterList::parse(&strange(&list, &state.master_list_signer)).unwrap();
    let told = read.verify(std::slice::from_ref(&csca), start());
    assert!(matches!(told, Err(MasterListError::SignerKey(_))), "{told:?}");
    let strange_issuer = Certificate::parse(&strange(&state.csca, &state.csca)).unwrap();
    let read = MasterList::parse(&list).unwrap();
    let told = read.verify(std::slice::from_ref(&strange_issuer), start());
    assert!(matches!(told, Err(MasterListError::IssuerKey(_))), "{told:?}");
    // Another certificate under the same name still speaks for the signer.
    assert_eq!(read.verify(&[strange_issuer, csca], start()), Ok(()));
}

#[test]
fn an_altered_byte_anywhere_is_noticed() {
    let (state, list) = made();
    let csca = [Certificate::parse(&state.csca).unwrap()];
    for place in 0..list.len() {
        let mut altered = list.clone();
        altered[place] ^= 1;
        if let Ok(read) = MasterList::parse(&altered) {
            let country_signer_inside = |one: &MasterList| one.signer() == MasterList::parse(&list).unwrap().signer();
            // The country signer's certificate that travels along is not signed by anybody here; nothing leans on it.
            if read.verify(&csca, start()).is_ok() {
                assert!(country_signer_inside(&read), "byte {place}");
                let listed: Vec<&[u8]> = read.certificates().collect();
                assert_eq!(
                    listed,
                    MasterList::parse(&list).unwrap().certificates().collect::<Vec<_>>(),
                    "byte {place}"
                );
            }
        }
        assert!(MasterList::parse(&list[..place]).is_err());
    }
}

#[test]
fn published_lists_are_read_and_verified_to_their_country_signers() {
    let Some(folder) = shared() else { return };
    let folder = folder.join("vectors/masterlist");
    let now = UnixTime::from_civil(2026, 8, 1, 0, 0, 0).unwrap();
    for (list, root, count, malformed) in [
        ("DE_ML_2026-05-28-08-28-45.ml", "DE_ROOT_CA_CSCA07.cer", 588, 1),
        ("NL_ML_2026-07-22.ml", "NL_ROOT_CA.cer", 411, 1),
    ] {
        let bytes = std::fs::read(folder.join(list)).unwrap();
        let read = MasterList::parse(&bytes).unwrap();
        assert_eq!(read.len(), count);
        let root = Certificate::parse(&std::fs::read(folder.join(root)).unwrap()).unwrap();
        assert_eq!(read.verify(std::slice::from_ref(&root), now), Ok(()), "{list}");
        assert_eq!(read.country_signers().filter(Result::is_err).count(), malformed, "{list}");
        assert!(read.signing_time().is_some());

        let mut altered = bytes.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        let refused = match MasterList::parse(&altered) {
            Ok(altered) => altered.verify(std::slice::from_ref(&root), now).is_err(),
            Err(_) => true,
        };
        assert!(refused, "{list}");
    }
}
