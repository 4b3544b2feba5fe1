/**
 * Blackbox AI as its documentation and its observed answers describe it: a chat endpoint whose text is an address, pictures on
 * another host, three families of errors. A word in the prompt (`sim:…`) chooses what goes wrong.
 */
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { z } from "zod";
import {
  type Arrival,
  badWeather,
  endless,
  type Loopback,
  loopbackServer,
  paint,
  sendJson,
  troubleIn,
} from "./loopback.ts";

/** The simulated API and its picture host. */
export interface BlackboxSimulator {
  readonly origin: string;
  /** Accepted at the API; must never arrive at the picture host. */
  readonly key: string;
  readonly api: Loopback;
  readonly delivery: Loopback;
  /** The picture it delivers. */
  readonly picture: Buffer;
  /** Model ids of the list. */
  readonly models: string[];
  /** Pictures that were charged, waited for or not. */
  charged: number;
  /** Whether it refuses fields that its documentation does not name. */
  strictFields: boolean;
}

const chatBody = z.looseObject({
  model: z.string(),
  messages: z
    .array(
      z.strictObject({
        role: z.literal("user"),
        content: z.union([
          z.string().min(1),
          z.array(
            z.union([
              z.strictObject({ type: z.literal("text"), text: z.string() }),
              z.strictObject({ type: z.literal("image_url"), image_url: z.strictObject({ url: z.string() }) }),
            ]),
          ),
        ]),
      }),
    )
    .length(1),
});

type ChatBody = z.output<typeof chatBody>;

/** Starts one for a test. */
export async function blackboxSimulator(t: Test): Promise<BlackboxSimulator> {
  const picture = await paint("webp");
  const delivery = await loopbackServer(t, (arrival, response) => deliver(arrival, response, picture));
  const api = await loopbackServer(t, (arrival, response) => {
    if (arrival.headers.authorization !== `Bearer ${state.key}`) return refuseKey(response, arrival);
    const path = arrival.path.replace(/^\/v1/, "");
    if (arrival.method === "GET" && arrival.path === "/v1/models") return listModels(response, state);
    if (arrival.method !== "POST" || path !== "/chat/completions")
      return sendJson(response, 404, { detail: "Not Found" });
    return complete(response, state, arrival);
  });
  const state: BlackboxSimulator = {
    ...{ origin: api.origin, key: "sk-Simulated-Key_0123456789abcdef", api, delivery, picture },
    models: [
      "blackboxai/black-forest-labs/flux-1.1-pro",
      "blackboxai/black-forest-labs/flux-schnell",
      "blackboxai/google/imagen-4-fast",
      "blackboxai/google/nano-banana",
      "blackboxai/google/nano-banana/edit",
      "blackboxai/google/veo-3",
      "blackboxai/recraft-ai/recraft-v3-svg",
      "blackboxai/nightmareai/real-esrgan",
      "blackboxai/openai/gpt-4o",
    ],
    ...{ charged: 0, strictFields: false },
  };
  return state;
}

/** LiteLLM's words, which repeat the key. */
function refuseKey(response: ServerResponse, { headers }: Arrival): void {
  const message = `Authentication Error, Invalid proxy server token passed. Received API Key = ${headers.authorization}, Key Hash (Token) = 88dc`;
  sendJson(response, 401, { error: { message, type: "token_not_found_in_db", param: "key", code: "401" } });
}

function listModels(response: ServerResponse, { models }: BlackboxSimulator): void {
  const entry = (id: string) => ({ id, object: "model", created: 1_677_610_602, owned_by: "openai" });
  sendJson(response, 200, { object: "list", data: models.map(entry) });
}

function complete(response: ServerResponse, state: BlackboxSimulator, arrival: Arrival): unknown {
  const parsed = chatBody.safeParse(JSON.parse(arrival.body.toString()));
  if (!parsed.success || arrival.headers["content-type"] !== "application/json") {
    return sendJson(response, 400, { error: { code: 400, message: "Invalid request: messages" } });
  }
  const { model, messages, ...others } = parsed.data;
  const trouble = troubleIn(promptOf(parsed.data));
  if (badWeather(trouble, response)) {
    state.charged += 1;
    return undefined;
  }
  if (!state.models.includes(model)) return sendJson(response, 400, invalidModel(model));
  const [extra] = Object.keys(others);
  if (state.strictFields && extra !== undefined) {
    const message = `litellm.UnsupportedParamsError: replicate does not support parameters: ['${extra}']`;
    return sendJson(response, 400, { error: { message, type: "None", param: "None", code: "400" } });
  }
  const refusal = errors(state)[trouble];
  if (refusal !== undefined) return sendJson(response, refusal.status, refusal.body, refusal.headers);
  state.charged += 1;
  return sendJson(response, 200, success(state, trouble));
}

function promptOf({ messages: [message] }: ChatBody): string {
  const content = message?.content ?? "";
  return typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("\n");
}

const invalidModel = (model: string) => ({
  error: {
    message: `{'error': '/chat/completions: Invalid model name passed in model=${model}. Call \`/v1/models\` to view available models for your key.'}`,
    ...{ type: "None", param: "None", code: "400" },
  },
});

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

function errors({ key }: BlackboxSimulator): Readonly<Record<string, SimulatedError>> {
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
function success({ delivery, picture }: BlackboxSimulator, trouble: string): unknown {
  const address = (name: string) => `${delivery.origin}/xezq/token/${name}`;
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

/** The picture host. It must never see a key, and its addresses die. */
async function deliver({ path, headers }: Arrival, response: ServerResponse, picture: Buffer): Promise<unknown> {
  if (headers.authorization !== undefined) return response.writeHead(400).end("a key arrived at the picture host");
  const type = { "content-type": "image/webp" };
  switch (/([\w-]+)\.\w+$/.exec(path)?.[1]) {
    case "gone":
      return response.writeHead(404).end("Not found");
    case "expired":
      return response.writeHead(403, { "content-type": "application/xml" }).end("<Error>AccessDenied</Error>");
    case "moved":
      return response.writeHead(302, { location: "/xezq/token/picture.webp" }).end();
    case "private":
      return response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
    case "huge":
      return response.writeHead(200, { ...type, "content-length": String(40 * 1024 * 1024) }).flushHeaders();
    case "endless":
      return endless(response, "image/webp");
    case "dropped":
      return response.destroy();
    case "blank":
      return response.writeHead(200, type).end();
    case "slow":
      return response.writeHead(200, type).write(picture.subarray(0, 10));
    case "clip":
      return response.writeHead(200, { "content-type": "video/mp4" }).end(Buffer.from("\0\0\0\x18ftypmp42"));
    default:
      return response.writeHead(200, type).end(picture);
  }
}
