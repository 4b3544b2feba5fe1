/** Every style the renderer knows. A new one is a file beside this and a line here. */
import { ink } from "./ink.ts";
import { lowPoly } from "./low-poly.ts";
import { neon } from "./neon.ts";
import { oil } from "./oil.ts";
import { crayon, pencil } from "./pencil.ts";
import { photo } from "./photo.ts";
import { pixelArt } from "./pixel-art.ts";
import { comic, poster } from "./print.ts";
import { stainedGlass } from "./stained-glass.ts";
import type { Style } from "./style.ts";
import { watercolour } from "./watercolour.ts";

export const styles = [
  watercolour,
  oil,
  ink,
  pencil,
  crayon,
  pixelArt,
  lowPoly,
  neon,
  stainedGlass,
  poster,
  comic,
  photo,
] as const satisfies readonly Style[];

export type StyleName = (typeof styles)[number]["name"];

/** The style of a name. */
export function styleNamed(name: StyleName): Style {
  const style = styles.find((candidate) => candidate.name === name);
  if (style === undefined) {
    throw new Error(`No style is called ${name}.`);
  }
  return style;
}
