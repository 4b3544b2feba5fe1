import type { Tx } from "../../infra/db.ts";
import type { Circuit } from "./circuit.ts";

/**
 * Locks a provider until the end of the transaction, and answers its circuit. Under this lock calls are counted, begun and
 * ended, in all processes one after the other, so that none is begun beyond what the provider allows. Whoever locks pictures as
 * well locks the provider first: nobody waits in a circle.
 */
export async function lockProvider(tx: Tx, provider: string): Promise<Circuit> {
  const known = await lock(tx, provider);
  if (known !== undefined) return known;
  await tx.$executeRaw`insert into provider_circuit (provider) values (${provider}) on conflict do nothing`;
  const made = await lock(tx, provider);
  if (made === undefined) throw new Error(`The circuit of the provider ${provider} is gone.`);
  return made;
}

async function lock(tx: Tx, provider: string): Promise<Circuit | undefined> {
  const [circuit] = await tx.$queryRaw<Circuit[]>`
    select failures, last_failure_at as "lastFailureAt", last_failure_id as "lastFailureId",
      open_until as "openUntil"
    from provider_circuit where provider = ${provider} for no key update`;
  return circuit;
}
