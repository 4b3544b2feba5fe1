/**
 * Blackbox AI as its documentation and its observed answers describe it: a chat endpoint whose text is an address, pictures on
 * another host, three families of errors. A word in the prompt (`sim:…`) chooses what goes wrong.
 */
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { z } from "zod";
import { errors, success } from "./blackbox-answers.ts";
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
  const { model } = parsed.data;
  const trouble = troubleIn(promptOf(parsed.data));
  if (badWeather(trouble, response)) {
    state.charged += 1;
    return undefined;
  }
  if (!state.models.includes(model)) return sendJson(response, 400, invalidModel(model));
  const extra = Object.keys(parsed.data).find((name) => !["model", "messages"].includes(name));
  if (state.strictFields && extra !== undefined) {
    const message = `litellm.UnsupportedParamsError: replicate does not support parameters: ['${extra}']`;
    return sendJson(response, 400, { error: { message, type: "None", param: "None", code: "400" } });
  }
  const refusal = errors(state.key)[trouble];
  if (refusal !== undefined) return sendJson(response, refusal.status, refusal.body, refusal.headers);
  state.charged += 1;
  return sendJson(response, 200, success({ host: state.delivery.origin, picture: state.picture }, trouble));
}

function promptOf(body: ChatBody): string {
  const content = body.messages[0]?.content ?? "";
  return typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("\n");
}

const invalidModel = (model: string) => ({
  error: {
    message: `{'error': '/chat/completions: Invalid model name passed in model=${model}. Call \`/v1/models\` to view available models for your key.'}`,
    ...{ type: "None", param: "None", code: "400" },
  },
});

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
