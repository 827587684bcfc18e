//! Fields that certificates, revocation lists and signed files have in common: names, times, algorithms, extensions.

use const_oid::ObjectIdentifier;

use super::der::{Broken, Node};
use super::oids::{self, SignatureKind};
use super::report::Hits;
use crate::ec::HashAlgorithm;
use crate::pki::time::UnixTime;

/// One attribute of a name.
#[derive(Clone, Copy)]
pub(super) struct Attribute<'a> {
    pub(super) kind: Node<'a>,
    pub(super) value: Node<'a>,
}

/// A distinguished name: `SEQUENCE OF SET OF SEQUENCE { type, value }`.
pub(super) struct Name<'a> {
    pub(super) node: Node<'a>,
    pub(super) attributes: Vec<Attribute<'a>>,
}

impl<'a> Name<'a> {
    pub(super) fn read(node: Node<'a>) -> Result<Name<'a>, Broken> {
        let mut attributes = Vec::new();
        let mut sets = node.fields();
        while !sets.is_empty() {
            let mut pairs = sets.expect(0x31, "a name is a sequence of sets")?.fields();
            while !pairs.is_empty() {
                let mut pair = pairs.expect(0x30, "an attribute is a sequence")?.fields();
                let kind = pair.expect(0x06, "an attribute begins with its type")?;
                let value = pair.any("an attribute has a value")?;
                pair.finish("an attribute is type and value")?;
                attributes.push(Attribute { kind, value });
            }
        }
        Ok(Name { node, attributes })
    }
    pub(super) fn first(&self, oid: &ObjectIdentifier) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.kind.is_oid(oid))
    }
    pub(super) fn country(&self) -> Option<&'a [u8]> {
        self.first(&oids::COUNTRY_NAME).map(|attribute| attribute.value.value)
    }

    // The lines about names, for issuers and subjects alike.

    pub(super) fn country_present(&self, hits: &mut Hits<'_>) {
        if self.first(&oids::COUNTRY_NAME).is_none() {
            hits.at(self.node.position, "no countryName");
        }
    }
    pub(super) fn country_is_two_letters(&self, hits: &mut Hits<'_>) {
        if let Some(Attribute { value, .. }) = self.first(&oids::COUNTRY_NAME)
            && !matches!(value.value, [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic())
        {
            hits.at(value.position, shown(value.value));
        }
    }
    pub(super) fn country_is_upper_case(&self, hits: &mut Hits<'_>) {
        if let Some(Attribute { value, .. }) = self.first(&oids::COUNTRY_NAME)
            && value.value.iter().any(u8::is_ascii_lowercase)
        {
            hits.at(value.position, shown(value.value));
        }
    }
    pub(super) fn country_and_serial_number_are_printable(&self, hits: &mut Hits<'_>) {
        for Attribute { kind, value } in &self.attributes {
            let concerned = kind.is_oid(&oids::COUNTRY_NAME) || kind.is_oid(&oids::SERIAL_NUMBER);
            if concerned && value.tag != 0x13 {
                hits.at(value.position, string_type(value.tag));
            }
        }
    }
    pub(super) fn others_are_printable_or_utf8(&self, hits: &mut Hits<'_>) {
        for Attribute { kind, value } in &self.attributes {
            // Attributes of X.520 have DirectoryString syntax, but for these three; electronic mail addresses and domain
            // components, which are IA5String, lie elsewhere.
            let other = [oids::COUNTRY_NAME, oids::SERIAL_NUMBER, oids::DN_QUALIFIER];
            let concerned = kind.value.starts_with(&[0x55, 0x04]) && !other.iter().any(|oid| kind.is_oid(oid));
            if concerned && !matches!(value.tag, 0x0C | 0x13) {
                hits.at(value.position, string_type(value.tag));
            }
        }
    }
    pub(super) fn common_name_present(&self, hits: &mut Hits<'_>) {
        if self.first(&oids::COMMON_NAME).is_none() {
            hits.at(self.node.position, "no commonName");
        }
    }
}

fn string_type(tag: u32) -> String {
    let name = match tag {
        0x0C => "UTF8String",
        0x13 => "PrintableString",
        0x14 => "TeletexString",
        0x16 => "IA5String",
        0x1C => "UniversalString",
        0x1E => "BMPString",
        _ => return format!("tag {tag:02X}"),
    };
    name.to_owned()
}

