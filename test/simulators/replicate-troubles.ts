/** What the simulated Replicate does at words in a prompt. */

/** How a word in the prompt is answered at once; `sim:no-credit`, for one. */
export const refusals: Readonly<
  Record<string, readonly [status: number, body: unknown, headers?: Record<string, string>]>
> = {
  "bad-key": [401, { title: "Unauthenticated", detail: "You did not pass a valid authentication token" }],
  "no-credit": [402, { title: "Insufficient credit", detail: "You have insufficient credit to run this model." }],
  "no-model": [404, { detail: "The requested resource could not be found." }],
  "bad-input": [422, { title: "Input validation failed", detail: "- input.width: must be from 256 to 1440\n" }],
  throttled: [429, { detail: "Request was throttled.", status: 429 }],
  "429-seconds": [429, { detail: "Request was throttled." }, { "retry-after": "17" }],
  "429-date": [429, { detail: "Request was throttled." }, { "retry-after": "Wed, 02 Dec 2026 12:00:30 GMT" }],
  "429-text": [429, { detail: "Request was throttled. Your rate limit resets in ~42s." }],
  broken: [500, { title: "Internal error", detail: "" }],
  unavailable: [503, ""],
};

/** How the word's prediction fails. */
export const errors: Readonly<Record<string, string>> = {
  nsfw: "NSFW content detected. Try running it again, or try a different prompt.",
  sensitive: "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
  memory: "CUDA out of memory. Tried to allocate 20.00 MiB",
  interrupted: "Prediction interrupted; please retry (code: PA)",
  "model-error": "ValueError: height must be divisible by 8",
};
