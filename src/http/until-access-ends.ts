import type { Viewer } from "../graphql/context.ts";
import type { Clock } from "../infra/clock.ts";
import type { Revocations } from "../infra/revocations.ts";

/** The longest that a timer can wait, in milliseconds; it fires at once beyond. */
const longestTimer = 2 ** 31 - 1;

/** What it touches. */
export interface AccessServices {
  readonly revocations: Revocations;
  readonly clock: Clock;
}

/** A credential that let somebody in. */
export interface Access {
  readonly viewer: Pick<Viewer, "sessionId" | "grant">;
  readonly expiresAt: Date;
}

/**
 * Calls `onEnd` once a credential that keeps a connection open ends: `expired` at its moment, `ended` within a second of the
 * end of its session or API token, in whichever process that was. Returns the end of the wait.
 */
export function untilAccessEnds(
  { revocations, clock }: AccessServices,
  { viewer, expiresAt }: Access,
  onEnd: (how: "expired" | "ended") => void,
): () => void {
  const stopListening = revocations.listen(viewer.sessionId ?? viewer.grant?.apiTokenId ?? "", () => onEnd("ended"));
  const stopWaiting = callAt(expiresAt, clock, () => onEnd("expired"));
  return () => {
    stopListening();
    stopWaiting();
  };
}

/** Calls `work` at a moment, however far. Returns the end of the wait. */
function callAt(moment: Date, clock: Clock, work: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = moment.getTime() - clock.now().getTime();
    timer = left > longestTimer ? setTimeout(wait, longestTimer) : setTimeout(work, left);
  };
  wait();
  return () => clearTimeout(timer);
}
