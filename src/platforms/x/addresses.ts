/**
 * Finds what X turns into a link of 23 characters, which is not what other networks take for one: bare domains of known ends are,
 * hosts without such an end are not, and the text right behind an address may be in another script. The rules are those of
 * Twitter's open library (twitter-text 3.1), which the tests hold this against; it is not used itself because it takes quadratic
 * time and changes globals.
 */
import { test } from "linkifyjs";

/** A web address in a text: offsets in UTF-16 units, `end` exclusive. */
export interface Address {
  readonly start: number;
  readonly end: number;
}

const spaces = "\\t-\\r \\u0085\\u00a0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const markers = "\\u202a-\\u202e\\u061c\\u200e\\u200f\\u2066-\\u2069";
const never = "\\ufffe\\ufeff\\uffff";
/** A host, and what may stand in its place: everything but spaces and ASCII punctuation, with dots, hyphens, underscores. */
const hostRun = new RegExp(`[^!'#%&()*+,/:;<=>?@[\\]^{|}~$\\\\${spaces}${markers}${never}]+`, "g");

const accented = "\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u0253-\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff";
const inPath = `[a-z0-9!*';:=+,.$/%#[\\]\\-\\u2013_~@|&\\u0400-\\u04ff${accented}]`;
const inBrackets = `\\((?:${inPath}+|${inPath}*\\(${inPath}+\\)${inPath}*)\\)`;
const pathEnd = `(?:[a-z0-9+\\-=_#/\\u0400-\\u04ff${accented}]|${inBrackets})`;
const query = "\\?[a-z0-9!?*'@();:&=+$/%#[\\]\\-_.,~|]*[a-z0-9\\-_&=#/]";
const tail = new RegExp(`(?::[0-9]+)?(/(?:(?:${inPath}|${inBrackets})*${pathEnd})?)?(?:${query})?`, "iy");
const shortened = new RegExp(`^https?://t\\.co/([a-z0-9]+)(?:${query})?`, "i");

const latinRun = new RegExp(`[-a-z0-9.${accented}]+`, "gi");

const maxAddress = 4_096;
const maxLabel = 63;
const maxSlug = 40;

/** The addresses of a text in NFC, in order. */
export function addressesIn(text: string): Address[] {
  const found: Address[] = [];
  let from = 0;
  const runs = new RegExp(hostRun);
  for (let run = runs.exec(text); run !== null; run = runs.exec(text)) {
    if (!run[0].includes(".")) continue;
    const hosts = hostsIn(text, hostStart(text, run.index, from), runs.lastIndex);
    const host = hosts.pop();
    if (host === undefined) continue;
    tail.lastIndex = host.end;
    const [rest = "", path] = tail.exec(text) ?? [];
    from = host.end + rest.length;
    runs.lastIndex = from;
    const address = host.scheme ? withScheme(text, host.start, from) : { ...host, end: path ? from : host.end };
    found.push(...hosts, ...(address !== null && address.end - address.start <= maxAddress ? [address] : []));
  }
  return found;
}

/**
 * Where a host can begin in a run: something must part it from the word, mention, tag or address before it, and be it a sign of
 * the run itself, which has a dot at least.
 */
function hostStart(text: string, start: number, from: number): number {
  const before = start > from ? text.charAt(start - 1) : "";
  if (before === "" ? from === 0 && /[a-z0-9]/i.test(text.charAt(start)) : !/[a-z0-9@$#]/i.test(before)) return start;
  return start + text.slice(start).search(/[^a-z0-9]/i) + 1;
}

interface Host extends Address {
  /** Whether `http://` or `https://` stands before it; then `start` is there. */
  readonly scheme: boolean;
}

/** The hosts in a run of a text. Those without a scheme are written in Latin letters; other scripts part them. */
function hostsIn(text: string, start: number, end: number): Host[] {
  const labels = text.slice(start, end).split(".");
  const last = lastLabel(labels, text.charAt(end));
  if (last === null) return [];
  const domain = [...labels.slice(0, last.index), last.top].join(".");
  const scheme = schemeBefore(text, start);
  if (scheme > 0) return [{ start: start - scheme, end: start + domain.length, scheme: true }];
  const previous = text.charAt(start - 1);
  if (/^[-_./]/.test(previous)) return [];
  return [...domain.matchAll(latinRun)].flatMap((run) => {
    const letters = run[0].replace(/^\.+/, "").split(".");
    const first = start + run.index + run[0].length - letters.join(".").length;
    const top = lastLabel(letters, domain.charAt(run.index + run[0].length) || text.charAt(start + domain.length));
    if (top === null) return [];
    const host = [...letters.slice(0, top.index), top.top].join(".");
    return [{ start: first, end: first + host.length, scheme: false }];
  });
}

/** How long a scheme right before an offset is; 0 where there is none, or where it is the end of a word. */
function schemeBefore(text: string, offset: number): number {
  const [scheme = ""] = /https?:\/\/$/i.exec(text.slice(Math.max(0, offset - 8), offset)) ?? [];
  return scheme === "" || /[a-z0-9@＠$#＃]/i.test(text.charAt(offset - scheme.length - 1)) ? 0 : scheme.length;
}

/** The last label that can end a host, with what of it does: all labels before it must be right. */
function lastLabel(labels: readonly string[], next: string): { readonly index: number; readonly top: string } | null {
  const wrong = labels.findIndex((label) => !/^[^-_](?:.*[^-_])?$/s.test(label) || label.length > maxLabel);
  const limit = wrong === -1 ? labels.length - 1 : wrong;
  for (let index = limit; index > 0; index -= 1) {
    const label = labels[index] ?? "";
    const [top = label] = /^(?:xn--[-0-9a-z]+|[a-z]{2,63})/i.exec(label) ?? [];
    const follows = label.charAt(top.length) || (index === labels.length - 1 ? next : ".");
    // Only subdomains may have underscores.
    if (labels[index - 1]?.includes("_") || /[0-9a-z@+-]/i.test(follows)) continue;
    if (/^xn--/i.test(top) || (top.length > 1 && test(`a.${top}`, "url"))) return { index, top };
  }
  return null;
}

/** X's own short addresses end with their code; what follows is text. */
function withScheme(text: string, start: number, end: number): Address | null {
  const [short, slug = ""] = shortened.exec(text.slice(start, end)) ?? [];
  if (short === undefined) return { start, end };
  return slug.length > maxSlug ? null : { start, end: start + short.length };
}
