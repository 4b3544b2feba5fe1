/**
 * fal's queue on 127.0.0.1: one server for submitting, asking, results and cancelling, with the real one's habits. The
 * model's subpath is missing from the links it returns; asking answers 202 until the request is over; COMPLETED does not
 * mean that it went well. Each question moves a request one step, so that nothing depends on time.
 * Sources: fal.ai/docs (queue, errors), fal-ai/fal-js.
 */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { type DeliveredFile, type DeliveryHost, deliveryHost, splitPicture } from "./delivery-host.ts";
import { inputFaults } from "./fal-input.ts";
import { ends, refusals } from "./fal-troubles.ts";
import { troubleIn } from "./loopback.ts";
import { asRecord, type SimulatedCall, type SimulatedHttp, send, simulateHttp } from "./simulated-http.ts";

export interface SimulatedFalRequest {
  readonly id: string;
  readonly app: string;
  readonly input: Readonly<Record<string, unknown>>;
  state: "queued" | "running" | "completed" | "cancelled";
  position: number;
  readonly logs: string[];
  /** What the result call answers once it is completed. */
  result: {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  } | null;
}

/** How requests go from now on. */
export interface FalBehaviour {
  /** Where a new request stands in the queue; it falls by one a question. */
  position: number;
  /** Shares of the work, in percent, that the log shows, one a question. */
  bar: readonly number[];
  /** What the result call answers instead of a picture. */
  result: SimulatedFalRequest["result"];
  output: "images" | "image" | "data-uri" | "no-file" | "flagged";
  file: DeliveredFile;
  /** Requests do not move by being asked about. */
  held: boolean;
  /** What the returned links start with; another origin is a trap for the key. */
  linksAt: string | null;
}

export interface FalSimulator extends SimulatedHttp {
  readonly key: string;
  readonly host: DeliveryHost;
  readonly jobs: Map<string, SimulatedFalRequest>;
  readonly behaviour: FalBehaviour;
}

const falKey = "3f0c6a51-simulated:9d1e5f0b7a3c4e2f8d6b1a0c5e7f9b3d";
const apps: Readonly<Record<string, "text" | "image" | "negative">> = {
  "fal-ai/flux/dev": "text",
  "fal-ai/flux/schnell": "text",
  "fal-ai/flux/dev/image-to-image": "image",
  "fal-ai/stable-diffusion-v35-large": "negative",
};

/** Opens one; serves until the test ends. */
export async function falSimulator(t: Test): Promise<FalSimulator> {
  const host = await deliveryHost(t);
  const jobs = new Map<string, SimulatedFalRequest>();
  const behaviour: FalBehaviour = {
    ...{ position: 2, bar: [25, 75], result: null, output: "images", file: "picture", held: false, linksAt: null },
  };
  const state: State = { host, jobs, behaviour, url: "" };
  const http = await simulateHttp(t, (call, response) => answer(state, call, response));
  state.url = http.url;
  return { ...http, key: falKey, host, jobs, behaviour };
}

interface State {
  readonly host: DeliveryHost;
  readonly jobs: Map<string, SimulatedFalRequest>;
  readonly behaviour: FalBehaviour;
  url: string;
}

async function answer(state: State, call: SimulatedCall, response: ServerResponse): Promise<void> {
  const { method, path, headers } = call;
  if (headers.authorization !== `Key ${falKey}`) {
    return send(response, 401, { detail: "Cannot access application: authentication is required." });
  }
  const about = /^\/([^/]+\/[^/]+)\/requests\/([0-9a-f-]{36})(\/status|\/cancel)?$/.exec(path);
  if (!about) return submit(state, call, response);
  const [, app = "", id = "", what = ""] = about;
  const request = state.jobs.get(id);
  // The owner and app must fit; a link with the model's subpath finds nothing.
  if (!request || appOf(request.app) !== app) {
    return send(response, 404, what === "/cancel" ? { status: "NOT_FOUND" } : { detail: "Request not found" });
  }
  if (method !== (what === "/cancel" ? "PUT" : "GET")) return send(response, 405, { detail: "Method Not Allowed" });
  if (what === "/cancel") return cancel(request, response);
  if (what === "/status") return status(state, call, request, response);
  if (request.result === null) return send(response, 400, { detail: "Request is still in progress" });
  return send(response, request.result.status, request.result.body, {
    ...{ "x-fal-request-id": id, "x-fal-billable-units": "1" },
    ...request.result.headers,
  });
}

const appOf = (endpoint: string) => endpoint.split("/").slice(0, 2).join("/");

