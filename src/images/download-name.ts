/** A file name that a person recognises, safe on every file system. */

/** Counted in code points, without the extension: with four bytes each still below every file system's limit of 255. */
const longestName = 60;

/** Names of devices, which Windows takes for themselves with any extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** `name` as it should be, and `fallback` for clients that know ASCII alone; both with the extension. */
export interface DownloadName {
  readonly name: string;
  readonly fallback: string;
}

/** `three-foxes-in-a-misty-forest.png`, from the title or else the prompt; `image.png` where they have no letters. */
export function downloadName(
  { title, prompt }: { readonly title: string | null; readonly prompt: string },
  extension: string,
): DownloadName {
  const text = title?.trim() || prompt;
  // Letters, their marks and digits of every script; apostrophes vanish, so that "fox's" stays one word.
  const name = toName(text.normalize("NFC"), /[^\p{L}\p{M}\p{N}]+/gu);
  const fallback = toName(text.normalize("NFKD").replace(/\p{M}/gu, ""), /[^a-z0-9]+/gi);
  return { name: `${name}.${extension}`, fallback: `${fallback}.${extension}` };
}

function toName(text: string, others: RegExp): string {
  const words = text.toLowerCase().replace(/['’]/g, "").replace(others, "-").replace(/^-|-$/g, "");
  const points = [...words];
  const cut = points.slice(0, longestName).join("");
  // Not in the middle of a word, unless it is one long word.
  const whole = points.length > longestName && points[longestName] !== "-" ? cut.replace(/(?<=.)-[^-]*$/u, "") : cut;
  const name = whole.replace(/-$/, "") || "image";
  return reserved.test(name) ? `${name}-image` : name;
}
