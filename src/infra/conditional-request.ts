/** What a reader of a file that never changes asks for: nothing when it has it already, or a part of it (RFC 9110, 13 and 14). */
import { parse } from "range-parser";
import { matchesEntityTag } from "./entity-tag.ts";
import type { ByteRange } from "./storage.ts";

/** Names in lower case, as Node gives them. */
export interface ConditionalHeaders {
  readonly "if-none-match"?: string | undefined;
  readonly "if-modified-since"?: string | undefined;
  readonly "if-range"?: string | undefined;
  readonly range?: string | undefined;
}

/** What the answer says about the file. */
export interface FileState {
  /** With quotes; strong. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** Whether the client has this very file already and is answered 304. A tag outweighs a date. */
export function clientHasFile(headers: ConditionalHeaders, { etag, modifiedAt }: FileState): boolean {
  if (headers["if-none-match"] !== undefined) return matchesEntityTag(headers["if-none-match"], etag);
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return toSeconds(modifiedAt) <= toSeconds(since);
}

/**
 * The part that is asked for; null for the whole: also for several parts at once, for units other than bytes, for what cannot
 * be read, and when `If-Range` names another file. `bytes` is the size of the whole.
 */
export function requestedRange(
  headers: ConditionalHeaders,
  file: FileState & { readonly bytes: number },
): ByteRange | "unsatisfiable" | null {
  if (headers.range === undefined || !isSameFile(headers["if-range"], file)) return null;
  const { code, type, ranges } = parse(file.bytes, headers.range);
  if (type !== "bytes" || (code & malformed) !== 0 || ranges.length > 1) return null;
  return ranges[0] ?? "unsatisfiable";
}

/** The parser's bit for a header that cannot be read. */
const malformed = 1;

/** A weak tag never counts here, and a date only when it is exactly ours: parts of two files must not be joined. */
function isSameFile(ifRange: string | undefined, { etag, modifiedAt }: FileState): boolean {
  return ifRange === undefined || ifRange === etag || toSeconds(Date.parse(ifRange)) === toSeconds(modifiedAt);
}

/** Dates of HTTP have no parts of seconds. */
const toSeconds = (time: Date | number) => Math.floor(Number(time) / 1000);
