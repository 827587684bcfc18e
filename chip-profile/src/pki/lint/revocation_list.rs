//! A revocation list as it stands, RFC 5280 5.1.

use super::der::{Broken, Node};
use super::fields::{Algorithm, Extensions, Name, Time};

pub(super) struct RevocationList<'a> {
    pub(super) tbs: Node<'a>,
    pub(super) version: Option<Node<'a>>,
    pub(super) inner_algorithm: Algorithm<'a>,
    pub(super) issuer: Name<'a>,
    pub(super) this_update: Time<'a>,
    pub(super) next_update: Option<Time<'a>>,
    pub(super) revoked: Option<Node<'a>>,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) extensions: Extensions<'a>,
    pub(super) algorithm: Algorithm<'a>,
    pub(super) signature: Node<'a>,
}

/// One revoked certificate.
pub(super) struct Entry<'a> {
    pub(super) serial: Node<'a>,
    pub(super) since: Time<'a>,
    pub(super) extensions: Extensions<'a>,
}

impl<'a> RevocationList<'a> {
    /// ```text
    /// CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
    /// TBSCertList ::= SEQUENCE {
    ///     version INTEGER OPTIONAL, signature, issuer, thisUpdate Time, nextUpdate Time OPTIONAL,
    ///     revokedCertificates SEQUENCE OF SEQUENCE { serial INTEGER, revocationDate Time, Extensions OPTIONAL } OPTIONAL,
    ///     crlExtensions [0] EXPLICIT Extensions OPTIONAL }
    /// ```
    pub(super) fn read(bytes: &'a [u8]) -> Result<RevocationList<'a>, Broken> {
        let outer = Node::first(bytes, 0)?;
        if outer.tag != 0x30 {
            return Err(Broken { position: 0, what: "not a sequence" });
        }
        if outer.whole.len() != bytes.len() {
            return Err(Broken { position: outer.whole.len(), what: "bytes after the list" });
        }
        let mut parts = outer.fields();
        let tbs = parts.expect(0x30, "tbsCertList")?;
        let algorithm = Algorithm::read(parts.expect(0x30, "signatureAlgorithm")?)?;
        let signature = parts.expect(0x03, "signatureValue")?;
        parts.finish("a revocation list has three parts")?;

        let mut fields = tbs.fields();
        let version = fields.optional(&[0x02])?;
        let inner_algorithm = Algorithm::read(fields.expect(0x30, "signature")?)?;
        let issuer = Name::read(fields.expect(0x30, "issuer")?)?;
        let this_update = Time::read(fields.any("thisUpdate")?);
        let next_update = fields.optional(&[0x17, 0x18])?.map(Time::read);
        let revoked = fields.optional(&[0x30])?;
        let wrapper = fields.optional(&[0xA0])?;
        fields.finish("nothing follows the extensions")?;
        let mut entries = Vec::new();
        let mut list = revoked.iter().flat_map(|list| [list.fields()]).next();
        while let Some(entry) = list.as_mut().map(|list| list.next()).transpose()?.flatten() {
            let mut fields = entry.fields();
            let serial = fields.expect(0x02, "serial number of a revoked certificate")?;
            let since = Time::read(fields.any("revocationDate")?);
            let extensions = match fields.optional(&[0x30])? {
                Some(sequence) => Extensions::read(sequence)?,
                None => Extensions::default(),
            };
            fields.finish("an entry ends with its extensions")?;
            entries.push(Entry { serial, since, extensions });
        }
        let extensions = match wrapper {
            Some(wrapper) => Extensions::read(wrapper.fields().expect(0x30, "crlExtensions")?)?,
            None => Extensions::default(),
        };
        Ok(RevocationList {
            tbs,
            version,
            inner_algorithm,
            issuer,
            this_update,
            next_update,
            revoked,
            entries,
            extensions,
            algorithm,
            signature,
        })
    }
    fn times(&self) -> impl Iterator<Item = &Time<'a>> {
        [&self.this_update].into_iter().chain(&self.next_update)
    }
    pub(super) fn each_time(&self, mut check: impl FnMut(&Time<'a>)) {
        self.times().for_each(&mut check);
    }
}
