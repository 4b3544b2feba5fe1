/**
 * The host from which an image API lets its pictures be fetched: another origin than the API, as in life. It hands out
 * good files and every bad one, and keeps the headers that arrived, so that a test can see that no key came along.
 */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { endless } from "./loopback.ts";
import { type SimulatedHttp, send, simulateHttp } from "./simulated-http.ts";

/** What a link leads to. */
export type DeliveredFile =
  | "picture"
  | "redirected"
  | "redirect-loop"
  | "expired"
  | "forbidden"
  | "unavailable"
  | "web-page"
  | "empty"
  | "endless"
  | "announced-huge"
  | "drip"
  | "cut";

export interface DeliveryHost extends SimulatedHttp {
  /** A fresh link to a file of this kind. */
  link(kind: DeliveredFile, picture: Buffer): string;
}

/** A PNG of one colour, as small as its size allows. */
export function flatPicture(width: number, height: number, colour = "#2a6f97"): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

/** A PNG whose halves differ, so that nobody takes it for a blank one. */
export async function splitPicture(width: number, height: number): Promise<Buffer> {
  const half = await flatPicture(Math.max(1, width >> 1), height, "#e9c46a");
  return sharp(await flatPicture(width, height))
    .composite([{ input: half, left: 0, top: 0 }])
    .png()
    .toBuffer();
}

/** Serves until the test ends. */
export async function deliveryHost(t: Test): Promise<DeliveryHost> {
  const files = new Map<string, { readonly kind: DeliveredFile; readonly picture: Buffer }>();
  const http = await simulateHttp(t, ({ path }, response) => {
    const file = files.get(path);
    if (!file) return send(response, 404, "no such file");
    return answers[file.kind](response, file.picture, path);
  });
  return {
    ...http,
    link: (kind, picture) => {
      const path = `/pbxt/${randomUUID()}/out-0.png`;
      files.set(path, { kind, picture });
      if (kind === "redirected") files.set(`${path}/moved`, { kind: "picture", picture });
      return `${http.url}${path}`;
    },
  };
}

type FileAnswer = (response: ServerResponse, picture: Buffer, path: string) => void;

const answers: Readonly<Record<DeliveredFile, FileAnswer>> = {
  picture: (response, picture) =>
    void response.writeHead(200, { "content-type": "image/png", "content-length": picture.length }).end(picture),
  redirected: (response, _picture, path) => void response.writeHead(302, { location: `${path}/moved` }).end(),
  "redirect-loop": (response, _picture, path) => void response.writeHead(302, { location: path }).end(),
  expired: (response) => send(response, 404, { detail: "Not found" }),
  forbidden: (response) => send(response, 403, "<Error><Code>AccessDenied</Code></Error>"),
  unavailable: (response) => send(response, 503, "slow down"),
  "web-page": (response) => send(response, 200, "<!DOCTYPE html><p>Sign in</p>", { "content-type": "text/html" }),
  empty: (response) => void response.writeHead(200, { "content-type": "image/png" }).end(),
  // Tells no length: only the reader's own cap stops it.
  endless: (response) => endless(response, "image/png"),
  "announced-huge": (response) =>
    void response.writeHead(200, { "content-type": "image/png", "content-length": 4_000_000_000 }).write("\u0089PNG"),
  drip: (response, picture) =>
    void response
      .writeHead(200, { "content-type": "image/png", "content-length": picture.length })
      .write(picture.subarray(0, 1)),
  cut: (response, picture) => {
    response.writeHead(200, { "content-type": "image/png", "content-length": picture.length });
    response.write(picture.subarray(0, 20), () => response.destroy());
  },
};
