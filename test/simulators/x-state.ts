/** What the parts of the X simulator share: what is there, and how X answers. */
import type { Reply, SimulatedPlatform } from "./simulated-platform.ts";

/** A picture at X. */
export interface XUpload {
  readonly id: string;
  readonly at: Date;
  /** Looks until it is ready; below zero: it cannot be worked on. */
  polls: number;
  alt: string | null;
}

/** A post at X. */
export interface XPost {
  readonly id: string;
  readonly text: string;
  readonly media: readonly string[];
  readonly at: Date;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a test may want otherwise. */
export interface XServer {
  /** Looks that a picture is worked on; -1: it fails. */
  processing: number;
  /** Milliseconds for which a text is refused again. */
  memory: number;
  /** False: every call that costs is refused with 402. */
  credits: boolean;
  /** The words that answers use, which X changes in 2026. */
  naming: "tweet" | "post";
  /** Answers name no pictures of posts. */
  hidesMedia: boolean;
}

/** Everything at X. */
export interface XState {
  readonly user: { id: string; username: string; name: string; subscription_type: string };
  readonly server: XServer;
  readonly uploads: Map<string, XUpload>;
  readonly posts: XPost[];
  readonly base: () => SimulatedPlatform;
  nextId(): string;
  /** Milliseconds since a moment. */
  age(at: Date): number;
  offend(what: string): void;
}

export const day = 24 * 60 * 60_000;

/** Under which key a post shows an upload. */
export const keyOf = (id: string): string => `3_${id}`;

/** An error as X words it. */
export const problem = (status: number, title: string, detail: string, rest: object = {}): Reply => ({
  ...{ status, body: { title, detail, type: "about:blank", status, ...rest } },
});

/** The type of an error. */
export const typed = (type: string) => ({ type: `https://api.x.com/2/problems/${type}` });

/** Something in the request is wrong. */
export const invalid = (parameters: object, message: string): Reply =>
  problem(400, "Invalid Request", "One or more parameters to your request was invalid.", {
    ...{ errors: [{ parameters, message }], ...typed("invalid-request") },
  });

/** How much of a limit is left. */
export const rateHeaders = (left: number, until: Date): Record<string, string> => ({
  ...{ "x-rate-limit-limit": "100", "x-rate-limit-remaining": String(left) },
  "x-rate-limit-reset": String(Math.ceil(until.getTime() / 1_000)),
});

/** Parameters that X does not know are offences. */
export function onlyKnown({ offend }: XState, query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) if (!names.includes(name)) offend(`an unknown parameter ${name}`);
}
