/** One question to a JSON API that the operator configured: with its key, to its own origin and nowhere else. */
import type { z } from "zod";
import type { HttpMethod } from "../infra/http-exchange.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { readJson } from "./answer-error.ts";
import type { FailureClass } from "./failure-class.ts";
import { classOfStatus, type UnansweredRequest } from "./failures.ts";

/** What every question to one API has in common. */
export interface JsonApi {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The key, and what else the API wants. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One question. */
export interface JsonQuestion {
  readonly method?: HttpMethod;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Milliseconds. Default 30,000. */
  readonly deadlineMs?: number;
  /** Cap on the answer. Default 2 MiB: answers are texts, pictures come on their own. */
  readonly maxBytes?: number;
}

/** An answer of any status; `json` is undefined where the body is none, as from a proxy in front. */
export interface JsonAnswer {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
  /** The body's beginning, for logs. */
  readonly text: string;
}

/** Redirects are not followed: an API that moves is the operator's business, and the key goes nowhere else. */
export async function askJson(
  http: OutboundHttp,
  { baseUrl, headers }: JsonApi,
  question: JsonQuestion,
): Promise<JsonAnswer | UnansweredRequest> {
  const { method = "GET", path, body, signal, deadlineMs = 30_000, maxBytes = 2 * 1024 * 1024 } = question;
  const result = await http.request({
    ...{ url: `${baseUrl}${path}`, method, signal, deadlineMs, maxBytes, trustedOrigin: new URL(baseUrl).origin },
    headers: {
      ...{ accept: "application/json", ...headers, ...question.headers },
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!result.ok) return result;
  const text = result.body.toString("utf8", 0, 1_000);
  return { ok: true, status: result.status, headers: result.headers, json: readJson(result.body), text };
}

/**
 * The usual class of an answer that is none. A 403 that is no JSON comes from something in front of the API that keeps us away,
 * and says nothing about the key.
 */
export function classOfAnswer({ status, json }: JsonAnswer): FailureClass {
  if (status === 403 && json === undefined) return "provider_unavailable";
  return status < 400 ? "provider_error" : classOfStatus(status);
}

/** What the answer says in this shape; null where it says something else. */
export function readAs<Shape extends z.ZodType>(shape: Shape, { json }: JsonAnswer): z.output<Shape> | null {
  return shape.safeParse(json).data ?? null;
}
