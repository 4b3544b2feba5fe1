/**
 * Replicate's HTTP API on 127.0.0.1, as strict as the real one: tokens, content type, unknown inputs and ranges by the
 * model's own schema. Each look at a prediction moves it one step (starting → processing with a bar in the log → its end),
 * so that nothing depends on time. Sources: replicate.com/docs/reference/http, topics/predictions, topics/rate-limits.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { type DeliveredFile, type DeliveryHost, deliveryHost, splitPicture } from "./delivery-host.ts";
import { troubleIn } from "./loopback.ts";
import { replicateModels } from "./replicate-models.ts";
import { errors, refusals } from "./replicate-troubles.ts";
import { asRecord, type SimulatedCall, type SimulatedHttp, send, simulateHttp } from "./simulated-http.ts";

export interface SimulatedPrediction {
  readonly id: string;
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  status: "starting" | "processing" | "succeeded" | "failed" | "canceled" | "aborted";
  output: unknown;
  error: string | null;
  logs: string;
  dataRemoved: boolean;
}

/** How predictions go from now on. */
export interface ReplicateBehaviour {
  /** Shares of the work, in percent, that the log shows, one a look. */
  bar: readonly number[];
  /** The end: a picture, an end without one, or `failed` with this error. */
  end: "succeeded" | "aborted" | { readonly error: string };
  /** What the output is: one link, a list, the picture itself, or what no picture can come from. */
  output: "list" | "text" | "data-uri" | "no-output" | "number" | "words";
  /** What the link leads to. */
  file: DeliveredFile;
  /** Predictions do not move by being looked at. */
  held: boolean;
  /** What `urls.get` and `urls.cancel` start with; another origin is a trap for the key. */
  urlsAt: string | null;
}

export interface ReplicateSimulator extends SimulatedHttp {
  readonly token: string;
  readonly host: DeliveryHost;
  readonly predictions: Map<string, SimulatedPrediction>;
  readonly behaviour: ReplicateBehaviour;
}

const replicateToken = "r8_simulated0123456789abcdefABCDEF01234567";

/** Opens one; its `url` ends in `/v1`. Serves until the test ends. */
export async function replicateSimulator(t: Test): Promise<ReplicateSimulator> {
  const host = await deliveryHost(t);
  const predictions = new Map<string, SimulatedPrediction>();
  const behaviour: ReplicateBehaviour = {
    ...{ bar: [12, 50, 88], end: "succeeded", output: "list", file: "picture", held: false, urlsAt: null },
  };
  const state: State = { host, predictions, behaviour, url: "" };
  const http = await simulateHttp(t, (call, response) => answer(state, call, response));
  state.url = `${http.url}/v1`;
  return { ...http, url: state.url, token: replicateToken, host, predictions, behaviour };
}

interface State {
  readonly host: DeliveryHost;
  readonly predictions: Map<string, SimulatedPrediction>;
  readonly behaviour: ReplicateBehaviour;
  url: string;
}

const problem = (response: ServerResponse, status: number, title: string, detail: string, more = {}) =>
  send(response, status, { title, detail, status, ...more }, { "content-type": "application/problem+json" });

async function answer(state: State, call: SimulatedCall, response: ServerResponse): Promise<void> {
  const { method, path, headers } = call;
  if (headers.authorization !== `Bearer ${replicateToken}`) {
    return problem(response, 401, "Unauthenticated", "You did not pass a valid authentication token");
  }
  const model = /^\/v1\/models\/([^/]+\/[^/]+?)(?:\/versions\/([0-9a-f]{64}))?$/.exec(path);
  const create = /^\/v1\/(?:models\/([^/]+\/[^/]+)\/)?predictions$/.exec(path);
  const one = /^\/v1\/predictions\/([a-z0-9]+)(\/cancel)?$/.exec(path);
  if (model && method === "GET") return describeModel(model[1] ?? "", model[2], response);
  if (create && method === "POST") return createPrediction(state, call, create[1], response);
  if (one && method === (one[2] ? "POST" : "GET")) {
    const prediction = state.predictions.get(one[1] ?? "");
    if (!prediction) return problem(response, 404, "Not found", "The requested resource could not be found.");
    if (one[2]) cancel(prediction);
    else if (!state.behaviour.held) await move(state, prediction);
    return send(response, 200, show(state, prediction));
  }
  return problem(
    response,
    create || one || model ? 405 : 404,
    "Not found",
    "The requested resource could not be found.",
  );
}

