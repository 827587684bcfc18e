//! One way to read every kind of file: what it says is written again, so that nothing that was read past stays unseen.

use chip_profile::lds::dg2::FaceRecord;
use chip_profile::lds::{AtrInfo, CardAccess, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir};
use chip_profile::pki::{Certificate, MasterList, RevocationList};
use chip_profile::signature::VerifyingKey;
use chip_profile::sod::{CardSecurity, SecurityObject};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Com,
    Dg1,
    Dg2,
    Dg5,
    Dg7,
    Dg11,
    Dg12,
    Dg13,
    Dg14,
    Dg15,
    Dg16,
    FaceRecord,
    CardAccess,
    Dir,
    AtrInfo,
    SecurityObject,
    CardSecurity,
    Certificate,
    RevocationList,
    MasterList,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Written again.
    Written(Vec<u8>),
    /// It can be read but not be written, for a reason: what others have made is taken as it is.
    Unwritable(String),
    /// The bytes that are signed, and whether the signature holds.
    Signed(Vec<u8>, bool),
}

/// Reads a file, or says what is wrong with it. Certificates and lists are signed by `issuer`.
pub(crate) fn read(kind: Kind, bytes: &[u8], issuer: Option<&VerifyingKey>) -> Result<Content, String> {
    fn told<Value, Error: ToString>(read: Result<Value, Error>) -> Result<Value, String> {
        read.map_err(|error| error.to_string())
    }
    macro_rules! again {
        ($file:ty) => {
            match told(<$file>::parse(bytes))?.build() {
                Ok(again) => Content::Written(again),
                Err(error) => Content::Unwritable(error.kind.to_string()),
            }
        };
    }
    Ok(match kind {
        Kind::Com => again!(Com),
        Kind::Dg1 => again!(Dg1),
        Kind::Dg2 => again!(Dg2),
        Kind::Dg5 => again!(Dg5),
        Kind::Dg7 => again!(Dg7),
        Kind::Dg11 => again!(Dg11),
        Kind::Dg12 => again!(Dg12),
        Kind::Dg13 => again!(Dg13),
        Kind::Dg14 => again!(Dg14),
        Kind::Dg15 => again!(Dg15),
        Kind::Dg16 => again!(Dg16),
        Kind::FaceRecord => again!(FaceRecord),
        Kind::CardAccess => again!(CardAccess),
        Kind::Dir => again!(Dir),
        Kind::AtrInfo => again!(AtrInfo),
        Kind::SecurityObject => {
            let object = told(SecurityObject::parse(bytes))?;
            Content::Signed(object.signed_data().content().to_vec(), object.verify_signature().is_ok())
        }
        Kind::CardSecurity => {
            let object = told(CardSecurity::parse(bytes))?;
            Content::Signed(object.signed_data().content().to_vec(), object.verify_signature().is_ok())
        }
        Kind::Certificate => {
            let certificate = told(Certificate::parse(bytes))?;
            let holds = issuer.is_some_and(|key| certificate.verify_signed_by(key).is_ok());
            Content::Signed(certificate.tbs_bytes().to_vec(), holds)
        }
        Kind::RevocationList => {
            let list = told(RevocationList::parse(bytes))?;
            let holds = issuer.is_some_and(|key| list.verify_signed_by(key).is_ok());
            Content::Signed(list.tbs_bytes().to_vec(), holds)
        }
        Kind::MasterList => {
            let list = told(MasterList::parse(bytes))?;
            let now = list.signer().not_before();
            let trusted: Vec<Certificate> = list.country_signers().filter_map(Result::ok).collect();
            let holds = list.verify(&trusted, now).is_ok();
            Content::Signed(list.certificates().collect::<Vec<_>>().concat(), holds)
        }
    })
}

/// Whether two files have the same bytes in another order, as when the members of a set have changed places.
pub(crate) fn is_reordered(one: &[u8], other: &[u8]) -> bool {
    let [mut one, mut other] = [one.to_vec(), other.to_vec()];
    one.sort_unstable();
    other.sort_unstable();
    one == other
}
