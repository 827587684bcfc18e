//! RSA keys: made and used by aws-lc-rs, because the arithmetic of the pure implementations leaks through its timing.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _, RsaEncoding};
use chip_profile::ec::HashAlgorithm;
use chip_profile::rsa::PublicKey;
use chip_profile::signature::SignatureScheme;
use chip_profile::tlv::{Reader, TlvError};
use persoline_domain::signer::{DocumentRsaKeyPair, SecretBytes, SignerError};
use zeroize::Zeroizing;

/// Length of the modulus of country signers, document signers and master list signers, in bits.
const SIGNER_BITS: usize = 3072;

/// An RSA private key.
pub(crate) struct RsaKey {
    key: KeyPair,
    public_key: PublicKey,
}

impl RsaKey {
    /// A key of a signer: 3,072 bits.
    pub(crate) fn generate_signer() -> Result<RsaKey, SignerError> {
        RsaKey::of(generate(KeySize::Rsa3072)?)
    }

    /// The key in PKCS #8, if it is one of a signer.
    pub(crate) fn open(pkcs8: &[u8]) -> Option<RsaKey> {
        let key = RsaKey::of(KeyPair::from_pkcs8(pkcs8).ok()?).ok()?;
        (key.public_key.bits() == SIGNER_BITS).then_some(key)
    }

    fn of(key: KeyPair) -> Result<RsaKey, SignerError> {
        let spki: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| failed())?;
        let public_key = PublicKey::from_spki(spki.as_ref()).map_err(|_| failed())?;
        Ok(RsaKey { key, public_key })
    }

    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SignerError> {
        pkcs8(&self.key)
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub(crate) fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let encoding = encoding(scheme).ok_or_else(failed)?;
        let mut out = vec![0; self.key.public_modulus_len()];
        // The library draws its own salts and leaves this source aside.
        self.key.sign(encoding, &SystemRandom::new(), message, &mut out).map_err(|_| failed())?;
        Ok(out)
    }
}

/// A key pair of 2,048 bits for the active authentication of a chip.
pub(crate) fn document_key_pair() -> Result<DocumentRsaKeyPair, SignerError> {
    let key = generate(KeySize::Rsa2048)?;
    let pkcs8 = pkcs8(&key)?;
    let private_key = private_key(&pkcs8).map_err(|_| failed())?;
    Ok(DocumentRsaKeyPair {
        public_key: key.public_key().as_ref().to_vec(),
        private_key: SecretBytes::new(private_key.to_vec()),
    })
}

/// ```text
/// PrivateKeyInfo ::= SEQUENCE { version INTEGER, privateKeyAlgorithm SEQUENCE, privateKey OCTET STRING }   RFC 5208 5
/// ```
///
/// The octet string holds RSAPrivateKey (RFC 8017 A.1.2).
fn private_key(pkcs8: &[u8]) -> Result<&[u8], TlvError> {
    let mut fields = Reader::new(pkcs8).expect(0x30)?.reader();
    fields.expect(0x02)?;
    fields.expect(0x30)?;
    Ok(fields.expect(0x04)?.value)
}

fn generate(size: KeySize) -> Result<KeyPair, SignerError> {
    KeyPair::generate(size).map_err(|_| failed())
}

fn pkcs8(key: &KeyPair) -> Result<Zeroizing<Vec<u8>>, SignerError> {
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| failed())?;
    Ok(Zeroizing::new(der.as_ref().to_vec()))
}

fn encoding(scheme: SignatureScheme) -> Option<&'static dyn RsaEncoding> {
    let pss = |hash| scheme == SignatureScheme::rsa_pss(hash);
    match scheme {
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256) => Some(&signature::RSA_PKCS1_SHA256),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha384) => Some(&signature::RSA_PKCS1_SHA384),
        SignatureScheme::RsaPss { .. } if pss(HashAlgorithm::Sha256) => Some(&signature::RSA_PSS_SHA256),
        SignatureScheme::RsaPss { .. } if pss(HashAlgorithm::Sha384) => Some(&signature::RSA_PSS_SHA384),
        _ => None,
    }
}

fn failed() -> SignerError {
    SignerError::Device("the RSA key does not work".to_owned())
}
