/** What the simulated AUTOMATIC1111 answers to words in a prompt. */

/** What a word in the prompt brings, at once; `sim:memory`, for one. */
export const troubles: Readonly<
  Record<string, readonly [status: number, body: unknown, headers?: Record<string, string>]>
> = {
  memory: [
    500,
    { error: "OutOfMemoryError", detail: "", body: "", errors: "CUDA out of memory. Tried to allocate 4 GiB" },
  ],
  sampler: [404, { error: "HTTPException", detail: "Sampler not found", body: "", errors: "" }],
  validation: [422, { detail: [{ loc: ["body", "steps"], msg: "value is not a valid integer", type: "type_error" }] }],
  checkpoint: [500, { error: "RuntimeError", detail: "", body: "", errors: "Unknown checkpoint: gone.safetensors" }],
  "no-model": [404, { error: "HTTPException", detail: "Model not found", body: "", errors: "" }],
  "bad-image": [500, { error: "HTTPException", detail: "Invalid encoded image", body: "", errors: "" }],
  "no-api": [404, { detail: "Not Found" }],
  broken: [500, { error: "RuntimeError", detail: "", body: "", errors: "mat1 and mat2 shapes cannot be multiplied" }],
  locked: [401, { error: "HTTPException", detail: "Incorrect username or password", body: "", errors: "" }],
  tunnel: [503, "tunnel not found"],
  "429": [429, ""],
  "429-seconds": [429, "", { "retry-after": "17" }],
};
