// Draws heads of nobody as SVG: `node heads.mjs OUT` after `npm install facesjs@5.0.3`.
// Every head follows from its number alone, so a set can be extended without changing what is there.
import { mkdirSync, writeFileSync } from "node:fs";
import { faceToSvgString, generate } from "facesjs";

const COUNT = 44;
const CHILDREN = new Set([37, 38, 39, 40, 41, 42, 43, 44]);
const RACES = ["asian", "asian", "asian", "white", "brown", "black"];
const CLOTHES = ["#2f3b4c", "#5b6770", "#7d6b5d", "#e4e2dc", "#39424e", "#6d2f35", "#3f5d4a", "#b8a27d", "#8793a5", "#1f2328"];
const CALM_MOUTHS = ["closed", "mouth", "mouth2", "mouth3", "mouth5", "straight", "smile-closed", "side"];
const NOT_ON_A_PASSPORT = { accessories: { id: "none" } };

const out = process.argv[2];
mkdirSync(out, { recursive: true });
const heads = [];
for (let number = 1; number <= COUNT; number++) {
  const random = seeded(20261120 + number * 7919);
  Math.random = random;
  const pick = (list) => list[Math.floor(random() * list.length)];
  const gender = number % 2 === 0 ? "female" : "male";
  const face = generate(NOT_ON_A_PASSPORT, { gender, race: RACES[number % RACES.length] });
  face.mouth.id = pick(CALM_MOUTHS);
  face.teamColors = [pick(CLOTHES), pick(CLOTHES), pick(CLOTHES)];
  face.eye.angle = Math.max(-3, Math.min(6, face.eye.angle));
  face.eyebrow.angle = Math.max(-4, Math.min(8, face.eyebrow.angle));
  if (face.glasses.id === "facemask") face.glasses.id = "none";
  if (["honker", "pinocchio"].includes(face.nose.id)) face.nose.id = "nose4";
  if (gender === "male" && random() < 0.5) face.facialHair.id = "none";
  const child = CHILDREN.has(number);
  if (child) {
    face.facialHair.id = "none";
    face.eyeLine.id = "none";
    face.smileLine.id = "none";
    face.body.size = 0.72;
    face.nose.size = 0.5;
    face.head.shave = "rgba(0,0,0,0)";
    face.hair.id = pick(gender === "male" ? ["short", "messy", "parted", "crop", "shortBangs"] : ["female3", "female5", "female8", "female10"]);
  } else if (random() < 0.2) {
    face.hair.color = pick(["#9a9690", "#c9c5bd", "#77736d"]);
  }
  const name = `head-${String(number).padStart(2, "0")}`;
  writeFileSync(`${out}/${name}.svg`, softened(faceToSvgString(face), face.body.color));
  heads.push({ name, gender, child });
}
writeFileSync(`${out}/heads.json`, JSON.stringify(heads, null, 1));

// The artwork's black outlines become thin and dark: a photograph has edges, not outlines.
function softened(svg, skin) {
  const shade = darker(skin, 0.42);
  return svg
    .replaceAll(/stroke="#000"/g, `stroke="${shade}"`)
    .replaceAll(/stroke-width="(\d+)"/g, (_, width) => `stroke-width="${(Number(width) * 0.5).toFixed(1)}"`)
    .replace('width="100%" height="100%"', 'width="1600" height="2400"');
}

function darker(hex, factor) {
  const channel = (at) => Math.round(parseInt(hex.slice(at, at + 2), 16) * factor).toString(16).padStart(2, "0");
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

// mulberry32
function seeded(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
