//! Document signers under a country signer, each written as an encrypted key and a certificate.

use std::path::Path;

use chip_profile::ec::KeyPair;
use chip_profile::pki::{Certificate, DocumentSigner, SerialNumber, UnixTime, UsagePeriod, Validity};
use chip_profile::signature::SignatureScheme;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;

use super::{
    DocumentSignerRequest, IssuedCertificate, IssuerRequest, UNKNOWN_CURVE, alternative_name, curve_of,
    distinguished_name, issued, key_curve, key_name, parse,
};
use crate::error::KeyStoreError;
use crate::files;
use crate::key_file::{self, KeyHeader, KeyKind};
use crate::passphrase::{Derivation, Passphrase, PassphraseCost};
use crate::periods::unix_time;
use crate::store;

/// The key and certificate that issue, and what their holder puts into certificates.
pub(super) struct Authority<'a> {
    pub(super) certificate: Certificate,
    pub(super) key_pair: KeyPair,
    pub(super) issuer: &'a IssuerRequest,
}

/// Writes encrypted keys into a folder.
pub(super) struct Writer<'a> {
    folder: &'a Path,
    state: &'a str,
    cost: PassphraseCost,
    salt: [u8; 16],
    derivation: Derivation<'a>,
    random: &'a dyn RandomSource,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        folder: &'a Path,
        state: &'a str,
        cost: PassphraseCost,
        passphrase: &'a Passphrase,
        random: &'a dyn RandomSource,
    ) -> Result<Self, KeyStoreError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        Ok(Writer { folder, state, cost, salt, derivation: Derivation::new(passphrase)?, random })
    }

    pub(super) fn write_key(
        &mut self,
        kind: KeyKind,
        name: &str,
        document_limit: u64,
        key_pair: Option<&KeyPair>,
        secret: &[u8],
    ) -> Result<(), KeyStoreError> {
        let mut nonce = [0; 24];
        self.random.fill(&mut nonce);
        let curve = key_pair.and_then(|key_pair| key_curve(key_pair.curve()));
        let (state, name) = (self.state.to_owned(), name.to_owned());
        let header = KeyHeader { kind, curve, document_limit, cost: self.cost, salt: self.salt, nonce, state, name };
        let bytes = key_file::seal(&header, secret, &mut self.derivation)?;
        files::write(self.folder, &key_file::file_name(&header.name), &bytes)
    }

    pub(super) fn make_document_signers(
        &mut self,
        authority: &Authority<'_>,
        request: &DocumentSignerRequest,
        now: Timestamp,
        first: u32,
    ) -> Result<Vec<IssuedCertificate>, KeyStoreError> {
        let curve = curve_of(request.curve).ok_or(UNKNOWN_CURVE)?;
        let mut made = Vec::new();
        for index in 0..request.count {
            let usage = usage_period(request, unix_time(now), index);
            let key_pair = KeyPair::generate(curve, &mut AsRng(self.random));
            let serial = SerialNumber::generate(&mut AsRng(self.random));
            let number = first.saturating_add(index);
            let profile = DocumentSigner {
                serial,
                subject: distinguished_name(authority.issuer, format!("Document Signer {number:03}"))?,
                alternative_name: alternative_name(authority.issuer),
                validity: Validity {
                    not_before: usage.not_before,
                    not_after: usage.not_after.plus_months(i64::from(request.document_months)),
                },
                usage_period: usage,
                public_key: key_pair.public_key().clone().into(),
                document_types: request.document_types.clone(),
                revocation_list_addresses: authority.issuer.revocation_list_addresses.clone(),
                policies: Vec::new(),
            };
            let unsigned =
                profile.finalize(&authority.certificate, SignatureScheme::for_curve(authority.key_pair.curve()))?;
            let signature = authority.key_pair.sign(unsigned.scheme().hash(), unsigned.to_be_signed());
            let name = key_name(&format!("ds-{number:03}"), &serial);
            let certificate = parse(&name, &unsigned.assemble(&signature))?;
            let secret = key_pair.private_scalar();
            self.write_key(KeyKind::DocumentSigner, &name, request.document_limit, Some(&key_pair), secret.as_bytes())?;
            files::write(self.folder, &store::certificate_file(&name), certificate.as_bytes())?;
            made.push(issued(&name, &certificate));
        }
        Ok(made)
    }
}

/// The usage period of signer `index`. The first two begin at once and the first ends early, so that from the first day one
/// is in reserve, no period is longer than asked, and the ends lie apart.
fn usage_period(request: &DocumentSignerRequest, now: UnixTime, index: u32) -> UsagePeriod {
    let stagger = i64::from(request.stagger_days);
    let end_days = i64::from(request.usage_days) + stagger * (i64::from(index) - 1);
    let end_days = if request.count == 1 { i64::from(request.usage_days) } else { end_days };
    let begin_days = (end_days - i64::from(request.usage_days)).max(0);
    UsagePeriod { not_before: now.plus_days(begin_days), not_after: now.plus_days(end_days).plus_seconds(-1) }
}
