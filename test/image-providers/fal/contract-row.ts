import { type FalSettings, openFal } from "../../../src/image-providers/fal/provider.ts";
import { type FalSimulator, falSimulator } from "../../simulators/fal.ts";
import { createTestClock } from "../../support/clock.ts";
import { standingTime } from "../../support/image-provider-call.ts";
import { testTime } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

/** Opens it against a simulator, with time that stands still. */
export function openSimulated(
  { url: baseUrl, key }: Pick<FalSimulator, "url" | "key">,
  change: Partial<FalSettings> = {},
) {
  const { pause } = standingTime();
  const models = ["fal-ai/flux/dev", "fal-ai/stable-diffusion-v35-large"] as const;
  return openFal({ baseUrl, key, models, concurrency: 4, clock: createTestClock(testTime), pause, ...change });
}

/** Refusals come at once, failures with the result. */
export const falRow: ContractRow = {
  name: "fal",
  open: async (t) => {
    const api = await falSimulator(t);
    return { provider: openSimulated(api), key: api.key, arrivals: api.arrivals };
  },
  openUnreachable: () => openSimulated({ url: "http://127.0.0.1:1", key: "nobody:listens" }),
  failures: {
    "bad-key": "auth",
    forbidden: "auth",
    locked: "billing",
    "no-app": "model_not_found",
    "bad-json": "invalid_request",
    "queue-full": "rate_limited",
    unavailable: "provider_unavailable",
    policy: "content_policy",
    flagged: "content_policy",
    "no-media": "bad_output",
    "too-large": "invalid_request",
    "too-long": "invalid_request",
    broken: "provider_error",
    "broken-for-good": "provider_error",
    "too-slow": "provider_unavailable",
    downstream: "provider_unavailable",
    runner: "provider_unavailable",
    "start-timeout": "provider_unavailable",
    "our-timeout": "provider_unavailable",
    "gone-since": "timeout",
    "no-file": "bad_output",
    "at-redirect-loop": "bad_output",
    "at-expired": "bad_output",
    "at-forbidden": "bad_output",
    "at-unavailable": "bad_output",
    "at-empty": "bad_output",
    "at-endless": "bad_output",
    "at-announced-huge": "bad_output",
    "at-cut": "bad_output",
  },
  waits: { "queue-full": null, "429-seconds": 17, "429-date": 30 },
  // It took the request, and nobody knows the name of what it began.
  weather: { html: ["timeout"], "not-json": ["timeout"], "wrong-json": ["timeout"], nothing: ["timeout"] },
};
