/**
 * OpenAI's Images API as its specification and its observed answers describe it: fields checked by model, JSON and streams, a limit
 * of pictures a minute, token counts. A word in the prompt (`sim:…`) chooses what goes wrong, or how a compatible server differs.
 */
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { z } from "zod";
import { sharp } from "../../src/infra/sharp.ts";
import { type Arrival, badWeather, type Loopback, loopbackServer, paint, sendJson, troubleIn } from "./loopback.ts";
import { fieldsOf } from "./openai-fields.ts";
import { fail, limited, refuse } from "./openai-refusals.ts";

/** The simulated API. */
export interface OpenAiSimulator {
  /** With `/v1`, as it is configured. */
  readonly baseUrl: string;
  readonly key: string;
  readonly api: Loopback;
  readonly picture: Buffer;
  /** What the last request asked for, as checked. */
  readonly asked: Readonly<Record<string, unknown>>[];
  /** Files of the last edit by field name. */
  readonly files: Map<string, Buffer>;
  /** Pictures left in this minute. */
  allowance: number;
  readonly models: string[];
  /** Streams wait for it when they have sent their unfinished pictures. */
  beforeCompletion: Promise<void>;
}

/** Starts one for a test. */
export async function openAiSimulator(t: Test): Promise<OpenAiSimulator> {
  const picture = await paint("png");
  const api = await loopbackServer(t, async (arrival, response) => {
    const { method, path, headers } = arrival;
    if (path.startsWith("/generated-images/"))
      return response.writeHead(200, { "content-type": "image/png" }).end(picture);
    const sent = headers["api-key"] ?? headers.authorization?.replace(/^Bearer /, "");
    if (sent !== state.key) return refuseKey(response, String(sent));
    const { pathname } = new URL(path, "http://simulator");
    if (method === "GET" && pathname === "/v1/models") return listModels(response, state);
    if (method === "POST" && pathname === "/v1/images/generations") {
      return generate(response, state, JSON.parse(arrival.body.toString()) as unknown);
    }
    if (method === "POST" && pathname === "/v1/images/edits") return edit(response, state, arrival);
    return fail(response, 404, { type: "invalid_request_error", message: `Invalid URL (${method} ${path})` });
  });
  const state: OpenAiSimulator = {
    ...{ baseUrl: `${api.origin}/v1`, key: "sk-proj-Simulated_Key-0123456789", api, picture },
    ...{ asked: [], files: new Map(), allowance: 1_000, beforeCompletion: Promise.resolve() },
    models: ["gpt-5", "gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini", "dall-e-3", "dall-e-2", "whisper-1"],
  };
  return state;
}

function refuseKey(response: ServerResponse, key: string): void {
  const message = `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com.`;
  fail(response, 401, { message, type: "invalid_request_error", code: "invalid_api_key" });
}

function listModels(response: ServerResponse, { models }: OpenAiSimulator): void {
  const entry = (id: string) => ({ id, object: "model", created: 1_700_000_000, owned_by: "system" });
  sendJson(response, 200, { object: "list", data: models.map(entry) });
}

/** Checks the fields of a request and answers it. */
async function generate(response: ServerResponse, state: OpenAiSimulator, body: unknown, edits = false): Promise<void> {
  const { model, prompt } = z.looseObject({ model: z.string(), prompt: z.string() }).parse(body);
  const fields = fieldsOf(model);
  if (fields === undefined) {
    const message = `The model '${model}' does not exist or you do not have access to it.`;
    return fail(response, 404, { message, type: "invalid_request_error", code: "model_not_found" });
  }
  const checked = fields.safeParse(body);
  const [issue] = checked.error?.issues ?? [];
  if (issue !== undefined) return refuseField(response, issue);
  if (checked.data?.["background"] === "transparent" && checked.data["output_format"] === "jpeg") {
    const message = "Transparent background is not supported for JPEG output format.";
    return fail(response, 400, { message, type: "image_generation_user_error", code: "invalid_value" });
  }
  state.asked.push(checked.data ?? {});
  const trouble = troubleIn(prompt);
  if (badWeather(trouble, response) || refuse(response, trouble, state.key)) return undefined;
  if (state.allowance <= 0) {
    const message =
      "Rate limit reached for gpt-image-1 on input-images per min: Limit 5, Used 5. Please try again in 12s.";
    return fail(response, 429, { message, type: "input-images", code: "rate_limit_exceeded" }, limited("12s"));
  }
  state.allowance -= 1;
  return checked.data?.["stream"] === true
    ? stream(response, state, { trouble, partials: Number(checked.data["partial_images"] ?? 0), edits })
    : succeed(response, state, trouble, checked.data ?? {});
}

