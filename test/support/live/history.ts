/** The judge of what readers of event streams were told: the event log itself, against what each of them heard. */

/** One row of the log, in the log's order. */
export interface LoggedEvent {
  /** Where it stands: `<transaction>.<row>`. */
  readonly place: string;
  readonly workspaceId: string;
  readonly topic: string;
  readonly entityId: string;
  readonly kind: string;
}

/** An event as a reader heard it. */
export interface HeardEvent {
  readonly place: string;
  readonly kind: string;
  /** Row id of what is inside, and of its workspace; null when it is gone. */
  readonly entityId: string | null;
  readonly workspaceId: string | null;
}

/** What one reader listened to, from where, and everything that it heard over all of its connections. */
export interface History {
  readonly reader: string;
  readonly workspaceId: string;
  readonly topic: string;
  /** It knows everything up to here. */
  readonly from: string;
  readonly heard: readonly HeardEvent[];
}

/** What is wrong with histories; all zero when nothing is. */
export interface Faults {
  lost: number;
  doubled: number;
  reordered: number;
  foreign: number;
}

/** The first few faults in words. */
export interface Verdict {
  readonly faults: Faults;
  readonly heard: number;
  readonly examples: readonly string[];
}

/** Whether one place stands behind another. */
export function isBehind(place: string, other: string): boolean {
  const [xid, id] = parts(place);
  const [otherXid, otherId] = parts(other);
  return xid > otherXid || (xid === otherXid && id > otherId);
}

function parts(place: string): readonly [bigint, bigint] {
  const [xid = "0", id = "0"] = place.split(".");
  return [BigInt(xid), BigInt(id)];
}

/**
 * Judges histories. Progress alone may be left out, for something newer of the same entity. Nothing may come twice or in
 * another order than the log's, and nothing that is not in the log, or in it for somebody else.
 */
export function judgeHistories(log: readonly LoggedEvent[], histories: readonly History[]): Verdict {
  const rows = new Map(log.map((event) => [event.place, event]));
  const faults: Faults = { lost: 0, doubled: 0, reordered: 0, foreign: 0 };
  const examples: string[] = [];
  const blame = (fault: keyof Faults, { reader }: History, place: string) => {
    faults[fault] += 1;
    if (examples.length < 20) examples.push(`${fault}: ${reader} at ${place}`);
  };
  for (const history of histories) {
    const { workspaceId, topic, from, heard } = history;
    const places = new Set<string>();
    let last = from;
    for (const event of heard) {
      const { place } = event;
      if (places.has(place)) blame("doubled", history, place);
      else if (!isBehind(place, last)) blame("reordered", history, place);
      else last = place;
      places.add(place);
      if (isForeign(event, rows.get(place), history)) blame("foreign", history, place);
    }
    for (const { place, kind, ...row } of log) {
      const own = row.workspaceId === workspaceId && row.topic === topic;
      if (own && kind !== "PROGRESS" && isBehind(place, from) && !places.has(place)) blame("lost", history, place);
    }
  }
  return { faults, heard: histories.reduce((sum, { heard }) => sum + heard.length, 0), examples };
}

function isForeign(event: HeardEvent, row: LoggedEvent | undefined, { workspaceId, topic }: History): boolean {
  if (row === undefined || row.workspaceId !== workspaceId || row.topic !== topic) return true;
  if (event.entityId !== null && event.entityId !== row.entityId) return true;
  return event.workspaceId !== null && event.workspaceId !== workspaceId;
}