/// Text of a name for a finding: short, and without control characters.
pub(super) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..40).unwrap_or(bytes)).chars().filter(|letter| !letter.is_control()).collect()
}

/// A time as it stands, and the instant if it can be told.
#[derive(Clone, Copy)]
pub(super) struct Time<'a> {
    pub(super) node: Node<'a>,
    pub(super) instant: Option<UnixTime>,
}

impl<'a> Time<'a> {
    pub(super) fn read(node: Node<'a>) -> Time<'a> {
        let instant = match node.value.split_last() {
            // Without seconds, as old certificates have it.
            Some((b'Z', digits)) if node.tag == 0x17 && digits.len() == 10 => {
                UnixTime::parse(&[digits, b"00Z"].concat()).ok()
            }
            _ => UnixTime::parse(node.value).ok(),
        };
        Time { node, instant }
    }
    fn digits(&self) -> usize {
        self.node.value.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }
    fn full(&self) -> usize {
        if self.node.tag == 0x17 { 12 } else { 14 }
    }

    // The lines about times.

    pub(super) fn ends_with_zulu(&self, hits: &mut Hits<'_>) {
        if self.node.value.last() != Some(&b'Z') {
            hits.at(self.node.position, shown(self.node.value));
        }
    }
    pub(super) fn has_seconds(&self, hits: &mut Hits<'_>) {
        if self.digits() + 2 == self.full() {
            hits.at(self.node.position, shown(self.node.value));
        }
    }
    pub(super) fn has_its_form(&self, hits: &mut Hits<'_>) {
        let rest = self.node.value.get(self.digits()..).unwrap_or_default();
        let offset = matches!(rest, [b'+' | b'-', digits @ ..] if digits.len() == 4);
        let form = (rest == b"Z" || rest.is_empty() || offset)
            && matches!(self.full() - self.digits().min(self.full()), 0 | 2);
        let told = self.instant.is_some() || rest != b"Z" || self.digits() < self.full();
        if !matches!(self.node.tag, 0x17 | 0x18) || self.digits() > self.full() || !form || !told {
            hits.at(self.node.position, shown(self.node.value));
        }
    }
    pub(super) fn is_utc_time_until_2049(&self, hits: &mut Hits<'_>) {
        if self.node.tag == 0x18 && self.instant.is_some_and(|instant| instant.date().0 < 2050) {
            hits.at(self.node.position, shown(self.node.value));
        }
    }
}

/// AlgorithmIdentifier: `SEQUENCE { algorithm, parameters ANY OPTIONAL }`.
#[derive(Clone, Copy)]
pub(super) struct Algorithm<'a> {
    pub(super) node: Node<'a>,
    pub(super) oid: Node<'a>,
    pub(super) parameters: Option<Node<'a>>,
}

/// What RSASSA-PSS-params says, RFC 4055 3.1.
struct PssParameters<'a> {
    hash: Option<Node<'a>>,
    mask_hash: Option<Node<'a>>,
}

