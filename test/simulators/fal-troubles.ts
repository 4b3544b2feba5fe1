/** What the simulated fal answers to words in a prompt. */

const type = (name: string, msg = "no good") => ({ detail: [{ loc: ["body", "prompt"], msg, type: name }] });
const infrastructure = (error_type: string) => ({ detail: "The request failed.", error_type });
/** An answer in the shape in which it is sent. */
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** How a word in the prompt is answered at once; `sim:locked`, for one. */
export const refusals: Readonly<Record<string, Answer>> = {
  "bad-key": [401, { detail: "Cannot access application: authentication is required." }],
  locked: [
    403,
    { detail: "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing." },
  ],
  forbidden: [403, { detail: "Forbidden" }],
  "no-app": [404, { detail: "Application not found" }],
  "bad-json": [422, { detail: [{ loc: ["body"], msg: "JSON decode error", type: "json_invalid" }] }],
  "queue-full": [429, { detail: "Queue length limit reached" }],
  "429-seconds": [429, "", { "retry-after": "17" }],
  "429-date": [429, "", { "retry-after": "Wed, 02 Dec 2026 12:00:30 GMT" }],
  unavailable: [503, ""],
};

/** How it is answered once the request has run. */
export const ends: Readonly<Record<string, Answer>> = {
  policy: [422, type("content_policy_violation")],
  "no-media": [422, type("no_media_generated")],
  "too-large": [422, type("image_too_large")],
  "too-long": [422, type("sequence_too_long")],
  broken: [500, type("internal_server_error")],
  "broken-for-good": [500, type("internal_server_error"), { "x-fal-retryable": "false" }],
  "too-slow": [504, infrastructure("generation_timeout")],
  downstream: [504, infrastructure("downstream_service_unavailable")],
  runner: [503, infrastructure("runner_disconnected")],
  "start-timeout": [504, infrastructure("startup_timeout")],
  "our-timeout": [504, infrastructure("request_timeout"), { "x-fal-request-timeout-type": "user" }],
  "gone-since": [404, { detail: "Request not found" }],
};
