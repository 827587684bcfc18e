"""Lints every file of a folder by RFC 5280: *.cer as certificates, *.crl as revocation lists.

Prints a line for each finding: file, severity, code, message.
"""

import pathlib
import sys

from pkilint import loader, pkix
from pkilint.pkix import certificate, crl, extension, name

CERTIFICATES = certificate.create_pkix_certificate_validator_container(
    certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
    [
        certificate.create_issuer_validator_container([]),
        certificate.create_validity_validator_container(),
        certificate.create_subject_validator_container([]),
        certificate.create_extensions_validator_container([]),
        certificate.create_spki_validator_container([]),
    ],
)
REVOCATION_LISTS = crl.create_pkix_crl_validator_container(
    [
        pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
        pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
    ],
    [
        crl.create_issuer_validator_container([]),
        crl.create_validity_validator_container([]),
        crl.create_extensions_validator_container([]),
    ],
)


def findings(path):
    bytes_ = path.read_bytes()
    if path.suffix == ".crl":
        document = loader.load_crl(bytes_, path.name)
        validator = REVOCATION_LISTS
    else:
        document = loader.load_certificate(bytes_, path.name)
        validator = CERTIFICATES
    for result in validator.validate(document.root):
        for description in result.finding_descriptions:
            finding = description.finding
            message = " ".join(str(description.message or "").split())
            yield finding.severity.name, finding.code, message


for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix in (".cer", ".crl"):
        for severity, code, message in findings(path):
            print(path.name, severity, code, message, sep="\t")
