/**
 * One subscription's stream: the current state first, then every change, or, with `after`, everything missed and then every
 * change. The listener is in place before anything is read, so nothing falls between the two.
 *
 * A snapshot is whole or it is none: only its last event carries a cursor that stands behind it, and whoever comes back with
 * one of the others is shown everything anew.
 *
 * NOTE An idle `async function*` never runs its clean-up when it is returned from outside; so this is an iterator object with
 * a `return` of its own, which always gives the listener back.
 */
import type { Clock } from "../infra/clock.ts";
import { addMilliseconds } from "../infra/clock.ts";
import { DomainError } from "../infra/errors.ts";
import { type EventPosition, formatCursor, isAfter, parseCursor } from "../infra/event-cursor.ts";
import type { EventFilter, EventLog, RecordedEvent } from "../infra/events.ts";
import { eventRetention } from "../infra/forget-events.ts";
import { createEventQueue, type EventQueue, maxWaiting, type StreamedEvent } from "./event-queue.ts";
import { endedStream, untilLast } from "./until-last.ts";

/** What was missed cannot be told any more: it is forgotten, or too much. */
class ResyncRequiredError extends DomainError {
  readonly code = "RESYNC_REQUIRED";

  constructor(reason: string) {
    super(`${reason} Subscribe without \`after\` and start from the snapshot.`);
  }
}

const tooMuch = () => new ResyncRequiredError(`More than ${maxWaiting} events wait to be read.`);

/** What a stream needs. */
export interface EventStreamOptions {
  readonly typename: string;
  readonly filter: EventFilter;
  readonly after: string | null | undefined;
  /** Reads the ids of the entities that are shown first; it is not called when `after` resumes. */
  readonly snapshot: () => Promise<readonly string[]>;
  /** Whether what is watched has come to its end; the stream ends with the last event before that. Never, when absent. */
  readonly isSettled?: (() => Promise<boolean>) | undefined;
}

/** What it touches. */
export interface EventStreamServices {
  readonly events: EventLog;
  readonly clock: Clock;
}

/**
 * Opens a stream. Rejects with a `BadUserInputError` or {@link ResyncRequiredError} when `after` cannot be resumed; the
 * stream itself ends with the latter when it is read too slowly.
 */
export async function openEventStream(
  services: EventStreamServices,
  options: EventStreamOptions,
): Promise<AsyncIterableIterator<StreamedEvent>> {
  const { events, clock } = services;
  const { typename, filter, after, snapshot, isSettled } = options;
  const resume = typeof after === "string" ? resumePosition(after, clock) : null;
  const queue = createEventQueue();
  const live: RecordedEvent[] = [];
  let hear = (event: RecordedEvent): void => void live.push(event);
  const stopListening = events.listen(filter, (event) => hear(event));
  try {
    // What stands before it is part of the state that is read now, and is not told again.
    const start = resume ?? (await events.horizon());
    const teller = createTeller(typename, start);
    if (resume === null) showState(queue, { typename, start, at: clock.now() }, await snapshot());
    else await catchUp(events, { queue, filter, start, tell: teller });
    for (const event of live) teller(event, queue.replay);
    hear = (event) => teller(event, queue.push);
    if (isSettled === undefined) return queue.iterate(stopListening, tooMuch);
    const isLast = async (position: EventPosition) =>
      // NOTE In this order: what settled it is committed when the log is asked.
      (await isSettled()) && queue.isEmpty() && !(await events.hasLater(filter, position));
    if (queue.isEmpty() && (await isLast(start))) {
      stopListening();
      return endedStream();
    }
    return untilLast(queue.iterate(stopListening, tooMuch), isLast);
  } catch (error) {
    stopListening();
    throw error;
  }
}

/** Where to go on; null for a cursor from the middle of a snapshot, which is shown anew. */
function resumePosition(cursor: string, clock: Clock): EventPosition | null {
  const { position, at, inSnapshot } = parseCursor(cursor);
  if (inSnapshot) return null;
  if (at < addMilliseconds(clock.now(), -eventRetention))
    throw new ResyncRequiredError("The cursor is older than the event log.");
  return position;
}

type Tell = (event: RecordedEvent, append: (event: StreamedEvent) => void) => void;

/** Tells each event behind a position once, whichever way it comes. */
function createTeller(typename: string, start: EventPosition): Tell {
  let last = start;
  return (event, append) => {
    if (!isAfter(event, last)) return;
    last = event;
    const { at, kind, entityId } = event;
    append({ typename, cursor: formatCursor(event, at), at, kind, entityId });
  };
}

function showState(
  queue: EventQueue,
  { typename, start, at }: { readonly typename: string; readonly start: EventPosition; readonly at: Date },
  entityIds: readonly string[],
): void {
  for (const [index, entityId] of entityIds.entries()) {
    const inSnapshot = index < entityIds.length - 1;
    queue.replay({ cursor: formatCursor(start, at, { inSnapshot }), at, kind: "SNAPSHOT", typename, entityId });
  }
}

/** Everything missed. Rejects when it is more than fits. */
async function catchUp(
  events: EventLog,
  missed: { readonly queue: EventQueue; readonly filter: EventFilter; readonly start: EventPosition; tell: Tell },
): Promise<void> {
  const { queue, filter, start, tell } = missed;
  for await (const event of events.readAfter(filter, start)) {
    tell(event, queue.replay);
    if (queue.overflowed()) throw tooMuch();
  }
}
