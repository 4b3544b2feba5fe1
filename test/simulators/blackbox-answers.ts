/** What the simulated Blackbox AI answers: its documented errors, the observed ones, and pictures in every coat. */

interface SimulatedError {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** An error as documented: the body's code is the status. */
const documented = (
  code: number,
  message: string,
  more: object = {},
  headers?: Record<string, string>,
): SimulatedError => ({
  status: code,
  body: { error: { code, message, ...more } },
  ...(headers && { headers }),
});

/** What goes wrong, by word. Careless as the real ones, they repeat the key. */
export function errors(key: string): Readonly<Record<string, SimulatedError>> {
  const litellm = (status: number, message: string, type: string) => ({
    ...{ status, body: { error: { message, type, param: "None", code: String(status) } } },
  });
  const flagged = { reasons: ["violence"], flagged_input: "a boat … sinking", provider_name: "Azure", model_slug: "x" };
  return {
    "bad-request": documented(400, "Invalid parameter: messages[0].content is too long"),
    "disabled-key": documented(401, `This key is disabled: ${key}`),
    "no-credit": documented(402, "Insufficient credits. Add more to continue."),
    budget: litellm(400, "Budget has been exceeded! Current cost: 10.1, Max budget: 10", "budget_exceeded"),
    "budget-429": litellm(429, "Budget has been exceeded! Current cost: 10.1, Max budget: 10", "budget_exceeded"),
    moderated: documented(403, "This model requires moderation and your input was flagged", { metadata: flagged }),
    late: documented(408, "Your request timed out"),
    "429": documented(429, "You are being rate limited"),
    "429-seconds": documented(429, "You are being rate limited", {}, { "retry-after": "17" }),
    "429-date": documented(429, "You are being rate limited", {}, { "retry-after": "Wed, 02 Dec 2026 12:00:30 GMT" }),
    "429-text": litellm(429, "No deployments available for selected model, Try again in 42 seconds.", "None"),
    "model-down": documented(502, "The model is down", { metadata: { provider_name: "Replicate", raw: "{}" } }),
    "no-provider": documented(503, "No provider meets your routing requirements"),
    broken: litellm(500, "litellm.InternalServerError: something unexpected", "None"),
    "upstream-key": litellm(
      401,
      'blackbox.Error: AzureException AuthenticationError - {"error":{"code":"invalid_api_key","message":"Access denied"}}',
      "None",
    ),
    "upstream-locked": litellm(
      403,
      "blackbox.Error: Fal_aiException - User is locked. Reason: Exhausted balance.",
      "None",
    ),
    "no-access": litellm(400, "fal.ai: cannot access application fal-ai/flux", "None"),
    nested: litellm(400, JSON.stringify({ error: { message: "NSFW content detected", code: 400 } }), "None"),
    first: {
      status: 401,
      body: { error: { message: "Bad key", type: "invalid_request_error", code: "invalid_api_key" } },
    },
    "plain-429": { status: 429, body: "slow down" },
  };
}

/** A successful answer as documented, with its "None" texts; variants by the word. */
export function success({ host, picture }: { host: string; picture: Buffer }, trouble: string): unknown {
  const address = (name: string) => `${host}/xezq/token/${name}`;
  const url = address(`${trouble.startsWith("at-") ? trouble.slice(3) : "picture"}.webp`);
  const base64 = picture.toString("base64");
  const contents: Readonly<Record<string, unknown>> = {
    glued: `${address("a.webp")}${address("b.webp")}`,
    "first-dead": `${address("gone.webp")}${address("b.webp")}`,
    markdown: `Here is your picture:\n\n![a boat](${url} "boat")\n\nEnjoy!`,
    chatty: `Done (see ${url}).`,
    "data-url": `data:image/webp;base64,${base64}`,
    base64,
    parts: [
      { type: "text", text: "Here:" },
      { type: "image_url", image_url: { url } },
    ],
    images: "",
    "openai-shape": null,
    empty: "",
    none: "None",
    space: " ",
    refusal: "I cannot draw that, because it shows a real person.",
    filtered: "The picture was withheld.",
    video: address("clip.mp4"),
  };
  const content = trouble in contents ? contents[trouble] : url;
  const absent = trouble === "nulls" ? null : "None";
  const base = {
    ...{ id: "chatcmpl-1757147957", created: 1_757_147_957, object: "chat.completion", system_fingerprint: absent },
    model: `black-forest-labs/flux-1.1-pro:${"ab".repeat(32)}`,
    usage: {
      ...{ completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 },
      ...{ completion_tokens_details: absent, prompt_tokens_details: absent },
      ...(trouble === "priced" && { cost: 0.04, is_byok: false }),
    },
  };
  const message = {
    ...{ content, role: "assistant", tool_calls: absent, function_call: absent },
    ...(trouble === "images" && { images: [{ type: "image_url", image_url: { url } }] }),
  };
  const finish_reason = trouble === "filtered" ? "content_filter" : "stop";
  if (trouble === "openai-shape") return { ...base, choices: [], data: [{ b64_json: base64 }] };
  if (trouble === "error-200") return { ...base, error: { code: 502, message: "The model went away" } };
  if (trouble === "choice-error") {
    const error = { code: 403, message: "Output was flagged by moderation" };
    return { ...base, choices: [{ finish_reason: "error", index: 0, message, error }] };
  }
  return { ...base, choices: [{ finish_reason, index: 0, message }] };
}
