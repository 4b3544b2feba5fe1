/**
 * What is known of an image API that fails, and what follows. One circuit for each provider, shared by all processes.
 *
 *   CLOSED ──failures in a row──▶ OPEN ──its rest is over──▶ HALF_OPEN ──an answer──▶ CLOSED
 *                                  ▲                            │
 *                                  └───── the try failed ───────┘   each rest twice as long as the one before
 *
 * CLOSED: calls go out. OPEN: none do. HALF_OPEN: one at a time.
 */
import type { GenerationOutcome } from "../../image-providers/provider.ts";
import { addMilliseconds } from "../../infra/clock.ts";

/** So many failures in a row open the circuit. A picture that fails several times in a row counts once: it may be its own fault. */
export const failuresToOpen = 5;

/** A failure that comes later than this after the one before is the first of a new row, in milliseconds: a call takes up to ten minutes. */
const longestGap = 15 * 60_000;

/** How long a provider is left alone the first time, in milliseconds. */
export const firstRest = 30_000;

/** It is never left alone for longer than this, in milliseconds, whatever it asks. */
export const longestRest = 5 * 60_000;

/** A circuit as it is stored. */
export interface Circuit {
  /** In a row. */
  readonly failures: number;
  readonly lastFailureAt: Date | null;
  /** The picture that failed then. */
  readonly lastFailureId: string | null;
  /** Null while it is closed. */
  readonly openUntil: Date | null;
}

/** A provider that nothing bad is known of. */
export const closedCircuit: Circuit = { failures: 0, lastFailureAt: null, lastFailureId: null, openUntil: null };

/** Where a circuit stands. */
export function circuitState({ openUntil }: Pick<Circuit, "openUntil">, now: Date): "CLOSED" | "OPEN" | "HALF_OPEN" {
  if (openUntil === null) return "CLOSED";
  return openUntil > now ? "OPEN" : "HALF_OPEN";
}

/** What a call says about the provider itself. `retryAfter`: seconds it asked to wait. */
export type ProviderHealth =
  | { readonly kind: "ANSWERED" }
  | { readonly kind: "FAILED"; readonly retryAfter: number | null };

/**
 * What the end of a call says about the provider itself; null where it says nothing. A refused prompt was answered. A bad request,
 * a wrong key or an unknown model say neither that it works nor that it does not: leaving it alone would not help.
 */
export function healthOf(outcome: GenerationOutcome): ProviderHealth | null {
  if (outcome.ok) return { kind: "ANSWERED" };
  // It was the request's fault, says the provider.
  if (outcome.retryable === false) return null;
  switch (outcome.failure) {
    case "content_policy":
      return { kind: "ANSWERED" };
    case "rate_limited":
    case "provider_unavailable":
    case "provider_error":
    case "timeout":
      return { kind: "FAILED", retryAfter: outcome.retryAfter ?? null };
    case "auth":
    case "billing":
    case "invalid_request":
    case "model_not_found":
    case "bad_output":
    case "cancelled":
      return null;
  }
}

/** A call that ended. */
export interface EndedCall {
  /** Of the picture. */
  readonly imageId: string;
  readonly health: ProviderHealth;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** The circuit after a call. One that began before the circuit opened says nothing new: it is as it was. */
export function circuitAfter(circuit: Circuit, { imageId, health, startedAt, endedAt }: EndedCall): Circuit {
  const { openUntil } = circuit;
  if (openUntil !== null && startedAt < openUntil) return circuit;
  if (health.kind === "ANSWERED") return circuit.failures === 0 ? circuit : closedCircuit;
  const more = openUntil !== null || circuit.lastFailureId !== imageId ? 1 : 0;
  const failures = goesOnWithRow(circuit, endedAt) ? circuit.failures + more : 1;
  const failed = { failures, lastFailureAt: endedAt, lastFailureId: imageId };
  if (failures < failuresToOpen) return { ...failed, openUntil: null };
  const rest = Math.max(firstRest * 2 ** (failures - failuresToOpen), (health.retryAfter ?? 0) * 1_000);
  return { ...failed, openUntil: addMilliseconds(endedAt, Math.min(rest, longestRest)) };
}

/** A try after a rest goes on with the row, however late it comes. */
function goesOnWithRow({ lastFailureAt, openUntil }: Circuit, now: Date): boolean {
  return openUntil !== null || (lastFailureAt !== null && lastFailureAt >= addMilliseconds(now, -longestGap));
}
