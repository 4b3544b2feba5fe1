/**
 * AUTOMATIC1111's web UI with `--api`, on 127.0.0.1: one job at a time under a global lock, the others wait. Progress is
 * global at `/sdapi/v1/progress` and per task at `/internal/progress`. Each question about progress moves the running job
 * one step, so that nothing depends on time. Sources: AUTOMATIC1111/stable-diffusion-webui `modules/api`, `modules/progress.py`.
 */
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { bodyFaults } from "./automatic1111-body.ts";
import {
  type Automatic1111Behaviour,
  complete,
  enqueue,
  isOutput,
  type Job,
  leave,
  move,
  type State,
  share,
} from "./automatic1111-machine.ts";
import { troubles } from "./automatic1111-troubles.ts";
import { flatPicture, splitPicture } from "./delivery-host.ts";
import { troubleIn } from "./loopback.ts";
import { asRecord, type SimulatedCall, type SimulatedHttp, send, simulateHttp } from "./simulated-http.ts";

export interface Automatic1111Simulator extends SimulatedHttp {
  readonly behaviour: Automatic1111Behaviour;
  /** Jobs that were interrupted, by task id or prompt. */
  readonly interrupted: string[];
  /** Pictures that were begun. */
  readonly started: string[];
  /** Somebody else's job takes the lock until `release`. */
  occupy(): { release(): void };
}

const checkpoints = ["v1-5-pruned-emaonly.safetensors [6ce0161689]", "dreamshaper_8.safetensors [879db523c3]"];

/** Opens one; serves until the test ends. */
export async function automatic1111Simulator(t: Test): Promise<Automatic1111Simulator> {
  const behaviour: Automatic1111Behaviour = {
    ...{ auth: null, tasks: true, steps: 4, held: false, maxPixels: 1024 * 1024, output: "picture" },
  };
  const state: State = { behaviour, queue: [], finished: [], interrupted: [], started: [] };
  const http = await simulateHttp(t, (call, response) => answer(state, call, response));
  const occupy = () => {
    const rest = { id: "task(somebody)", width: 64, height: 64, samplingSteps: 20, body: {}, interrupted: false };
    const job: Job = { name: "somebody else's", ...rest, step: 1, respond: () => undefined };
    enqueue(state, job);
    return { release: () => leave(state, job) };
  };
  return { ...http, behaviour, interrupted: state.interrupted, started: state.started, occupy };
}

const fault = (response: ServerResponse, status: number, error: string, detail: unknown, errors = "") =>
  send(response, status, { error, detail, body: "", errors });

function answer(state: State, call: SimulatedCall, response: ServerResponse): void | Promise<void> {
  const { behaviour, queue } = state;
  response.setHeader("x-process-time", "0.01");
  const { auth } = behaviour;
  const given = call.headers.authorization;
  if (call.path.startsWith("/sdapi/") && auth && given !== `Basic ${Buffer.from(auth).toString("base64")}`) {
    response.setHeader("www-authenticate", "Basic");
    return fault(response, 401, "HTTPException", "Incorrect username or password");
  }
  switch (`${call.method} ${call.path}`) {
    case "POST /sdapi/v1/txt2img":
    case "POST /sdapi/v1/img2img":
      return generate(state, call, response);
    case "GET /sdapi/v1/progress":
      return globalProgress(state, call, response);
    case "POST /internal/progress":
      if (behaviour.tasks) return taskProgress(state, call, response);
      move(state);
      return send(response, 404, { detail: "Not Found" });
    case "POST /sdapi/v1/interrupt": {
      const [running] = queue;
      if (running) {
        running.interrupted = true;
        state.interrupted.push(running.name);
        void complete(state, running);
      }
      return send(response, 200, {});
    }
    case "GET /sdapi/v1/sd-models": {
      const file = (title: string) => title.split(" ")[0] ?? title;
      const name = (title: string) => file(title).replace(".safetensors", "");
      const list = checkpoints.map((title) => ({ title, model_name: name(title), filename: `/models/${file(title)}` }));
      return send(response, 200, list);
    }
    default:
      return send(response, 404, { detail: "Not Found" });
  }
}