function describeModel(name: string, version: string | undefined, response: ServerResponse): void {
  const model = replicateModels[name];
  const missing = !model || (version !== undefined && version !== model.version);
  if (missing) return problem(response, 404, "Not found", "The requested resource could not be found.");
  const [owner = "", short = ""] = name.split("/");
  const required = ["prompt", ...(model.required ?? [])];
  const Input = { type: "object", title: "Input", required, properties: model.properties };
  const schemas = { Input, ...model.enums };
  const hasSchema = Object.keys(model.properties).length > 0;
  const openapi_schema = hasSchema ? { openapi: "3.0.2", components: { schemas } } : null;
  const latest_version = { id: model.version ?? "hidden", openapi_schema };
  if (version !== undefined) return send(response, 200, latest_version);
  send(response, 200, {
    url: `https://replicate.com/${name}`,
    owner,
    name: short,
    visibility: "public",
    latest_version,
  });
}

async function createPrediction(
  state: State,
  { body, headers }: SimulatedCall,
  name: string | undefined,
  response: ServerResponse,
): Promise<void> {
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) {
    return problem(response, 415, "Unsupported media type", "The request body must be JSON.");
  }
  const { input, version, ...rest } = asRecord(body);
  const trouble = refusals[troubleIn(String(asRecord(input)["prompt"]))];
  if (trouble) return send(response, ...trouble);
  const modelName = name ?? Object.keys(replicateModels).find((key) => replicateModels[key]?.version === version) ?? "";
  const model = replicateModels[modelName];
  // The models' own path is for official ones alone.
  if (!model || (name !== undefined && model.version !== undefined))
    return problem(response, 404, "Not found", "The requested resource could not be found.");
  const faults = inputFaults(asRecord(input), model).concat(
    Object.keys(rest)
      .filter((key) => !["webhook", "webhook_events_filter", "stream"].includes(key))
      .map((key) => ({
        type: "additional_property",
        field: key,
        description: `Additional property ${key} is not allowed`,
      })),
  );
  if (faults.length > 0) {
    const detail = faults.map(({ field, description }) => `- ${field}: ${description}\n`).join("");
    return problem(response, 422, "Input validation failed", detail, { invalid_fields: faults });
  }
  const id = randomBytes(13).toString("hex");
  const fresh = { status: "starting", output: null, error: null, logs: "", dataRemoved: false } as const;
  const prediction: SimulatedPrediction = { id, model: modelName, input: asRecord(input), ...fresh };
  state.predictions.set(id, prediction);
  const wait = /\bwait\b/.test(String(headers.prefer ?? ""));
  if (wait) await move(state, prediction);
  return send(response, wait ? 202 : 201, show(state, prediction));
}

interface Fault {
  readonly type: string;
  readonly field: string;
  readonly description: string;
}

