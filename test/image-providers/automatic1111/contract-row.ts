import { type Automatic1111Settings, openAutomatic1111 } from "../../../src/image-providers/automatic1111/provider.ts";
import { automatic1111Simulator } from "../../simulators/automatic1111.ts";
import { createTestClock } from "../../support/clock.ts";
import { standingTime } from "../../support/image-provider-call.ts";
import { testTime } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

const auth = "atelier:open-sesame";

/** Opens it against a simulator, with time that stands still. */
export function openSimulated(baseUrl: string, change: Partial<Automatic1111Settings> = {}) {
  const { pause } = standingTime();
  return openAutomatic1111({ baseUrl, clock: createTestClock(testTime), pause, ...change });
}

/** One's own machine: no rules, no limits, no prices. */
export const automatic1111Row: ContractRow = {
  name: "automatic1111",
  free: true,
  open: async (t) => {
    const machine = await automatic1111Simulator(t);
    machine.behaviour.auth = auth;
    return { provider: openSimulated(machine.url, { auth }), key: auth, arrivals: machine.arrivals };
  },
  openUnreachable: () => openSimulated("http://127.0.0.1:1"),
  asksForPicture: ({ path }) => path.endsWith("2img"),
  failures: {
    locked: "auth",
    memory: "provider_error",
    sampler: "invalid_request",
    validation: "invalid_request",
    "bad-image": "invalid_request",
    checkpoint: "model_not_found",
    "no-model": "model_not_found",
    "no-api": "provider_unavailable",
    tunnel: "provider_unavailable",
    broken: "provider_error",
    "429": "rate_limited",
    "no-picture": "bad_output",
    "not-base64": "bad_output",
    black: "bad_output",
  },
  waits: { "429": null, "429-seconds": 17 },
  // Nothing is charged, so what broke off may simply be repeated.
  weather: { drop: ["provider_unavailable"], half: ["provider_unavailable"] },
};
