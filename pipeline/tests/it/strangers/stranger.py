"""Inspects exported documents with packages of others; prints what is wrong, nothing when all is right."""

import hashlib
import pathlib
import sys

from asn1crypto import cms, core, x509
from ecdsa import VerifyingKey
from ecdsa.util import sigdecode_der
from mrz.checker.td3 import TD3CodeChecker


class DataGroupHash(core.Sequence):
    _fields = [("number", core.Integer), ("value", core.OctetString)]


class DataGroupHashes(core.SequenceOf):
    _child_spec = DataGroupHash


class VersionInfo(core.Sequence):
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]


class LdsSecurityObject(core.Sequence):
    """Doc 9303-10 4.6.2.3."""

    _fields = [
        ("version", core.Integer),
        ("algorithm", cms.DigestAlgorithm),
        ("hashes", DataGroupHashes),
        ("info", VersionInfo, {"optional": True}),
    ]


cms.ContentType._map["2.23.136.1.1.1"] = "ldsSecurityObject"
verified = set()


def content_of(bytes_):
    """The value of a BER object with a tag and a length of any size."""
    at = 2 if bytes_[0] & 0x1F == 0x1F else 1
    length = bytes_[at]
    at += 1
    if length > 0x80:
        more = length - 0x80
        length = int.from_bytes(bytes_[at : at + more], "big")
        at += more
    assert len(bytes_) == at + length, "bytes after the end"
    return bytes_[at:]


def public_key(certificate):
    # Explicit parameters only: Doc 9303-12 forbids the names of curves.
    return VerifyingKey.from_der(certificate.public_key.dump(), valid_curve_encodings={"explicit"})


def verify_certificate(certificate, issuer):
    pair = (certificate.dump(), issuer.dump())
    if pair in verified:
        return
    assert certificate.issuer == issuer.subject, "issuer"
    digest = getattr(hashlib, certificate.hash_algo)
    signed = certificate["tbs_certificate"].dump()
    public_key(issuer).verify(certificate.signature, signed, hashfunc=digest, sigdecode=sigdecode_der)
    verified.add(pair)


def inspect_chip(folder):
    country_signer = x509.Certificate.load((folder / "csca.der").read_bytes(), strict=True)
    signer = x509.Certificate.load((folder / "ds.der").read_bytes(), strict=True)
    verify_certificate(country_signer, country_signer)
    verify_certificate(signer, country_signer)
    assert country_signer.ca and country_signer.max_path_length == 0, "basic constraints"
    assert signer.key_usage_value.native == {"digital_signature"}, "key usage"

    message = cms.ContentInfo.load(content_of((folder / "EF.SOD.bin").read_bytes()), strict=True)
    assert message["content_type"].native == "signed_data"
    data = message["content"]
    encapsulated = data["encap_content_info"]
    assert encapsulated["content_type"].native == "ldsSecurityObject"
    content = encapsulated["content"].parsed.dump() if encapsulated["content"].parsed else b""
    assert [chosen.chosen.dump() for chosen in data["certificates"]] == [signer.dump()], "certificates"
    (info,) = data["signer_infos"]
    attributes = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
    digest = getattr(hashlib, info["digest_algorithm"]["algorithm"].native)
    assert attributes["content_type"][0].native == "ldsSecurityObject"
    assert attributes["message_digest"][0].native == digest(content).digest(), "message digest"
    signed = b"\x31" + info["signed_attrs"].dump()[1:]
    public_key(signer).verify(info["signature"].native, signed, hashfunc=digest, sigdecode=sigdecode_der)

    security_object = LdsSecurityObject.load(content, strict=True)
    has_info = security_object["info"].native is not None
    assert security_object["version"].native == (1 if has_info else 0), "version"
    digest = getattr(hashlib, security_object["algorithm"]["algorithm"].native)
    hashes = {entry["number"].native: entry["value"].native for entry in security_object["hashes"]}
    files = {int(file.stem[2:]): file for file in folder.glob("DG*.bin")}
    assert hashes.keys() == files.keys(), (sorted(hashes), sorted(files))
    for number, file in files.items():
        assert hashes[number] == digest(file.read_bytes()).digest(), f"hash of DG{number}"


def inspect_zone(folder):
    text = (folder / "mrz.txt").read_text("ascii").rstrip("\n")
    checker = TD3CodeChecker(text, check_expiry=True)
    wrong = [name for name, is_right in checker.report.falses]
    # A birth date with unknown parts is right (Doc 9303-3 4.8) but not known to this package.
    is_unknown = "<" in text.split("\n")[1][13:19]
    assert wrong == (["birth date"] if is_unknown else []), (text, wrong)
    data = (folder / "DG1.bin").read_bytes()
    assert content_of(content_of(data)).decode("ascii") == text.replace("\n", ""), "DG1"


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        for inspect in (inspect_chip, inspect_zone):
            try:
                inspect(folder)
            except Exception as error:
                print(f"{folder.name}: {inspect.__name__}: {type(error).__name__} {error}")


main()
