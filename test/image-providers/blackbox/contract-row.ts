import type { ImageProvider } from "../../../src/image-providers/provider.ts";
import { blackboxSimulator } from "../../simulators/blackbox.ts";
import { openProvider } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

/** Opens it against a simulator. */
export function openBlackbox(origin: string, key: string, more: Record<string, string> = {}): ImageProvider {
  const provider = openProvider("blackbox", { BLACKBOX_API_KEY: key, BLACKBOX_URL: origin, ...more });
  if (provider === null) throw new Error("blackbox did not open with a key");
  return provider;
}

/** Every error of the documentation and of the field. */
export const blackboxRow: ContractRow = {
  name: "blackbox",
  open: async (t) => {
    const { origin, key, api } = await blackboxSimulator(t);
    return { provider: openBlackbox(origin, key), key, arrivals: api.arrivals };
  },
  openUnreachable: () => openBlackbox("http://127.0.0.1:1", "sk-nobody-listens"),
  failures: {
    "bad-request": "invalid_request",
    "disabled-key": "auth",
    first: "auth",
    "no-credit": "billing",
    budget: "billing",
    "budget-429": "billing",
    moderated: "content_policy",
    nested: "content_policy",
    filtered: "content_policy",
    "choice-error": "content_policy",
    late: "timeout",
    "429": "rate_limited",
    "model-down": "provider_unavailable",
    "no-provider": "provider_unavailable",
    "upstream-key": "provider_unavailable",
    "upstream-locked": "provider_unavailable",
    "no-access": "provider_unavailable",
    "error-200": "provider_unavailable",
    broken: "provider_error",
    empty: "bad_output",
    space: "bad_output",
    none: "bad_output",
    refusal: "bad_output",
    "at-gone": "bad_output",
    "at-expired": "bad_output",
    "at-private": "bad_output",
    "at-huge": "bad_output",
    "at-endless": "bad_output",
    "at-dropped": "bad_output",
    "at-blank": "bad_output",
  },
  waits: { "429": null, "429-seconds": 17, "429-date": 30, "429-text": 42, "plain-429": null, empty: 10 },
};
