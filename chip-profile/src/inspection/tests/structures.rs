//! Every data group is read as what it is, and so are the files that no signature covers.

use super::*;
use crate::lds::{
    ApplicationId, AtrInfo, CardCapabilities, Dg5, Dg7, Dg13, Dg16, Dir, ExtendedLength, OpaqueDataGroup,
    PersonToNotify,
};
use crate::mrz::CivilDate;

/// A document with each optional data group that has a structure here, and with the files of the master file.
fn full(authority: &Authority) -> ElementaryFiles {
    let mut image = hex::decode("FFD8FFC0000B080213019D01011100").unwrap();
    image.extend([0x55; 20]);
    let person = PersonToNotify {
        date_recorded: CivilDate::parse("20020101").unwrap(),
        name: "SMITH<<CHARLES<R".to_owned(),
        telephone: "19525551212".to_owned(),
        address: "123 MAPLE RD<ANYTOWN<MN<55100".to_owned(),
    };
    let limits = ExtendedLength { command: 1000, response: 1000 };
    let mut files = document(authority);
    files.extend([
        (FileId::DG5, Dg5 { portraits: vec![image.clone()] }.build().unwrap()),
        (FileId::DG7, Dg7 { signatures: vec![image] }.build().unwrap()),
        (FileId::DG8, OpaqueDataGroup::new(FileId::DG8, vec![1, 2, 3]).unwrap().build().unwrap()),
        (FileId::DG13, Dg13 { contents: vec![1, 2, 3] }.build().unwrap()),
        (FileId::DG16, Dg16 { persons: vec![person] }.build().unwrap()),
        (FileId::DIR, Dir { applications: vec![ApplicationId::emrtd()] }.build().unwrap()),
        (FileId::ATR_INFO, AtrInfo::new(CardCapabilities::BASIC.with_extended_length(), Some(limits)).build().unwrap()),
    ]);
    with_com(&mut files, LdsVersion::V1_8);
    sign(authority, &mut files, LdsVersion::V1_8);
    files
}

#[test]
fn every_data_group_and_free_file_is_read() {
    let authority = Authority::new(Curve::P256, 1);
    let files = full(&authority);
    let report = inspect(&files, &anchors(&authority), &context());
    assert_eq!(report.conclusion(), Conclusion::Accepted, "{:?}", report.reasons().collect::<Vec<_>>());
    for file in data_groups::present(&files) {
        let check = report.check(CheckName::DataGroupStructure(file)).unwrap();
        let known = file != FileId::DG8;
        assert_eq!((check.verdict, check.detail.is_empty()), (Verdict::Passed, known), "{file}");
    }
    for file in [FileId::DIR, FileId::ATR_INFO] {
        assert_eq!(report.check(CheckName::FileStructure(file)).unwrap().verdict, Verdict::Passed);
    }
}

/// Signed and hashed as they are: the structure alone is wrong.
#[test]
fn malformed_contents_are_refused_though_they_are_signed() {
    let authority = Authority::new(Curve::P256, 1);
    let good = full(&authority);
    let broken: [(FileId, &[u8]); 8] = [
        // A counter of two with one image, a signature under the tag of a portrait.
        (FileId::DG5, b"\x65\x09\x02\x01\x02\x5F\x40\x03\xFF\xD8\xFF"),
        (FileId::DG7, b"\x67\x09\x02\x01\x01\x5F\x40\x03\xFF\xD8\xFF"),
        (FileId::DG8, b"\x69\x01\x00"),
        (FileId::DG11, b"\x6B\x03\x5C\x02\x5F"),
        (FileId::DG12, b"\x6C\x04\x5F\x19\x01A"),
        (FileId::DG13, b"\x6D\x05\x01\x02\x03"),
        // A person without address.
        (FileId::DG16, b"\x70\x26\x02\x01\x01\xA1\x21\x5F\x50\x0820020101\x5F\x51\x05SMITH\x5F\x52\x0B19525551212"),
        (FileId::DG14, b"\x6E\x05\x31\x03\x30\x01\x00"),
    ];
    for (file, contents) in broken {
        let mut files = good.clone();
        files.insert(file, contents.to_vec());
        with_com(&mut files, LdsVersion::V1_8);
        sign(&authority, &mut files, LdsVersion::V1_8);
        let failed = failures(&files, &anchors(&authority), &context());
        assert!(failed.contains(&CheckName::DataGroupStructure(file)), "{file}: {failed:?}");
        assert!(!failed.contains(&CheckName::DataGroupHash(file)), "{file}");
    }
}

/// EF.DIR and EF.ATR/INFO have no end of their own: chips give the zeros behind them too.
#[test]
fn free_files_are_refused_when_they_are_malformed_and_may_be_filled() {
    let authority = Authority::new(Curve::P256, 1);
    let good = full(&authority);
    for file in [FileId::DIR, FileId::ATR_INFO] {
        let with = |contents: Vec<u8>| {
            let mut files = good.clone();
            files.insert(file, contents);
            failures(&files, &anchors(&authority), &context())
        };
        let contents = &good[&file];
        assert_eq!(with([&contents[..], &[0; 40]].concat()), []);
        assert_eq!(with(contents[..contents.len() - 1].to_vec()), [CheckName::FileStructure(file)]);
        assert_eq!(with([&contents[..], b"\x61\x05\x01"].concat()), [CheckName::FileStructure(file)]);
    }
}
