import { openReplicate, type ReplicateSettings } from "../../../src/image-providers/replicate/provider.ts";
import { type ReplicateSimulator, replicateSimulator } from "../../simulators/replicate.ts";
import { createTestClock } from "../../support/clock.ts";
import { standingTime } from "../../support/image-provider-call.ts";
import { testTime } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

/** Opens it against a simulator, with time that stands still. */
export function openSimulated(
  { url: baseUrl, token }: Pick<ReplicateSimulator, "url" | "token">,
  change: Partial<ReplicateSettings> = {},
) {
  const { pause } = standingTime();
  const models = ["black-forest-labs/flux-schnell"] as const;
  return openReplicate({ baseUrl, token, models, concurrency: 4, clock: createTestClock(testTime), pause, ...change });
}

/** Refusals come at once, failures at the end of a prediction. */
export const replicateRow: ContractRow = {
  name: "replicate",
  open: async (t) => {
    const api = await replicateSimulator(t);
    return { provider: openSimulated(api), key: api.token, arrivals: api.arrivals };
  },
  openUnreachable: () => openSimulated({ url: "http://127.0.0.1:1/v1", token: "r8_nobodylistens" }),
  asksForPicture: ({ method }) => method === "POST",
  failures: {
    "bad-key": "auth",
    "no-credit": "billing",
    "no-model": "model_not_found",
    "bad-input": "invalid_request",
    throttled: "rate_limited",
    broken: "provider_error",
    unavailable: "provider_unavailable",
    nsfw: "content_policy",
    sensitive: "content_policy",
    memory: "provider_error",
    interrupted: "provider_error",
    "model-error": "provider_error",
    aborted: "provider_unavailable",
    lost: "timeout",
    removed: "timeout",
    "no-output": "bad_output",
    number: "bad_output",
    words: "bad_output",
    "at-redirect-loop": "bad_output",
    "at-expired": "bad_output",
    "at-forbidden": "bad_output",
    "at-unavailable": "bad_output",
    "at-empty": "bad_output",
    "at-endless": "bad_output",
    "at-announced-huge": "bad_output",
    "at-cut": "bad_output",
  },
  waits: { throttled: null, "429-seconds": 17, "429-date": 30, "429-text": 42 },
  // It took the request, and nobody knows the name of what it began.
  weather: { html: ["timeout"], "not-json": ["timeout"], "wrong-json": ["timeout"], nothing: ["timeout"] },
};
