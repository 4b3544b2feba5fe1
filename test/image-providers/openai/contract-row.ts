import type { ImageProvider } from "../../../src/image-providers/provider.ts";
import { openAiSimulator } from "../../simulators/openai.ts";
import { openProvider } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

/** Opens it against a simulator. */
export function openOpenAi(baseUrl: string, key: string, more: Record<string, string> = {}): ImageProvider {
  const provider = openProvider("openai", { OPENAI_API_KEY: key, OPENAI_URL: baseUrl, ...more });
  if (provider === null) throw new Error("openai did not open with a key");
  return provider;
}

/** Every error of the specification, of the field, and of the servers that imitate it. */
export const openAiRow: ContractRow = {
  name: "openai",
  open: async (t) => {
    const { baseUrl, key, api } = await openAiSimulator(t);
    return { provider: openOpenAi(baseUrl, key), key, arrivals: api.arrivals };
  },
  openUnreachable: () => openOpenAi("http://127.0.0.1:1/v1", "sk-nobody-listens"),
  failures: {
    moderated: "content_policy",
    policy: "content_policy",
    azure: "content_policy",
    "stream-error": "content_policy",
    "bad-value": "invalid_request",
    fastapi: "invalid_request",
    unverified: "auth",
    region: "auth",
    quota: "billing",
    budget: "billing",
    mismatch: "model_not_found",
    "429": "rate_limited",
    overloaded: "provider_unavailable",
    starting: "provider_unavailable",
    broken: "provider_error",
    "text-error": "provider_error",
    "stream-end": "provider_error",
    "stream-break": "timeout",
    empty: "bad_output",
    hollow: "bad_output",
  },
  waits: { "429": null, "429-seconds": 17, "429-date": 30, "429-reset": 90, "429-text": 1, quota: null },
};