impl<'a> Algorithm<'a> {
    pub(super) fn read(node: Node<'a>) -> Result<Algorithm<'a>, Broken> {
        let mut fields = node.fields();
        let oid = fields.expect(0x06, "an algorithm identifier begins with an object identifier")?;
        let parameters = fields.next()?;
        fields.finish("an algorithm identifier is identifier and parameters")?;
        Ok(Algorithm { node, oid, parameters })
    }
    pub(super) fn name(&self) -> String {
        self.oid.oid().map_or_else(|| "not an object identifier".to_owned(), |oid| oid.to_string())
    }
    /// Family and hash function of a signature; `None` for the hash function where the parameters say it.
    fn signature(&self) -> Option<(SignatureKind, Option<&'static str>)> {
        if self.oid.is_oid(&oids::RSA_PSS) {
            return Some((SignatureKind::RsaPss, None));
        }
        let known = oids::SIGNATURES.iter().find(|(oid, ..)| self.oid.is_oid(oid));
        known.map(|(_, hash, kind)| (*kind, Some(*hash)))
    }
    /// The hash function of a digest algorithm.
    pub(super) fn digest(&self) -> Option<HashAlgorithm> {
        HashAlgorithm::from_oid(&self.oid.oid()?)
    }
    /// The hash function that the signature names.
    pub(super) fn hash(&self) -> Option<HashAlgorithm> {
        match self.signature()? {
            (_, Some("SHA-1")) => Some(HashAlgorithm::Sha1),
            (_, Some("SHA-224")) => Some(HashAlgorithm::Sha224),
            (_, Some("SHA-256")) => Some(HashAlgorithm::Sha256),
            (_, Some("SHA-384")) => Some(HashAlgorithm::Sha384),
            (_, Some("SHA-512")) => Some(HashAlgorithm::Sha512),
            (SignatureKind::RsaPss, _) => match self.pss()?.ok()?.hash {
                Some(hash) => HashAlgorithm::from_oid(&hash.oid()?),
                None => Some(HashAlgorithm::Sha1),
            },
            _ => None,
        }
    }
    pub(super) fn signature_kind(&self) -> Option<SignatureKind> {
        self.signature().map(|(kind, _)| kind)
    }
    fn pss(&self) -> Option<Result<PssParameters<'a>, Broken>> {
        self.parameters.filter(|parameters| parameters.tag == 0x30 && self.oid.is_oid(&oids::RSA_PSS)).map(
            |parameters| {
                let mut fields = parameters.fields();
                let hash = match fields.optional(&[0xA0])? {
                    Some(wrapper) => {
                        Some(wrapper.fields().expect(0x30, "a hash algorithm")?.fields().any("a hash algorithm")?)
                    }
                    None => None,
                };
                let mask_hash = match fields.optional(&[0xA1])? {
                    Some(wrapper) => {
                        let mut mask = wrapper.fields().expect(0x30, "a mask generation algorithm")?.fields();
                        let function = mask.any("a mask generation algorithm")?;
                        if !function.is_oid(&oids::MASK_GENERATION_1) {
                            return Err(Broken {
                                position: function.position,
                                what: "another mask generation function",
                            });
                        }
                        Some(mask.expect(0x30, "a hash algorithm")?.fields().any("a hash algorithm")?)
                    }
                    None => None,
                };
                fields.optional(&[0xA2])?;
                fields.optional(&[0xA3])?;
                fields.finish("parameters of RSASSA-PSS")?;
                Ok(PssParameters { hash, mask_hash })
            },
        )
    }

    // The lines about signature algorithms.

    pub(super) fn is_known_signature(&self, hits: &mut Hits<'_>) {
        if self.signature().is_none() {
            hits.at(self.node.position, self.name());
        }
    }
    pub(super) fn hash_is_permitted(&self, hits: &mut Hits<'_>) {
        match self.signature() {
            Some((_, Some(hash @ ("MD5" | "SHA-1")))) => hits.at(self.node.position, hash),
            Some((SignatureKind::RsaPss, _)) => match self.pss() {
                Some(Ok(PssParameters { hash: Some(hash), .. }))
                    if !oids::HASHES.iter().any(|permitted| hash.is_oid(permitted)) =>
                {
                    hits.at(hash.position, hash.oid().map_or_else(String::new, |oid| oid.to_string()));
                }
                Some(Ok(PssParameters { hash: None, .. })) => hits.at(self.node.position, "SHA-1 by default"),
                _ => {}
            },
            _ => {}
        }
    }
    pub(super) fn signature_parameters_have_their_form(&self, hits: &mut Hits<'_>) {
        let tag = self.parameters.map(|parameters| parameters.tag);
        let what = match (self.signature_kind(), tag) {
            (Some(SignatureKind::Ecdsa | SignatureKind::Dsa), Some(_)) => "parameters, where there are none",
            (Some(SignatureKind::RsaPkcs1), None) => "no NULL",
            (Some(SignatureKind::RsaPkcs1), Some(tag)) if tag != 0x05 => "parameters that are not NULL",
            (Some(SignatureKind::RsaPss), None) => "no parameters",
            (Some(SignatureKind::RsaPss), Some(_)) => match self.pss() {
                Some(Ok(_)) => return,
                Some(Err(broken)) => return hits.at(broken.position, broken.what),
                None => "not RSASSA-PSS-params",
            },
            _ => return,
        };
        hits.at(self.node.position, what);
    }
    pub(super) fn mask_generation_has_the_same_hash(&self, hits: &mut Hits<'_>) {
        if let Some(Ok(PssParameters { hash, mask_hash })) = self.pss()
            && hash.map(|node| node.value) != mask_hash.map(|node| node.value)
        {
            hits.at(self.node.position, "another hash function in the mask generation function");
        }
    }
}

