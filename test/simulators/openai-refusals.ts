/** What the simulated Images API refuses, and in which words. Careless as the real one, it repeats the key. */
import type { ServerResponse } from "node:http";
import { sendJson } from "./loopback.ts";

interface ApiError {
  readonly message: string;
  readonly type: string;
  readonly code?: string;
  readonly param?: string;
}

/** Answers an error as the API writes it. */
export function fail(
  response: ServerResponse,
  status: number,
  error: ApiError,
  headers: Record<string, string> = {},
): void {
  const body = { error: { param: null, code: null, ...error } };
  sendJson(response, status, body, { "x-request-id": "req_0123456789", ...headers });
}

/** The head of an answer when the minute is used up. */
export const limited = (reset: string) => ({
  ...{ "x-ratelimit-limit-requests": "5", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": reset },
});

/** Refuses by the word. Answers whether there was one. */
export function refuse(response: ServerResponse, trouble: string, key: string): boolean {
  const safety =
    "Your request was rejected by the safety system. Include the request ID req_0123456789. safety_violations=[violence].";
  const rate: ApiError = { message: "Rate limit reached.", type: "requests", code: "rate_limit_exceeded" };
  const user = "image_generation_user_error";
  const invalid = "invalid_request_error";
  const refusals: Readonly<Record<string, readonly [number, ApiError, Record<string, string>?]>> = {
    moderated: [400, { message: safety, type: user, code: "moderation_blocked" }],
    policy: [400, { message: "Your prompt may contain unsafe text.", type: invalid, code: "content_policy_violation" }],
    azure: [400, { message: "The response was filtered.", type: "", code: "contentFilter" }],
    "bad-value": [400, { message: `Invalid value: '${key}' is no size.`, type: invalid, code: "invalid_value" }],
    unverified: [403, { message: "Your organization must be verified to use this model.", type: invalid }],
    region: [403, { message: "Country, region, or territory not supported", type: "request_forbidden" }],
    quota: [
      429,
      { message: "You exceeded your current quota.", type: "insufficient_quota", code: "insufficient_quota" },
    ],
    budget: [400, { message: "Budget has been exceeded!", type: "budget_exceeded", code: "400" }],
    "429": [429, rate],
    "429-seconds": [429, rate, { "retry-after": "17" }],
    "429-date": [429, rate, { "retry-after": "Wed, 02 Dec 2026 12:00:30 GMT" }],
    "429-reset": [429, rate, limited("1m30s")],
    "429-text": [429, { ...rate, message: "Rate limit reached. Please try again in 250ms." }],
    broken: [500, { message: "The server had an error.", type: "server_error" }],
    overloaded: [503, { message: "The engine is currently overloaded.", type: "server_error" }],
  };
  const refusal = refusals[trouble];
  if (refusal !== undefined) fail(response, ...refusal);
  // Servers that imitate it have errors of their own.
  else if (trouble === "fastapi") sendJson(response, 422, { detail: [{ loc: ["body", "size"], msg: "size is odd" }] });
  else if (trouble === "mismatch") sendJson(response, 400, { detail: "Model mismatch: this server runs another one." });
  else if (trouble === "starting") sendJson(response, 503, { detail: "Diffusion engine not started" });
  else if (trouble === "text-error") sendJson(response, 500, { error: "out of memory" });
  else return false;
  return true;
}
