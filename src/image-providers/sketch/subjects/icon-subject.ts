/** Describes subjects that are drawn from the icon set, one to a line. */
import type { IconSubject } from "./subject.ts";

type Options = Partial<Pick<IconSubject, "icon" | "place" | "looks" | "shines">>;

/**
 * A subject with its home, its height as a share of the picture's unit, its width as a share of its height, and its words,
 * separated by commas. It stands, and its icon has its name, unless the options say otherwise.
 */
export function icon<const Name extends string>(
  name: Name,
  home: IconSubject["home"],
  size: number,
  aspect: number,
  words: string,
  options: Options = {},
): IconSubject & { readonly name: Name } {
  return { name, words: words.split(", "), place: "ground", size, aspect, home, icon: name, ...options };
}

/** A thing: it shows the same side wherever it stands. */
export function thing<const Name extends string>(
  name: Name,
  home: IconSubject["home"],
  size: number,
  aspect: number,
  words: string,
  options: Options = {},
): IconSubject & { readonly name: Name } {
  return icon(name, home, size, aspect, words, { looks: "ahead", ...options });
}
