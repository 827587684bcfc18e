//! One element of SecurityInfos for each protocol (Doc 9303-11 9.2.1 to 9.2.10, BSI TR-03110-3 A.1.1).

use super::*;

/// id-PACE, {bsi-de protocols(2) smartcard(2) 4}: the mapping and the cipher follow.
pub const PACE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4");
/// id-CA, {bsi-de protocols(2) smartcard(2) 3}: key agreement and cipher follow.
pub const CHIP_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.3");
/// id-PK, {bsi-de protocols(2) smartcard(2) 1}: 1 for DH, 2 for ECDH follows.
pub const PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1");
/// id-TA, {bsi-de protocols(2) smartcard(2) 2}
pub const TERMINAL_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.2");
/// id-icao-mrtd-security-aaProtocolObject
pub const ACTIVE_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.5");

/// id-EFDIR, {id-icao-mrtd-security 13}
pub const EF_DIR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.13");

/// What is said of one protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityInfo {
    /// ```text
    /// PACEInfo ::= SEQUENCE {
    ///     protocol    OBJECT IDENTIFIER(id-PACE-{DH,ECDH}-{GM,IM,CAM}-…),
    ///     version     INTEGER, -- MUST be 2
    ///     parameterId INTEGER OPTIONAL }
    /// ```
    Pace {
        /// Mapping and cipher.
        protocol: ObjectIdentifier,
        /// The number of standardized domain parameters (Doc 9303-11 9.5.1), or of those in a PACEDomainParameterInfo.
        parameter_id: Option<u32>,
    },
    /// ```text
    /// PACEDomainParameterInfo ::= SEQUENCE {
    ///     protocol        OBJECT IDENTIFIER(id-PACE-DH-GM | id-PACE-ECDH-GM | … ),
    ///     domainParameter AlgorithmIdentifier,
    ///     parameterId     INTEGER OPTIONAL }
    /// ```
    PaceDomainParameters {
        /// Mapping, without a cipher.
        protocol: ObjectIdentifier,
        /// DER of the AlgorithmIdentifier.
        domain_parameters: Vec<u8>,
        /// The number that a PACEInfo refers to.
        parameter_id: Option<u32>,
    },
    /// ```text
    /// ChipAuthenticationInfo ::= SEQUENCE {
    ///     protocol OBJECT IDENTIFIER(id-CA-{DH,ECDH}-…),
    ///     version  INTEGER, -- MUST be 1
    ///     keyId    INTEGER OPTIONAL }
    /// ```
    ///
    /// Chips of eID schemes have version 2 as well, which is read and written too.
    ChipAuthentication {
        /// Key agreement and cipher.
        protocol: ObjectIdentifier,
        /// 1 in travel documents.
        version: u32,
        /// The key, where there are several.
        key_id: Option<u32>,
    },
    /// ```text
    /// ChipAuthenticationPublicKeyInfo ::= SEQUENCE {
    ///     protocol                    OBJECT IDENTIFIER(id-PK-DH | id-PK-ECDH),
    ///     chipAuthenticationPublicKey SubjectPublicKeyInfo,
    ///     keyId                       INTEGER OPTIONAL }
    /// ```
    ChipAuthenticationPublicKey {
        /// id-PK-DH or id-PK-ECDH.
        protocol: ObjectIdentifier,
        /// DER of the SubjectPublicKeyInfo.
        public_key: Vec<u8>,
        /// The key, where there are several.
        key_id: Option<u32>,
    },
    /// ```text
    /// ActiveAuthenticationInfo ::= SEQUENCE {
    ///     protocol           OBJECT IDENTIFIER(id-icao-mrtd-security-aaProtocolObject),
    ///     version            INTEGER, -- MUST be 1
    ///     signatureAlgorithm OBJECT IDENTIFIER }
    /// ```
    ActiveAuthentication {
        /// ecdsa-plain-SHA… of BSI TR-03111.
        signature_algorithm: ObjectIdentifier,
    },
    /// ```text
    /// TerminalAuthenticationInfo ::= SEQUENCE {
    ///     protocol OBJECT IDENTIFIER(id-TA),
    ///     version  INTEGER, -- MUST be 1
    ///     efCVCA   FileID OPTIONAL }
    /// ```
    ///
    /// An element with an efCVCA is kept as [`Self::Other`].
    TerminalAuthentication {
        /// 1 in travel documents.
        version: u32,
    },
    /// ```text
    /// EFDIRInfo ::= SEQUENCE {
    ///     protocol OBJECT IDENTIFIER(id-EFDIR),
    ///     eFDIR    OCTET STRING }
    /// ```
    EfDir {
        /// EF.DIR as it is on the chip, in full.
        contents: Vec<u8>,
    },
    /// A protocol that is not known here, kept as it is.
    Other {
        /// The protocol.
        protocol: ObjectIdentifier,
        /// DER of the whole SecurityInfo.
        der: Vec<u8>,
    },
}

