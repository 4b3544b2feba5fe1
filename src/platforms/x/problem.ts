/** Reads X's errors (https://docs.x.com/x-api/fundamentals/response-codes-and-errors), which come in three shapes. */
import { z } from "zod";

/** An error, whatever its shape. */
export interface XProblem {
  readonly status: number;
  /** The last part of its type's address: `usage-capped`; empty for `about:blank` and where there is none. */
  readonly type: string;
  /** Numbers of the older shape. */
  readonly codes: readonly number[];
  /** Names of the parameters that are wrong. */
  readonly parameters: readonly string[];
  /** What X says, in its own words. */
  readonly says: string;
}

const text = z.string().optional().catch(undefined);
const entry = z.object({
  ...{ message: text, detail: text, title: text, type: text },
  code: z.number().optional().catch(undefined),
  parameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
const body = z.object({
  ...{ title: text, detail: text, type: text },
  errors: z.array(entry).optional().catch(undefined),
});

/** The error of an answer; null where it is none of X's, as from a proxy in front. */
export function readProblem({ status, json }: { readonly status: number; readonly json: unknown }): XProblem | null {
  const read = body.safeParse(json).data;
  const errors = read?.errors ?? [];
  if (read === undefined || (read.title === undefined && read.detail === undefined && errors.length === 0)) return null;
  const said = errors
    .map(({ message, detail, title }) => message ?? detail ?? title ?? "")
    .filter((each) => each !== "");
  return {
    status,
    type: typeOf(read.type ?? errors[0]?.type),
    codes: errors.flatMap(({ code }) => code ?? []),
    parameters: errors.flatMap(({ parameters }) => Object.keys(parameters ?? {})),
    says: said.length > 0 ? said.join(" ") : (read.detail ?? read.title ?? ""),
  };
}

/** `https://api.x.com/2/problems/usage-capped`, or the same at api.twitter.com. */
const typeOf = (address = ""): string => /\/problems\/([a-z0-9-]+)$/.exec(address)?.[1] ?? "";

/** What an error means, whatever step it came from. */
export type XMeaning =
  /** The token opens nothing any more. */
  | "access"
  | "limit"
  /** Credits or a cap of the whole app are used up. */
  | "spent"
  /** The account posted the same text lately. */
  | "duplicate"
  /** An upload is not there any more. */
  | "media"
  | "content"
  /** The app may not do it, or not in its plan. */
  | "app"
  /** The account itself is held back. */
  | "account"
  /** Not allowed, without a reason that a program could read. */
  | "forbidden"
  | "missing"
  | "unknown";

const byType: ReadonlyMap<string, XMeaning> = new Map([
  ["usage-capped", "spent"],
  ["credits-depleted", "spent"],
  ["rate-limit-exceeded", "limit"],
  ["unsupported-authentication", "access"],
  ["client-forbidden", "app"],
  ["client-disconnected", "app"],
  ["user-suspended", "account"],
  ["resource-not-found", "missing"],
]);

const byCode: ReadonlyMap<number, XMeaning> = new Map([
  [32, "access"],
  [88, "limit"],
  [89, "access"],
  [185, "limit"],
  [187, "duplicate"],
  ...[64, 226, 326].map((code) => [code, "account"] as const),
]);

const byStatus: ReadonlyMap<number, XMeaning> = new Map([
  [400, "content"],
  [401, "access"],
  [402, "spent"],
  [403, "forbidden"],
  [404, "missing"],
  [413, "content"],
  [422, "content"],
  [429, "limit"],
]);

/** Says what an error means. A 5xx says nothing, whatever stands in it. */
export function meaningOf({ status, type, codes, parameters, says }: XProblem): XMeaning {
  if (status >= 500) return "unknown";
  const told = byType.get(type) ?? codes.map((code) => byCode.get(code)).find((meaning) => meaning !== undefined);
  if (told !== undefined) return told;
  if (status === 400 && parameters.includes("media.media_ids")) return "media";
  // X names no other sign of it. Taking another refusal for it only leads to a look-up.
  if (status === 403 && /duplicate content/i.test(says)) return "duplicate";
  return byStatus.get(status) ?? "unknown";
}