function refuseField(response: ServerResponse, issue: z.core.$ZodIssue): void {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const param = unknown ?? issue.path.join(".");
  const message = unknown === undefined ? `Invalid value for '${param}'.` : `Unknown parameter: '${param}'.`;
  const code = unknown === undefined ? "invalid_value" : "unknown_parameter";
  fail(response, 400, { message, type: "invalid_request_error", code, param });
}

const usage = {
  ...{ total_tokens: 1_066, input_tokens: 10, output_tokens: 1_056 },
  input_tokens_details: { text_tokens: 10, image_tokens: 0 },
};

async function succeed(
  response: ServerResponse,
  { picture }: OpenAiSimulator,
  trouble: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const b64_json = (trouble === "big" ? await paint("png", 900, 900) : picture).toString("base64");
  const created = 1_760_000_000;
  if (trouble === "file") return void response.writeHead(200, { "content-type": "image/png" }).end(picture);
  if (trouble === "empty") return sendJson(response, 200, { created, data: [] });
  if (trouble === "hollow") return sendJson(response, 200, { created, data: [{ url: null, b64_json: "" }], usage });
  const url = trouble === "dead-url" ? "/nothing-here.png" : "/generated-images/a.png";
  if (trouble.endsWith("url") || fields["response_format"] === "url")
    return sendJson(response, 200, { created, data: [{ url }] });
  return sendJson(response, 200, { created, data: [{ b64_json, url: null, revised_prompt: null }], usage });
}

/** Sends the events in pieces that respect neither lines nor characters. */
async function stream(
  response: ServerResponse,
  { picture, beforeCompletion }: OpenAiSimulator,
  { trouble, partials, edits }: { trouble: string; partials: number; edits: boolean },
): Promise<void> {
  const kind = edits ? "image_edit" : "image_generation";
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const b64_json = (trouble === "big" ? await paint("png", 900, 900) : picture).toString("base64");
  const common = {
    created_at: 1_760_000_000,
    size: "1024x1024",
    quality: "low",
    background: "opaque",
    output_format: "png",
  };
  const unfinished = Array.from({ length: trouble === "eager" ? 0 : partials }, (_, partial_image_index) =>
    event(`${kind}.partial_image`, { b64_json, ...common, partial_image_index }),
  );
  const completed = event(`${kind}.completed`, { b64_json, ...common, usage });
  const blocked = {
    message: "Blocked: naïve façade – safety_violations=[violence]",
    param: null,
    code: "moderation_blocked",
  };
  const endings: Readonly<Record<string, string>> = {
    "stream-error": event("error", blocked),
    "stream-end": "",
    "stream-break": "",
    empty: event(`${kind}.completed`, { ...common, usage }),
    hollow: event(`${kind}.completed`, { b64_json: "", ...common, usage }),
  };
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  await writePieces(response, `: hello\n\n${unfinished.join("")}`);
  await beforeCompletion;
  await writePieces(response, endings[trouble] ?? completed);
  if (trouble === "stream-break" || trouble === "finished-break") response.destroy();
  else response.end();
}

async function writePieces(response: ServerResponse, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const step = Math.max(7, Math.floor(bytes.length / 50));
  for (let at = 0; at < bytes.length; at += step) {
    response.write(bytes.subarray(at, at + step));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const formNumber = new Set(["n", "partial_images", "output_compression"]);

async function edit(response: ServerResponse, state: OpenAiSimulator, { headers, body }: Arrival): Promise<void> {
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": headers["content-type"] ?? "" },
  }).formData();
  const fields: Record<string, unknown> = {};
  state.files.clear();
  for (const [name, value] of form) {
    if (typeof value !== "string") state.files.set(name, Buffer.from(await value.arrayBuffer()));
    else fields[name] = formNumber.has(name) ? Number(value) : name === "stream" ? value === "true" : value;
  }
  const { input_fidelity: fidelity, ...others } = fields;
  const [model, invalid] = [String(fields["model"]), "invalid_request_error"];
  if (fidelity !== undefined && (model.includes("mini") || !/^(low|high)$/.test(String(fidelity)))) {
    return fail(response, 400, {
      message: "Unknown parameter: 'input_fidelity'.",
      type: invalid,
      code: "unknown_parameter",
    });
  }
  const image = state.files.get(model === "dall-e-2" ? "image" : "image[]");
  if (image === undefined)
    return fail(response, 400, { message: "Missing required parameter: 'image'.", type: invalid });
  const mask = state.files.get("mask");
  if (mask !== undefined) {
    const [of, own] = [await sharp(image).metadata(), await sharp(mask).metadata()];
    if (of.width !== own.width || of.height !== own.height || own.format !== "png" || !own.hasAlpha) {
      return fail(response, 400, { message: "Invalid mask image.", type: invalid, code: "invalid_image_file" });
    }
  }
  return generate(response, state, others, true);
}
