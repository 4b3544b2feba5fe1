/**
 * What all simulated APIs share: a real HTTP server on 127.0.0.1, a diary of what arrived, and bad weather that any host can have.
 * A test asks for it with a word in the prompt: `a boat sim:drop`.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { serve } from "../support/outbound.ts";

/** One request as it arrived. */
export interface Arrival {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Settles when the connection is closed; true where the answer was complete by then. */
  readonly closed: Promise<boolean>;
}

/** A running server. */
export interface Loopback {
  readonly origin: string;
  readonly arrivals: Arrival[];
}

/** Starts a server for one test. Requests are read whole before they are answered. */
export async function loopbackServer(
  t: Test,
  answer: (arrival: Arrival, response: ServerResponse) => unknown,
): Promise<Loopback> {
  const arrivals: Arrival[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const closed = new Promise<boolean>((resolve) => response.on("close", () => resolve(response.writableFinished)));
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request));
    const { method = "", url = "", headers } = request;
    const arrival = { method, path: url, headers, body, closed };
    arrivals.push(arrival);
    await answer(arrival, response);
  };
  const origin = await serve(t, (request, response) => {
    receive(request, response).catch((error: unknown) => {
      // Whoever left while we were reading has nothing to hear.
      if (!request.readableAborted) t.fail(`the simulator broke: ${String(error)}`);
      response.destroy();
    });
  });
  return { origin, arrivals };
}

/** The word of a prompt that asks for trouble: "drop" in "a boat sim:drop". */
export function troubleIn(prompt: string): string {
  return /\bsim:([\w-]+)/.exec(prompt)?.[1] ?? "";
}

/** Answers JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

const page = "<!DOCTYPE html><html><head><title>502 Bad gateway</title></head><body>Please try again.</body></html>";

/** Weather that does not come from the API. Answers whether there was any. */
export function badWeather(trouble: string, response: ServerResponse): boolean {
  switch (trouble) {
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end(page);
      return true;
    case "html-502":
      response.writeHead(502, { "content-type": "text/html" }).end(page);
      return true;
    case "html-403":
      response.writeHead(403, { "content-type": "text/html" }).end(page);
      return true;
    case "not-json":
      response.writeHead(200, { "content-type": "application/json" }).end('{"choices": [{');
      return true;
    case "wrong-json":
      sendJson(response, 200, ["surprise", { data: 7, choices: "none", error: null }]);
      return true;
    case "nothing":
      response.writeHead(200, { "content-type": "application/json" }).end();
      return true;
    case "moved":
      response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data" }).end();
      return true;
    case "drop":
      response.destroy();
      return true;
    case "half":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).write('{"id":"x"');
      setImmediate(() => response.destroy());
      return true;
    case "silent":
      return true;
    case "drip":
      drip(response);
      return true;
    case "endless":
      endless(response);
      return true;
    default:
      return false;
  }
}

/** A body that never ends, one byte at a time. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" }).write("{");
  const timer = setInterval(() => response.write(" "), 5);
  response.on("close", () => clearInterval(timer));
}

/** A body that never ends, as fast as it is read. */
export function endless(response: ServerResponse, type = "application/json"): void {
  response.writeHead(200, { "content-type": type });
  const part = Buffer.alloc(1024 * 1024, " ");
  const more = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on("drain", more);
  more();
}

/** A real picture that does not compress to nothing: noise. */
export async function paint(format: "png" | "webp" | "jpeg", width = 64, height = 64): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const canvas = sharp({ create: { width, height, channels: 3, background: "#205080", noise } });
  return canvas.toFormat(format).toBuffer();
}
