// Judges machine readable zones with the packages mrz and, those of passports, mrz-fast: a line "line/line/…" in, and for each
// package out "accepted NUMBER/BIRTH/EXPIRY/SURNAME/FORENAMES" or "refused FIELD…", with a tab between the two.

import { createInterface } from "node:readline";
import { parse } from "mrz";
import { parseMRZ } from "mrz-fast";

const words = (name) => (name ?? "").replaceAll(" ", "<");

function judged({ valid, fields, details }) {
  if (!valid) return ["refused", ...details.filter(({ valid }) => !valid).map(({ field, label }) => field ?? label)].join(" ");
  const { documentNumber, birthDate, expirationDate, lastName, firstName } = fields;
  return `accepted ${[documentNumber, birthDate, expirationDate, words(lastName), words(firstName)].join("/")}`;
}

function ask(question) {
  try {
    return judged(question());
  } catch (error) {
    return `refused ${error.message}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const lines = line.split("/");
  const answers = [ask(() => parse(lines))];
  if (line.startsWith("P")) answers.push(ask(() => parseMRZ(lines)));
  console.log(answers.join("\t"));
}
