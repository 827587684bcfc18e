// Judges documents with the package @zkpassport/utils: a line "UNIX-TIME FOLDER" in, the reasons to refuse it out, none for
// a good one. The folder has EF.SOD.bin, DG1.bin and so on, and csca.der, the one country signer that is trusted.
//
// The package reads EF.SOD and certificates and verifies a certificate under a country signer; the same function is asked to
// verify the signature of EF.SOD under the document signer.

import { createHash, webcrypto } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// Node before 20 has it under another name.
globalThis.crypto ??= webcrypto;
const { getCscaForPassportAsync, getECDSAInfo, getRSAInfo } = await import("@zkpassport/utils");
const { Binary } = await import("@zkpassport/utils/binary");
const { DSC, SOD } = await import("@zkpassport/utils/passport");

const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;
const digest = (algorithm, bytes) => createHash(algorithm.toLowerCase()).update(bytes).digest();
const same = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;

/// The key of a certificate as the package's verification takes it.
function publicKey(certificate) {
  const info = certificate.tbs.subjectPublicKeyInfo;
  const parameters = info.signatureAlgorithm.parameters?.toUInt8Array();
  const subjectPublicKey = info.subjectPublicKey.toUInt8Array();
  if (info.signatureAlgorithm.name === "rsaEncryption") {
    const { modulus, exponent } = getRSAInfo({ algorithm: { algorithm: "1.2.840.113549.1.1.1" }, subjectPublicKey });
    const text = modulus.toString(16);
    return { type: "RSA", key_size: modulus.toString(2).length, modulus: `0x${text}`, exponent: Number(exponent) };
  }
  const { curve, publicKey, keySize } = getECDSAInfo({ algorithm: { parameters }, subjectPublicKey });
  const half = (publicKey.length - 1) / 2;
  const [x, y] = [publicKey.slice(1, 1 + half), publicKey.slice(1 + half)];
  return { type: "EC", curve, key_size: keySize, public_key_x: hex(x), public_key_y: hex(y) };
}

/// Whether the key of `certificate` signed `message`.
async function isSigned(message, signature, algorithm, certificate) {
  try {
    const issuer = {
      country: "UTO",
      signature_algorithm: /pss/i.test(algorithm.name) ? "RSA-PSS" : /rsa/i.test(algorithm.name) ? "RSA" : "ECDSA",
      public_key: publicKey(certificate),
    };
    // Its search goes by the country in the issuer's name.
    const tbs = { bytes: message, issuer: "countryName=UTO", subject: "", extensions: new Map() };
    return (await getCscaForPassportAsync({ tbs, signature }, [issuer], true)) === issuer;
  } catch {
    return false;
  }
}

/// Whether the signer identifier means this certificate.
function isSigner(sid, certificate) {
  if (sid.issuerAndSerialNumber) {
    const { issuer, serialNumber } = sid.issuerAndSerialNumber;
    return issuer === certificate.tbs.issuer && serialNumber.equals(certificate.tbs.serialNumber);
  }
  const extension = certificate.tbs.extensions.get("subjectKeyIdentifier");
  return extension?.value.toHex().endsWith(sid.subjectKeyIdentifier.replace(/^0x/, ""));
}

const isValid = ({ tbs: { validity } }, now) => validity.notBefore <= now && now <= validity.notAfter;

async function judge(now, folder) {
  const read = (name) => Binary.from(readFileSync(`${folder}/${name}`));
  const reasons = [];
  let sod;
  try {
    sod = SOD.fromDER(read("EF.SOD.bin"));
  } catch {
    return ["unreadable"];
  }
  const { signerInfo, certificate, encapContentInfo } = sod;
  const content = encapContentInfo.eContent;

  const messageDigest = signerInfo.signedAttrs.messageDigest.toUInt8Array();
  const computed = digest(signerInfo.digestAlgorithm, content.bytes.toUInt8Array());
  const { bytes } = signerInfo.signedAttrs;
  const isObjectSigned =
    isSigner(signerInfo.sid, certificate) &&
    // The attribute's value is an octet string with its tag and length.
    same(messageDigest.slice(2), computed) &&
    (await isSigned(bytes, signerInfo.signature, signerInfo.signatureAlgorithm, certificate));
  if (!isObjectSigned) reasons.push("signature");

  const countrySigner = DSC.fromDER(read("csca.der"));
  const isIssued =
    certificate.tbs.issuer === countrySigner.tbs.subject &&
    (await isSigned(certificate.tbs.bytes, certificate.signature, certificate.signatureAlgorithm, countrySigner));
  if (!isValid(certificate, now)) reasons.push("signer_validity");
  if (isIssued) {
    const { tbs, signature, signatureAlgorithm } = countrySigner;
    if (!isValid(countrySigner, now)) reasons.push("anchor_validity");
    if (!(await isSigned(tbs.bytes, signature, signatureAlgorithm, countrySigner))) reasons.push("anchor_signature");
  } else {
    reasons.push("chain");
  }

  const signed = content.dataGroupHashValues.values;
  const there = readdirSync(folder).flatMap((name) => name.match(/^DG(\d+)\.bin$/)?.[1] ?? []);
  for (const number of new Set([...Object.keys(signed), ...there])) {
    if (!signed[number] || !there.includes(number)) {
      reasons.push(`list:${number}`);
    } else if (!same(signed[number].toUInt8Array(), digest(content.hashAlgorithm, read(`DG${number}.bin`).toUInt8Array()))) {
      reasons.push(`hash:${number}`);
    }
  }
  return reasons;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [time, folder] = line.split(" ");
  console.log((await judge(new Date(Number(time) * 1000), folder)).join(" "));
}
