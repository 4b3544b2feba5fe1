import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Transact } from "../infra/db.ts";
import type { RemoteRef, RemoteRefs } from "../platforms/publication.ts";

const stored = z.record(z.string(), z.object({ value: z.string(), at: z.coerce.date() }));

/** The claim on the target was lost: somebody else works on it now, and nothing further may be done. */
export class ClaimLostError extends Error {}

/**
 * What earlier steps of a target left at its platform. Every change is durable before it resolves and says
 * `where id and fence`: without the claim it throws a {@link ClaimLostError}.
 */
export function remoteRefs(
  {
    transact,
    clock,
    crashPoint,
  }: { readonly transact: Transact; readonly clock: Clock; readonly crashPoint: CrashPoint },
  target: { readonly id: string; readonly fence: number; readonly remoteRefs: unknown },
): RemoteRefs {
  const refs = new Map<string, RemoteRef>(Object.entries(stored.parse(target.remoteRefs)));
  const write = async () => {
    const written = Object.fromEntries([...refs].map(([name, { value, at }]) => [name, { value, at: at.toJSON() }]));
    const { count } = await transact(async (tx) => {
      await tx.$executeRaw`set local synchronous_commit = on`;
      const status = { in: ["PUBLISHING" as const, "SUBMITTED" as const] };
      const where = { id: target.id, fence: target.fence, status };
      return tx.postTarget.updateMany({ where, data: { remoteRefs: written } });
    });
    if (count === 0) throw new ClaimLostError("The claim on the target was lost.");
  };
  return {
    get: (name) => refs.get(name) ?? null,
    async keep(name, value) {
      await crashPoint("publish:made-remotely");
      refs.set(name, { value, at: clock.now() });
      await write();
      await crashPoint("publish:reference-kept");
    },
    async drop(name) {
      if (refs.delete(name)) await write();
    },
  };
}
