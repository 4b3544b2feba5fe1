import { z } from "zod";
import { BadUserInputError } from "./errors.ts";

/** A place in the event log: transaction id first, then the row's id. */
export interface EventPosition {
  readonly xid: bigint;
  readonly id: bigint;
}

/** Whether `a` stands behind `b` in the log. */
export function isAfter(a: EventPosition, b: EventPosition): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.id > b.id);
}

/** What a cursor says. */
export interface EventCursor {
  readonly position: EventPosition;
  /** When it was given, to tell when it grew too old. */
  readonly at: Date;
  /** Whether it stands between two events of a snapshot: whoever resumes from it needs the snapshot anew. */
  readonly inSnapshot: boolean;
}

/** The opaque text that a client keeps to resume. */
export function formatCursor(position: EventPosition, at: Date, { inSnapshot = false } = {}): string {
  const text = `${position.xid}.${position.id}.${at.getTime()}${inSnapshot ? ".s" : ""}`;
  return Buffer.from(text).toString("base64url");
}

/** What Postgres can count to: a transaction id is unsigned, a row's id is not. */
const maxXid = 2n ** 64n - 1n;
const maxId = 2n ** 63n - 1n;

const parts = z.tuple([
  z.coerce.bigint().max(maxXid),
  z.coerce.bigint().max(maxId),
  z.coerce.number().int().positive(),
]);

/** Reads a cursor. Throws a {@link BadUserInputError} for anything that `formatCursor` did not write. */
export function parseCursor(text: string): EventCursor {
  const match = /^(\d{1,20})\.(\d{1,19})\.(\d{1,15})(\.s)?$/.exec(Buffer.from(text, "base64url").toString());
  const read = parts.safeParse(match?.slice(1, 4));
  if (!read.success)
    throw new BadUserInputError(
      "`after` is not a cursor of an event. Pass the `cursor` of the last event you received.",
    );
  const [xid, id, at] = read.data;
  return { position: { xid, id }, at: new Date(at), inSnapshot: match?.[4] !== undefined };
}