async function generate(state: State, call: SimulatedCall, response: ServerResponse): Promise<void> {
  const body = asRecord(call.body);
  const trouble = troubles[troubleIn(String(body["prompt"]))];
  if (trouble) return send(response, ...trouble);
  const detail = bodyFaults(body);
  if (detail.length > 0) return send(response, 422, { detail });
  const sampler = body["sampler_name"] ?? "Euler";
  if (!["Euler", "Euler a", "DPM++ 2M"].includes(String(sampler))) {
    return fault(response, 404, "HTTPException", "Sampler not found");
  }
  const overrides = asRecord(body["override_settings"]);
  const checkpoint = overrides["sd_model_checkpoint"];
  const known = checkpoints.some((title) => [title, title.split(" [")[0]].includes(String(checkpoint)));
  if (checkpoint !== undefined && !known) {
    return fault(response, 500, "RuntimeError", "", `Unknown checkpoint: ${String(checkpoint)}`);
  }
  const isImg2img = call.path.endsWith("img2img");
  if (isImg2img) {
    const init = body["init_images"];
    if (!Array.isArray(init) || init.length === 0) return fault(response, 404, "HTTPException", "Init image not found");
    const readable = await sharp(Buffer.from(String(init[0]).replace(/^data:[^,]*,/, ""), "base64"))
      .metadata()
      .then(() => true)
      .catch(() => false);
    if (!readable) return fault(response, 500, "HTTPException", "Invalid encoded image");
  }
  const [width, height] = [Number(body["width"] ?? 512), Number(body["height"] ?? 512)];
  const id = state.behaviour.tasks && typeof body["force_task_id"] === "string" ? body["force_task_id"] : null;
  const samplingSteps = Number(body["steps"] ?? 50);
  const respond = (job: Job) => finish(state, job, response);
  const job = { name: id ?? String(body["prompt"]), id, width, height, samplingSteps, body, step: 0, respond };
  enqueue(state, { ...job, interrupted: false });
}

async function globalProgress(state: State, call: SimulatedCall, response: ServerResponse): Promise<void> {
  move(state);
  const [job] = state.queue;
  const idle = { skipped: false, interrupted: false, job: "", job_count: 0, job_timestamp: "0", job_no: 0 };
  if (!job) {
    const steps = { sampling_step: 0, sampling_steps: 0 };
    return send(response, 200, {
      progress: 0,
      eta_relative: 0,
      state: { ...idle, ...steps },
      current_image: null,
      textinfo: null,
    });
  }
  const preview = call.query.get("skip_current_image") === "true" ? null : await flatPicture(64, 64);
  const steps = { sampling_step: job.step, sampling_steps: job.samplingSteps };
  return send(response, 200, {
    ...{ progress: Math.min(0.01 + share(job), 1), eta_relative: 3.5, textinfo: null },
    state: { ...idle, job: "scripts_txt2img", job_count: 1, ...steps },
    current_image: preview?.toString("base64") ?? null,
  });
}

async function taskProgress(state: State, call: SimulatedCall, response: ServerResponse): Promise<void> {
  move(state);
  const { id_task: id, id_live_preview: seen, live_preview: wanted } = asRecord(call.body);
  const job = state.queue.find((one) => one.id === id);
  const active = job !== undefined && state.queue[0] === job;
  const base = {
    active,
    queued: job !== undefined && !active,
    paused: false,
    completed: state.finished.includes(String(id)),
  };
  if (!active) {
    const textinfo = base.queued ? "Queued..." : "Waiting...";
    return send(response, 200, {
      ...base,
      progress: null,
      eta: null,
      live_preview: null,
      id_live_preview: -1,
      textinfo,
    });
  }
  const fresh =
    wanted !== false && seen !== job.step
      ? await sharp(await flatPicture(64, 64))
          .jpeg()
          .toBuffer()
      : null;
  const live_preview = fresh && `data:image/jpeg;base64,${fresh.toString("base64")}`;
  send(response, 200, {
    ...base,
    progress: share(job),
    eta: 3.5,
    live_preview,
    id_live_preview: job.step,
    textinfo: null,
  });
}

async function finish({ behaviour }: State, job: Job, response: ServerResponse): Promise<void> {
  const { width, height, body } = job;
  if (response.destroyed) return;
  if (width * height > behaviour.maxPixels) {
    const errors = "CUDA out of memory. Tried to allocate 4.50 GiB (GPU 0; 8.00 GiB total capacity)";
    return fault(response, 500, "OutOfMemoryError", "", errors);
  }
  const word = troubleIn(String(body["prompt"]));
  const output = isOutput(word) ? word : behaviour.output;
  const picture = output === "black" ? await flatPicture(width, height, "#000000") : await splitPicture(width, height);
  const grid = output === "with-grid" ? [(await flatPicture(width * 2, height)).toString("base64")] : [];
  const images = { "no-picture": [], "not-base64": ["%%% no picture %%%"] }[output as "no-picture" | "not-base64"] ?? [
    ...grid,
    picture.toString("base64"),
  ];
  const seed = Number(body["seed"]) === -1 ? 1234 : Number(body["seed"]);
  const details = { prompt: body["prompt"], seed, all_seeds: [seed], width, height, sd_model_name: "dreamshaper_8" };
  const info = JSON.stringify({ ...details, index_of_first_image: grid.length, infotexts: ["…"] });
  send(response, 200, {
    images,
    parameters: { ...body, init_images: null },
    info: output === "info-missing" ? "" : info,
  });
}
