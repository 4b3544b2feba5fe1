/** What grows. */

import { circle, n } from "../drawing.ts";
import { conifer } from "../elements/trees.ts";
import type { Random } from "../random.ts";
import type { OutlineSubject } from "./subject.ts";

const trunk =
  "M-9 3C-4 -8 -4 -22 -4 -34L-22 -54L-19 -57L-3 -44L-1 -62L2 -62L4 -42L20 -58L23 -54L6 -32C5 -20 5 -8 10 3Z";

/** Blossoms that catch the light, all well inside the crown. */
const dapples = [
  [-20, -76, 3.2],
  [-12, -82, 2.4],
  [2, -80, 3],
  [-4, -70, 2.2],
  [12, -74, 2.6],
  [-16, -64, 2.4],
  [18, -66, 2],
]
  .map(([x = 0, y = 0, r = 0]) => circle(x, y, r))
  .join("");

export const plants = [
  {
    name: "tree",
    words: [
      "tree",
      "oak",
      "oak tree",
      "maple",
      "maple tree",
      "willow",
      "willow tree",
      "birch",
      "birch tree",
      "apple tree",
    ],
    place: "ground",
    size: 0.5,
    aspect: 0.95,
    home: "meadow",
    tint: { h: 140, c: 0.09, lift: 0.1 },
    body: broadleaf,
    shade: trunk,
  },
  {
    name: "cherry tree",
    words: ["cherry tree", "cherry blossom", "cherry blossom tree", "sakura", "blossoming tree", "magnolia"],
    place: "ground",
    size: 0.48,
    aspect: 0.95,
    home: "meadow",
    tint: { h: 355, c: 0.14, lift: 0.62 },
    body: broadleaf,
    shade: trunk,
    pale: dapples,
  },
  {
    name: "pine",
    words: ["pine", "conifer", "fir", "spruce", "pine tree", "christmas tree", "evergreen"],
    place: "ground",
    size: 0.38,
    aspect: 0.5,
    home: "mountains",
    tint: { h: 165, c: 0.05, lift: 0.02 },
    body: (random) => conifer(random, 0, 0, 100),
  },
  {
    name: "palm",
    words: ["palm", "palm tree", "coconut tree"],
    place: "ground",
    size: 0.4,
    aspect: 0.85,
    home: "sea",
    tint: { h: 145, c: 0.06, lift: 0.03 },
    body: palm,
  },
  {
    name: "cactus",
    words: ["cactus", "saguaro"],
    place: "ground",
    size: 0.24,
    aspect: 0.62,
    home: "desert",
    tint: { h: 150, c: 0.07, lift: 0.08 },
    body: "M-8 2L-8 -32L-20 -32C-28 -32 -32 -38 -32 -46L-32 -64C-32 -71 -21 -71 -21 -64L-21 -48C-21 -44 -19 -43 -16 -43L-8 -43L-8 -91C-8 -103 8 -103 8 -91L8 -30L14 -30C18 -30 20 -32 20 -36L20 -56C20 -63 31 -63 31 -56L31 -34C31 -24 26 -19 18 -19L8 -19L8 2Z",
    pale: "M-1 -6L-1 -94L1 -94L1 -6ZM-27 -46L-27 -66L-25.500 -66L-25.500 -44ZM25 -34L25 -58L26.500 -58L26.500 -34Z",
  },
  {
    name: "flower",
    words: ["flower", "rose bush", "poppy", "daisy", "blossom", "wildflower"],
    place: "ground",
    size: 0.13,
    aspect: 0.6,
    home: "meadow",
    tint: { h: 20, c: 0.17, lift: 0.34 },
    body: flower,
    shade:
      "M-2 2C-1 -20 1 -40 -1 -62L2 -62C4 -40 2 -20 2 2ZM0 -14C-10 -20 -20 -30 -24 -42C-12 -38 -2 -28 0 -14ZM1 -22C8 -28 16 -34 20 -44C10 -42 2 -34 1 -22Z",
    pale: circle(0, -76, 7),
  },
  {
    name: "mushroom",
    words: ["mushroom", "toadstool"],
    place: "ground",
    size: 0.11,
    aspect: 1.05,
    home: "forest",
    tint: { h: 25, c: 0.15, lift: 0.26 },
    body: "M-52 -52C-50 -86 -22 -100 0 -100C22 -100 50 -86 52 -52C40 -46 24 -44 14 -44C14 -28 16 -12 22 2L-22 2C-16 -12 -14 -28 -14 -44C-24 -44 -40 -46 -52 -52Z",
    pale: `M-14 -44C-5 -43 5 -43 14 -44C14 -28 16 -12 22 2L-22 2C-16 -12 -14 -28 -14 -44Z${circle(-20, -72, 7)}${circle(8, -84, 6)}${circle(28, -66, 6)}${circle(-4, -60, 4)}`,
  },
] as const satisfies readonly OutlineSubject[];

/** A crown of overlapping leaf masses on a forked trunk. */
function broadleaf(random: Random): string {
  let path = trunk;
  for (let mass = 0; mass < 26; mass++) {
    const angle = random.between(0, Math.PI * 2);
    const reach = random.next() ** 0.6;
    const x = Math.cos(angle) * reach * 34;
    const y = -66 + Math.sin(angle) * reach * 23;
    path += circle(x, y, random.between(8, 14) * (1.15 - reach * 0.35));
  }
  return path;
}

/** A leaning trunk with fronds that bow under their weight. */
function palm(random: Random): string {
  const lean = random.between(8, 18);
  const [x, y] = [lean, -74];
  let path = `M-5 2C-4 -26 ${n(x * 0.3)} -52 ${n(x - 2)} ${y}L${n(x + 2)} ${y}C${n(x * 0.3 + 5)} -52 3 -26 6 2Z`;
  const fronds = 11;
  for (let frond = 0; frond < fronds; frond++) {
    const angle = Math.PI * (0.02 + (0.96 * frond) / (fronds - 1)) + random.between(-0.08, 0.08);
    const long = random.between(32, 44);
    const [dx, dy] = [-Math.cos(angle) * long, -Math.sin(angle) * long * 0.55];
    const droop = 10 + 16 * Math.abs(Math.cos(angle));
    const upper = `${n(x + dx * 0.5)} ${n(y + dy - 6)}`;
    const lower = `${n(x + dx * 0.55)} ${n(y + dy + 6)}`;
    const tip = `${n(x + dx)} ${n(y + dy * 0.4 + droop)}`;
    // Clockwise on either side, so that fronds do not cut holes into each other.
    path +=
      dx > 0
        ? `M${n(x)} ${y}Q${upper} ${tip}Q${lower} ${n(x)} ${y + 4}z`
        : `M${n(x)} ${y + 4}Q${lower} ${tip}Q${upper} ${n(x)} ${y}z`;
  }
  return path;
}

/** A bloom of petals on a stem with two leaves. */
function flower(random: Random): string {
  const petals = random.integer(6, 9);
  let path =
    "M-2 2C-1 -20 1 -40 -1 -62L2 -62C4 -40 2 -20 2 2ZM0 -14C-10 -20 -20 -30 -24 -42C-12 -38 -2 -28 0 -14ZM1 -22C8 -28 16 -34 20 -44C10 -42 2 -34 1 -22Z";
  for (let petal = 0; petal < petals; petal++) {
    const angle = (petal / petals) * Math.PI * 2;
    path += circle(Math.cos(angle) * 13, -76 + Math.sin(angle) * 13, 9);
  }
  return path;
}
