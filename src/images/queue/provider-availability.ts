import type { ImageProvider } from "../../image-providers/provider.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { type Circuit, circuitState, closedCircuit } from "./circuit.ts";

/** Whether a provider can be counted on. */
export interface ProviderAvailability {
  readonly status: "AVAILABLE" | "RESTING" | "TRYING";
  /** For people. */
  readonly message: string;
  /** Null unless RESTING. */
  readonly until: Date | null;
}

/** What is known of these providers, in the same order; one statement. */
export async function providerAvailabilities(
  {
    db,
    clock,
    providers,
  }: { readonly db: Db; readonly clock: Clock; readonly providers: ReadonlyMap<string, ImageProvider> },
  names: readonly string[],
): Promise<ProviderAvailability[]> {
  const circuits = await db.providerCircuit.findMany({ where: { provider: { in: [...names] } } });
  const now = clock.now();
  return names.map((name) => {
    const circuit = circuits.find(({ provider }) => provider === name) ?? closedCircuit;
    return describeAvailability(providers.get(name)?.label ?? name, circuit, now);
  });
}

/** A circuit in words. */
export function describeAvailability(
  label: string,
  circuit: Pick<Circuit, "failures" | "openUntil">,
  now: Date,
): ProviderAvailability {
  const { failures, openUntil } = circuit;
  const failed = `${label} failed ${failures} times in a row`;
  switch (circuitState(circuit, now)) {
    case "CLOSED":
      return { status: "AVAILABLE", message: `${label} makes pictures.`, until: null };
    case "OPEN": {
      const time = openUntil?.toISOString().slice(11, 19);
      const message = `${failed} and is left alone until ${time} UTC. What was asked of it waits; nothing is lost.`;
      return { status: "RESTING", message, until: openUntil };
    }
    case "HALF_OPEN":
      return {
        status: "TRYING",
        message: `${failed}. One picture tries whether it answers again; the others wait.`,
        until: null,
      };
  }
}