function submit({ jobs, behaviour, url }: State, call: SimulatedCall, response: ServerResponse): void {
  const endpoint = call.path.slice(1);
  const kind = apps[endpoint];
  if (call.method !== "POST") return send(response, 405, { detail: "Method Not Allowed" });
  if (!kind) return send(response, 404, { detail: `Application "${endpoint}" not found` });
  if (!/^application\/json\b/.test(call.headers["content-type"] ?? "") || call.body === undefined) {
    return send(response, 422, { detail: [{ loc: ["body"], msg: "JSON decode error", type: "json_invalid" }] });
  }
  const lifecycle = call.headers["x-fal-object-lifecycle-preference"];
  if (lifecycle !== undefined && !/^\{"expiration_duration_seconds":\d+\}$/.test(String(lifecycle))) {
    return send(response, 400, { detail: "Invalid x-fal-object-lifecycle-preference" });
  }
  const input = asRecord(call.body);
  const trouble = refusals[troubleIn(String(input["prompt"]))];
  if (trouble) return send(response, ...trouble);
  const detail = inputFaults(input, kind);
  const id = randomUUID();
  const links = linksOf(behaviour.linksAt ?? url, endpoint, id);
  const state = "queued" as const;
  // The queue takes everything; the model judges its input when it runs.
  const result = detail.length > 0 ? { status: 422, body: { detail } } : null;
  const position = detail.length > 0 ? 0 : behaviour.position;
  const request = { id, app: endpoint, input, state, position, logs: [], result };
  jobs.set(id, request);
  send(response, 200, {
    status: "IN_QUEUE",
    request_id: id,
    gateway_request_id: id,
    queue_position: position,
    ...links,
  });
}

function linksOf(origin: string, endpoint: string, id: string) {
  const base = `${origin}/${appOf(endpoint)}/requests/${id}`;
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` };
}

function cancel(request: SimulatedFalRequest, response: ServerResponse): void {
  if (request.state === "completed" || request.state === "cancelled") {
    return send(response, 400, { status: "ALREADY_COMPLETED" });
  }
  // A running request is only asked to stop.
  if (request.state === "queued") {
    request.state = "cancelled";
    // NOTE: not documented; the status and the text are a guess.
    request.result = { status: 400, body: { detail: "Request was cancelled" } };
  }
  return send(response, 202, { status: "CANCELLATION_REQUESTED" });
}

async function status(
  state: State,
  call: SimulatedCall,
  request: SimulatedFalRequest,
  response: ServerResponse,
): Promise<void> {
  if (!state.behaviour.held) await move(state, request);
  const links = linksOf(state.behaviour.linksAt ?? state.url, request.app, request.id);
  const logs = call.query.get("logs") === "1" ? request.logs.map(line) : null;
  if (request.state === "queued") {
    return send(response, 202, { status: "IN_QUEUE", queue_position: request.position, ...links });
  }
  if (request.state === "running") return send(response, 202, { status: "IN_PROGRESS", logs, ...links });
  return send(response, 200, { status: "COMPLETED", logs, metrics: { inference_time: 1.5 }, ...links });
}

const line = (message: string) => ({ message, level: "STDERR", source: "USER", timestamp: "2026-11-22T12:00:00.0Z" });

async function move(state: State, request: SimulatedFalRequest): Promise<void> {
  const { bar } = state.behaviour;
  if (request.state === "queued" && request.position > 0) {
    request.position -= 1;
  } else if (request.state === "queued") {
    request.state = "running";
  } else if (request.state === "running") {
    const share = bar[request.logs.length];
    if (share !== undefined) request.logs.push(`${String(share).padStart(3)}%|████  | ${share}/100`);
    else {
      request.result ??= state.behaviour.result ?? (await made(state, request));
      request.state = "completed";
    }
  }
}

async function made({ behaviour, host }: State, { input }: SimulatedFalRequest) {
  const word = troubleIn(String(input["prompt"]));
  const end = ends[word];
  if (end) return { status: end[0], body: end[1], headers: end[2] ?? {} };
  const size = asRecord(input["image_size"]);
  const [width, height] = [Number(size["width"] ?? 64), Number(size["height"] ?? 64)];
  const picture = await splitPicture(width, height);
  const dataUri = `data:image/png;base64,${picture.toString("base64")}`;
  const kind = word.startsWith("at-") ? (word.slice(3) as DeliveredFile) : behaviour.file;
  const output = ["image", "data-uri", "no-file", "flagged"].find((each) => each === word) ?? behaviour.output;
  const url = output === "data-uri" ? dataUri : host.link(kind, picture);
  const file = { url, width, height, content_type: "image/png" };
  const rest = { timings: { inference: 1.5 }, seed: Number(input["seed"] ?? 7), prompt: input["prompt"] };
  const flagged = { has_nsfw_concepts: [output === "flagged"] };
  if (output === "image") return { status: 200, body: { image: file, ...rest } };
  if (output === "no-file") return { status: 200, body: { images: [], ...rest, has_nsfw_concepts: [] } };
  return { status: 200, body: { images: [file], ...flagged, ...rest } };
}
