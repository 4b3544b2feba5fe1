import { createHash } from "node:crypto";
import { z } from "zod";
import type { Tx } from "./db.ts";
import { IdempotencyKeyReusedError } from "./errors.ts";

/** The rule for keys that clients choose. */
export const idempotencyKey = z
  .string()
  .min(1, "The idempotency key is empty.")
  .max(128, "The idempotency key is longer than 128 characters.");

/** A request that may arrive twice. */
export interface IdempotentRequest {
  readonly userId: string;
  /** The mutation's name; keys of different mutations do not meet. */
  readonly operation: string;
  /** Null for a request without one: then it simply runs. */
  readonly key: string | null;
  /** What was asked, as parsed; the same key with another input is refused. */
  readonly input: unknown;
}

/**
 * Runs `make` once per key, in the caller's transaction, and answers its result again to every repetition, also to one that
 * arrives while the first still runs (it waits for the first's commit). Throws an {@link IdempotencyKeyReusedError} when the
 * key comes with other input. `result` checks what was stored.
 */
export async function once<Result extends z.ZodType<object>>(
  tx: Tx,
  request: IdempotentRequest,
  result: Result,
  make: () => Promise<z.output<Result>>,
): Promise<z.output<Result>> {
  const { userId, operation, key } = request;
  if (key === null) return make();
  const inputHash = createHash("sha256").update(JSON.stringify(request.input)).digest("hex");
  const where = { userId_operation_key: { userId, operation, key } };
  const first = await tx.idempotencyKey.createMany({
    data: [{ userId, operation, key, inputHash, result: {} }],
    skipDuplicates: true,
  });
  if (first.count === 0) {
    const found = await tx.idempotencyKey.findUniqueOrThrow({ where });
    if (found.inputHash !== inputHash) throw new IdempotencyKeyReusedError();
    return result.parse(found.result);
  }
  const made = await make();
  await tx.idempotencyKey.update({ where, data: { result: made } });
  return made;
}
