/**
 * The bundled icon set: Fluent Emoji Flat by Microsoft, MIT, as packed by Iconify. Its drawings are plain filled paths; they
 * are never shown as they are, but in colours mixed with those of the picture.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { z } from "zod";
import type { Oklch } from "./oklch.ts";
import { fromHex, hex } from "./oklch.ts";

/** A drawing in its own box: y grows downwards, and the foot is at `bottom`. */
export interface Icon {
  readonly body: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const icons = z.object({ icons: z.record(z.string(), z.object({ body: z.string() })) });
const fill = /fill="(#[0-9a-f]{3}(?:[0-9a-f]{3})?)"/g;
const side = 32;

let set: ReadonlyMap<string, string> | null = null;
const known = new Map<string, Icon>();

/** The icon of a name in the set; a name that is missing is a mistake in our lists and throws. */
export function iconNamed(name: string): Icon {
  const before = known.get(name);
  if (before !== undefined) {
    return before;
  }
  const drawn = allIcons().get(name);
  if (drawn === undefined) {
    throw new Error(`The icon set has no drawing called ${name}.`);
  }
  // A few have a gradient somewhere; its id could not be repeated in one document, and its colours not be mixed.
  const body = drawn.replaceAll(/<defs>.*?<\/defs>/g, "").replaceAll(/fill="url\([^)]*\)"/g, 'fill="none"');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}">${body}</svg>`;
  const box = new Resvg(svg, { font: { loadSystemFonts: false }, logLevel: "off" }).getBBox();
  if (box === undefined) {
    throw new Error(`The icon ${name} draws nothing.`);
  }
  const icon = { body, left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
  known.set(name, icon);
  return icon;
}

/** The set is read when the first icon is wanted: it is nine megabytes of which a picture needs one or two lines. */
function allIcons(): ReadonlyMap<string, string> {
  if (set === null) {
    const file = fileURLToPath(import.meta.resolve("@iconify-json/fluent-emoji-flat/icons.json"));
    const read = icons.parse(JSON.parse(readFileSync(file, "utf8")));
    set = new Map(Object.entries(read.icons).map(([name, { body }]) => [name, body]));
  }
  return set;
}

/** The icon's markup with every colour turned into another. */
export function recoloured(icon: Icon, change: (colour: Oklch) => Oklch): string {
  return icon.body.replaceAll(fill, (_, code: string) => `fill="${hex(change(fromHex(code)))}"`);
}

/** The icon's outline in one colour. */
export function silhouette(icon: Icon, colour: Oklch): string {
  return icon.body.replaceAll(fill, `fill="${hex(colour)}"`);
}