impl SecurityInfo {
    /// The protocol of which something is said.
    pub fn protocol(&self) -> ObjectIdentifier {
        match self {
            Self::Pace { protocol, .. }
            | Self::PaceDomainParameters { protocol, .. }
            | Self::ChipAuthentication { protocol, .. }
            | Self::ChipAuthenticationPublicKey { protocol, .. }
            | Self::Other { protocol, .. } => *protocol,
            Self::ActiveAuthentication { .. } => ACTIVE_AUTHENTICATION,
            Self::TerminalAuthentication { .. } => TERMINAL_AUTHENTICATION,
            Self::EfDir { .. } => EF_DIR,
        }
    }

    /// The DER of this element.
    ///
    /// # Errors
    /// The object identifier belongs to another kind of element, a version is not the one that must be, or the DER of a
    /// key, of domain parameters or of [`Self::Other`] is not what it should be.
    pub fn to_der(&self) -> Result<Vec<u8>, LdsError> {
        if let Self::Other { der, .. } = self {
            Self::from_der(der)?;
            return Ok(der.clone());
        }
        let mut contents = Vec::new();
        asn1::push_object_identifier(&mut contents, &self.protocol());
        let optional = match self {
            Self::Pace { parameter_id, .. } => {
                asn1::push_integer(&mut contents, PACE_VERSION);
                *parameter_id
            }
            Self::PaceDomainParameters { domain_parameters, parameter_id, .. } => {
                asn1::algorithm_identifier(domain_parameters, contents.len())?;
                contents.extend_from_slice(domain_parameters);
                *parameter_id
            }
            Self::ChipAuthentication { version, key_id, .. } => {
                asn1::push_integer(&mut contents, *version);
                *key_id
            }
            Self::ChipAuthenticationPublicKey { public_key, key_id, .. } => {
                asn1::subject_public_key_info(public_key, contents.len())?;
                contents.extend_from_slice(public_key);
                *key_id
            }
            Self::ActiveAuthentication { signature_algorithm } => {
                asn1::push_integer(&mut contents, ACTIVE_AUTHENTICATION_VERSION);
                asn1::push_object_identifier(&mut contents, signature_algorithm);
                None
            }
            Self::TerminalAuthentication { version } => {
                asn1::push_integer(&mut contents, *version);
                None
            }
            Self::EfDir { contents: directory } => {
                tlv::push(&mut contents, OCTET_STRING, directory);
                None
            }
            Self::Other { .. } => None,
        };
        if let Some(number) = optional {
            asn1::push_integer(&mut contents, number);
        }
        let mut out = Vec::with_capacity(contents.len() + 4);
        tlv::push(&mut out, SEQUENCE, &contents);
        // What was built is read again, so that a protocol that belongs to another kind of element is refused.
        match Self::from_der(&out)? {
            read if read == *self => Ok(out),
            _ => Err(asn1::error(0)),
        }
    }

