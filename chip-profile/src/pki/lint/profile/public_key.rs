//! Doc 9303-12 4.1.6: the certified key.

use super::CertificateLine;
use crate::pki::lint::certificate::PublicKeyInfo;
use crate::pki::lint::der::{Broken, Node};
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};

const EXPLICIT: &str = "Doc 9303-12 4.1.6.3";

/// ```text
/// ECParameters ::= SEQUENCE {
///     version INTEGER, fieldID SEQUENCE { fieldType OBJECT IDENTIFIER, prime INTEGER },
///     curve SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL },
///     base OCTET STRING, order INTEGER, cofactor INTEGER OPTIONAL, … }
/// ```
struct Explicit<'a> {
    node: Node<'a>,
    prime: Option<Node<'a>>,
    coefficients: [Node<'a>; 2],
    base: Node<'a>,
    order: Node<'a>,
    cofactor: Option<Node<'a>>,
}

impl<'a> Explicit<'a> {
    fn read(node: Node<'a>) -> Result<Explicit<'a>, Broken> {
        let mut fields = node.fields();
        fields.expect(0x02, "version of the domain parameters")?;
        let mut field = fields.expect(0x30, "fieldID")?.fields();
        let prime_field = field.expect(0x06, "fieldType")?.is_oid(&oids::PRIME_FIELD);
        let prime = if prime_field { Some(field.expect(0x02, "prime of the field")?) } else { None };
        let mut curve = fields.expect(0x30, "curve")?.fields();
        let coefficients = [curve.expect(0x04, "a of the curve")?, curve.expect(0x04, "b of the curve")?];
        curve.optional(&[0x03])?;
        curve.finish("curve is a, b and seed")?;
        let base = fields.expect(0x04, "base point")?;
        let order = fields.expect(0x02, "order")?;
        let cofactor = fields.optional(&[0x02])?;
        Ok(Explicit { node, prime, coefficients, base, order, cofactor })
    }
    fn field_length(&self) -> Option<usize> {
        self.prime.map(|prime| unsigned(prime.value).len())
    }
}

fn explicit<'a>(key: &PublicKeyInfo<'a>) -> Option<Result<Explicit<'a>, Broken>> {
    let parameters = key.algorithm.parameters.filter(|parameters| key.is_ec() && parameters.tag == 0x30)?;
    Some(Explicit::read(parameters))
}

fn unsigned(value: &[u8]) -> &[u8] {
    value.get(value.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default()
}

fn bits(number: &[u8]) -> usize {
    let number = unsigned(number);
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`
fn rsa_modulus<'a>(key: &PublicKeyInfo<'a>) -> Option<&'a [u8]> {
    let rsa = key.algorithm.oid.is_oid(&oids::RSA_ENCRYPTION) || key.algorithm.oid.is_oid(&oids::RSA_PSS);
    let node = Node::first(key.key(), 0).ok().filter(|_| rsa)?;
    Some(node.fields().expect(0x02, "modulus").ok()?.value)
}

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must("public_key.algorithm", "Doc 9303-12 4.1.6", "the key is one of RSA, DSA or elliptic curves", |c, hits| {
        let known = [oids::RSA_ENCRYPTION, oids::RSA_PSS, oids::DSA, oids::EC_PUBLIC_KEY];
        if !known.iter().any(|oid| c.key.algorithm.oid.is_oid(oid)) {
            hits.at(c.key.node.position, c.key.algorithm.name());
        }
    }),
    must("public_key.explicit_parameters", EXPLICIT, "domain parameters are explicit", |c, hits| {
        if !c.key.is_ec() {
            return;
        }
        match c.key.algorithm.parameters {
            Some(parameters) if parameters.tag == 0x30 => {}
            Some(parameters) if parameters.tag == 0x06 => {
                let name = parameters.oid().map_or_else(String::new, |oid| oid.to_string());
                hits.at(parameters.position, format!("the named curve {name}"));
            }
            Some(parameters) => hits.at(parameters.position, "implicit parameters"),
            None => hits.at(c.key.algorithm.node.position, "no parameters"),
        }
    }),
    must("public_key.parameters.form", EXPLICIT, "domain parameters are of the type ECParameters", |c, hits| {
        if let Some(Err(broken)) = explicit(&c.key) {
            hits.at(broken.position, broken.what);
        }
    }),
    must("public_key.cofactor", EXPLICIT, "domain parameters include the cofactor", |c, hits| {
        if let Some(Ok(parameters)) = explicit(&c.key)
            && parameters.cofactor.is_none()
        {
            hits.at(parameters.node.position, "no cofactor");
        }
    }),
    must("public_key.base_point", EXPLICIT, "the base point is uncompressed", |c, hits| {
        if let Some(Ok(parameters)) = explicit(&c.key)
            && parameters.base.value.first() != Some(&4)
        {
            hits.at(parameters.base.position, "another form");
        }
    }),
    must("public_key.point", EXPLICIT, "the public point is uncompressed", |c, hits| {
        if c.key.is_ec() && c.key.key().first() != Some(&4) {
            hits.at(c.key.bits.position, "another form");
        }
    }),
    must(
        "public_key.coefficients",
        "TR-03111 3.1.3, X9.62 4.3.3",
        "coefficients of the curve are as long as elements of its field",
        |c, hits| {
            if let Some(Ok(parameters)) = explicit(&c.key)
                && let Some(length) = parameters.field_length()
            {
                for coefficient in parameters.coefficients.iter().filter(|one| one.value.len() != length) {
                    hits.at(coefficient.position, format!("{} octets", coefficient.value.len()));
                }
            }
        },
    ),
    must(
        "public_key.point.length",
        "TR-03111 3.2.1",
        "an uncompressed point is two elements of the field",
        |c, hits| {
            let Some(Ok(parameters)) = explicit(&c.key) else { return };
            let Some(length) = parameters.field_length() else { return };
            let points = [(parameters.base.position, parameters.base.value), (c.key.bits.position, c.key.key())];
            for (position, point) in points {
                if point.first() == Some(&4) && point.len() != 2 * length + 1 {
                    hits.at(position, format!("{} octets", point.len()));
                }
            }
        },
    ),
    must("public_key.rsa_parameters", "RFC 3279 2.3.1", "parameters of an RSA key are NULL", |c, hits| {
        let rsa = c.key.algorithm.oid.is_oid(&oids::RSA_ENCRYPTION);
        if rsa && c.key.algorithm.parameters.is_none_or(|parameters| parameters.tag != 0x05) {
            hits.at(c.key.algorithm.node.position, "not NULL");
        }
    }),
    should(
        "public_key.strength",
        "Doc 9303-12 4.1.6",
        "keys have at least 2048 bits with RSA and DSA, 224 with elliptic curves",
        |c, hits| {
            if let Some(modulus) = rsa_modulus(&c.key)
                && bits(modulus) < 2048
            {
                hits.at(c.key.node.position, format!("{} bits", bits(modulus)));
            }
            if let Some(Ok(parameters)) = explicit(&c.key)
                && bits(parameters.order.value) < 224
            {
                hits.at(c.key.node.position, format!("{} bits", bits(parameters.order.value)));
            }
        },
    ),
];