/** JSON-schema's judgement, as far as these models' inputs need it. */
function inputFaults(input: Readonly<Record<string, unknown>>, model: (typeof replicateModels)[string]): Fault[] {
  const fault = (field: string, description: string): Fault => ({
    type: "invalid",
    field: `input.${field}`,
    description,
  });
  const missing = ["prompt", ...(model.required ?? [])].filter((key) => input[key] === undefined);
  if (missing.length > 0) return missing.map((key) => fault(key, `${key} is required`));
  return Object.entries(input).flatMap(([key, value]): Fault[] => {
    const schema = model.properties[key];
    if (key === "prompt" && !schema) return [];
    if (!schema) return [fault(key, `Additional property ${key} is not allowed`)];
    const reference = schema.allOf?.[0]?.$ref.split("/").at(-1);
    const allowed = reference === undefined ? undefined : model.enums[reference]?.enum;
    if (allowed) return allowed.includes(value as string) ? [] : [fault(key, `must be one of ${allowed.join(", ")}`)];
    if (schema.type === "integer" || schema.type === "number") {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      if (typeof value !== "number") return [fault(key, "Invalid type")];
      if (schema.type === "integer" && !Number.isInteger(value)) return [fault(key, "must be an integer")];
      return value < minimum || value > maximum ? [fault(key, `must be from ${minimum} to ${maximum}`)] : [];
    }
    if (schema.type === "array") return Array.isArray(value) ? [] : [fault(key, "Invalid type")];
    if (typeof value !== schema.type) return [fault(key, "Invalid type")];
    const isUri = typeof value === "string" && /^(https?:\/\/|data:image\/)/.test(value);
    return schema.format === "uri" && !isUri ? [fault(key, "must be a URI")] : [];
  });
}

async function move(state: State, prediction: SimulatedPrediction): Promise<void> {
  const { bar, end } = state.behaviour;
  const word = troubleIn(String(prediction.input["prompt"]));
  if (word === "lost") {
    state.predictions.delete(prediction.id);
  } else if (prediction.status === "starting" && (end === "aborted" || word === "aborted")) {
    prediction.status = "aborted";
  } else if (prediction.status === "starting") {
    prediction.status = "processing";
    prediction.logs = `Using seed: ${String(prediction.input["seed"])}\n`;
  } else if (prediction.status === "processing") {
    const shown = prediction.logs.match(/\d%\|/g)?.length ?? 0;
    const share = bar[shown];
    if (share !== undefined) prediction.logs += `\r ${share}%|${"█".repeat(share / 10)} | ${share}/100 [00:01<00:01]`;
    else await finish(state, prediction);
  }
}

async function finish({ behaviour, host }: State, prediction: SimulatedPrediction): Promise<void> {
  const word = troubleIn(String(prediction.input["prompt"]));
  const error = errors[word] ?? (typeof behaviour.end === "object" ? behaviour.end.error : null);
  prediction.status = error === null ? "succeeded" : "failed";
  prediction.error = error;
  if (error !== null) return;
  prediction.dataRemoved = word === "removed";
  const file = word.startsWith("at-") ? (word.slice(3) as DeliveredFile) : behaviour.file;
  const picture = await splitPicture(Number(prediction.input["width"] ?? 64), Number(prediction.input["height"] ?? 64));
  const outputs = {
    list: () => [host.link(file, picture)],
    text: () => host.link(file, picture),
    "data-uri": () => `data:image/png;base64,${picture.toString("base64")}`,
    "no-output": () => null,
    number: () => 42,
    words: () => "a description of a picture",
  };
  prediction.output = outputs[word in outputs ? (word as keyof typeof outputs) : behaviour.output]();
}

/** After the end nothing is cancelled any more, and the answer says how it ended. */
function cancel(prediction: SimulatedPrediction): void {
  if (prediction.status === "starting" || prediction.status === "processing") prediction.status = "canceled";
}

function show({ url, behaviour }: State, { id, model, dataRemoved, ...prediction }: SimulatedPrediction): unknown {
  const at = `${behaviour.urlsAt ?? url}/predictions/${id}`;
  const gone = { input: {}, output: null, logs: "" };
  const urls = { get: at, cancel: `${at}/cancel`, web: `https://replicate.com/p/${id}` };
  const metrics = prediction.status === "succeeded" ? { predict_time: 1.5, total_time: 2.25, image_count: 1 } : {};
  const times = { created_at: "2026-11-22T12:00:00.000Z", started_at: null, completed_at: null };
  const base = { id, model, version: "hidden", source: "api", data_removed: dataRemoved, urls, metrics, ...times };
  return { ...base, ...prediction, ...(dataRemoved && gone) };
}