/// `Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`.
#[derive(Clone, Copy)]
pub(super) struct Extension<'a> {
    pub(super) node: Node<'a>,
    pub(super) oid: Node<'a>,
    pub(super) critical: Option<Node<'a>>,
    pub(super) octets: Node<'a>,
}

impl<'a> Extension<'a> {
    fn read(node: Node<'a>) -> Result<Extension<'a>, Broken> {
        let mut fields = node.fields();
        let oid = fields.expect(0x06, "an extension begins with its identifier")?;
        let critical = fields.optional(&[0x01])?;
        let octets = fields.expect(0x04, "the value of an extension is an octet string")?;
        fields.finish("an extension ends with its value")?;
        Ok(Extension { node, oid, critical, octets })
    }
    pub(super) fn is_critical(&self) -> bool {
        self.critical.is_some_and(|critical| critical.value != [0x00])
    }
    pub(super) fn name(&self) -> String {
        self.oid.oid().map_or_else(|| "not an object identifier".to_owned(), |oid| oid.to_string())
    }
    /// What the octet string holds: one object of this tag and nothing after it.
    pub(super) fn value(&self, tag: u32) -> Result<Node<'a>, Broken> {
        let node = Node::first(self.octets.value, self.octets.contents)?;
        if node.tag != tag {
            return Err(Broken { position: node.position, what: "another type" });
        }
        if node.whole.len() != self.octets.value.len() {
            return Err(Broken { position: node.end(), what: "bytes after the value" });
        }
        Ok(node)
    }
}

/// Extensions, in their order.
#[derive(Default)]
pub(super) struct Extensions<'a>(pub(super) Vec<Extension<'a>>);

impl<'a> Extensions<'a> {
    /// From `SEQUENCE OF Extension`.
    pub(super) fn read(sequence: Node<'a>) -> Result<Extensions<'a>, Broken> {
        let mut list = Vec::new();
        let mut fields = sequence.fields();
        while !fields.is_empty() {
            list.push(Extension::read(fields.expect(0x30, "extensions are a sequence of sequences")?)?);
        }
        Ok(Extensions(list))
    }
    pub(super) fn find(&self, oid: &ObjectIdentifier) -> Option<&Extension<'a>> {
        self.0.iter().find(|extension| extension.oid.is_oid(oid))
    }

    // The lines about extensions.

    pub(super) fn required(&self, oid: &ObjectIdentifier, hits: &mut Hits<'_>) {
        // Where there are none at all, one line says so.
        if !self.0.is_empty() && self.find(oid).is_none() {
            hits.absent();
        }
    }
    pub(super) fn prohibited(&self, oid: &ObjectIdentifier, hits: &mut Hits<'_>) {
        if let Some(extension) = self.find(oid) {
            hits.at(extension.node.position, "present");
        }
    }
    pub(super) fn critical(&self, oid: &ObjectIdentifier, hits: &mut Hits<'_>) {
        if let Some(extension) = self.find(oid).filter(|extension| !extension.is_critical()) {
            hits.at(extension.node.position, "not critical");
        }
    }
    pub(super) fn not_critical(&self, oid: &ObjectIdentifier, hits: &mut Hits<'_>) {
        if let Some(extension) = self.find(oid).filter(|extension| extension.is_critical()) {
            hits.at(extension.node.position, "critical");
        }
    }
    pub(super) fn others_are_not_critical(&self, known: &[ObjectIdentifier], hits: &mut Hits<'_>) {
        for extension in &self.0 {
            if extension.is_critical() && !known.iter().any(|oid| extension.oid.is_oid(oid)) {
                hits.at(extension.node.position, extension.name());
            }
        }
    }
    pub(super) fn defaults_are_left_out(&self, hits: &mut Hits<'_>) {
        for critical in self.0.iter().filter_map(|extension| extension.critical) {
            if critical.value == [0x00] {
                hits.at(critical.position, "critical FALSE");
            }
        }
    }
    pub(super) fn none_is_repeated(&self, hits: &mut Hits<'_>) {
        for (index, extension) in self.0.iter().enumerate().take(100) {
            let before = self.0.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.oid.value == extension.oid.value) {
                hits.at(extension.node.position, extension.name());
            }
        }
    }
}