    /// Reads one element.
    ///
    /// # Errors
    /// Kind and position: not a SEQUENCE of an object identifier and of what its protocol asks for, or a version of
    /// PACE or of active authentication other than the one that must be ([`LdsErrorKind::Version`]).
    pub fn from_der(der: &[u8]) -> Result<Self, LdsError> {
        let mut reader = tlv::parse_single(der, SEQUENCE)?.reader();
        let object = reader.expect(OBJECT_IDENTIFIER)?;
        let protocol = asn1::object_identifier(&object)?;
        let below =
            |parent: &ObjectIdentifier| protocol.as_bytes().strip_prefix(parent.as_bytes()).map(|arcs| arcs.len());
        let next_tag = reader.peek_tag()?.ok_or(asn1::error(reader.position()))?;
        if below(&PACE) == Some(2) {
            fixed_version(&mut reader, PACE_VERSION)?;
            return Ok(Self::Pace { protocol, parameter_id: last_number(&mut reader)? });
        }
        if below(&PACE) == Some(1) {
            let start = reader.position();
            reader.expect(SEQUENCE)?;
            let domain_parameters = der.get(start..reader.position()).unwrap_or_default().to_vec();
            asn1::algorithm_identifier(&domain_parameters, start)?;
            return Ok(Self::PaceDomainParameters {
                protocol,
                domain_parameters,
                parameter_id: last_number(&mut reader)?,
            });
        }
        // Domain parameters of chip authentication version 2 have the same identifiers but no version.
        if matches!(below(&CHIP_AUTHENTICATION), Some(1 | 2)) && next_tag == INTEGER {
            let version = asn1::integer(&reader.expect(INTEGER)?)?;
            return Ok(Self::ChipAuthentication { protocol, version, key_id: last_number(&mut reader)? });
        }
        if below(&PUBLIC_KEY) == Some(1) {
            let start = reader.position();
            reader.expect(SEQUENCE)?;
            let public_key = der.get(start..reader.position()).unwrap_or_default().to_vec();
            asn1::subject_public_key_info(&public_key, start)?;
            return Ok(Self::ChipAuthenticationPublicKey { protocol, public_key, key_id: last_number(&mut reader)? });
        }
        if protocol == ACTIVE_AUTHENTICATION {
            fixed_version(&mut reader, ACTIVE_AUTHENTICATION_VERSION)?;
            let signature_algorithm = asn1::object_identifier(&reader.expect(OBJECT_IDENTIFIER)?)?;
            reader.finish()?;
            return Ok(Self::ActiveAuthentication { signature_algorithm });
        }
        if protocol == EF_DIR && next_tag == OCTET_STRING {
            let contents = reader.expect(OCTET_STRING)?.value.to_vec();
            reader.finish()?;
            return Ok(Self::EfDir { contents });
        }
        if protocol == TERMINAL_AUTHENTICATION && next_tag == INTEGER {
            let version = asn1::integer(&reader.expect(INTEGER)?)?;
            if reader.is_empty() {
                return Ok(Self::TerminalAuthentication { version });
            }
            return other(protocol, der, reader);
        }
        reader.next_object()?;
        other(protocol, der, reader)
    }
}

const PACE_VERSION: u32 = 2;
const ACTIVE_AUTHENTICATION_VERSION: u32 = 1;

fn fixed_version(reader: &mut Reader<'_>, version: u32) -> Result<(), LdsError> {
    let object = reader.expect(INTEGER)?;
    match asn1::integer(&object)? {
        found if found == version => Ok(()),
        _ => Err(LdsError::new(LdsErrorKind::Version, object.position)),
    }
}

/// The optional number at the end of an element.
fn last_number(reader: &mut Reader<'_>) -> Result<Option<u32>, LdsError> {
    let number = reader.optional(INTEGER)?.map(|object| asn1::integer(&object)).transpose()?;
    reader.finish()?;
    Ok(number)
}

/// An element that is kept whole, once it has been seen to have no more than the one optional object left.
fn other(protocol: ObjectIdentifier, der: &[u8], mut rest: Reader<'_>) -> Result<SecurityInfo, LdsError> {
    rest.next_object()?;
    rest.finish()?;
    Ok(SecurityInfo::Other { protocol, der: der.to_vec() })
}
