/**
 * Reads errors of Meta's Graph API (https://developers.facebook.com/docs/graph-api/guides/error-handling). What happened is
 * told by code and subcode, never by words; limits come as HTTP 400.
 */
import { z } from "zod";

/** An error as the Graph API words it. */
export interface GraphError {
  readonly status: number;
  readonly code: number;
  /** 0 where there is none. */
  readonly subcode: number;
  /** The API's own word that trying again later may help. */
  readonly transient: boolean;
  /** What it says to people, or else to developers. */
  readonly says: string;
}

const graphBody = z.object({
  error: z.object({
    message: z.string().catch(""),
    code: z.number().int().catch(0),
    error_subcode: z.number().int().catch(0),
    is_transient: z.boolean().catch(false),
    error_user_msg: z.string().nullish().catch(undefined),
  }),
});

/** How api.instagram.com words the errors of a code exchange. */
const loginBody = z.object({ error_type: z.string(), error_message: z.string(), code: z.number().catch(0) });

/** The error of an answer of any status; null when it says something else. */
export function readGraphError(status: number, json: unknown): GraphError | null {
  const parsed = graphBody.safeParse(json).data;
  if (parsed !== undefined) {
    const { message, code, error_subcode: subcode, is_transient: transient, error_user_msg: forPeople } = parsed.error;
    return { status, code, subcode, transient, says: forPeople || message };
  }
  const login = loginBody.safeParse(json).data;
  if (login === undefined) return null;
  return { status, code: login.code, subcode: 0, transient: false, says: login.error_message };
}

/** What an error means, whatever step it came from. */
export type GraphMeaning =
  /** The token opens nothing any more. */
  | "token"
  /** A right is missing, or the person's role is. */
  | "permission"
  | "limit"
  /** The content will be refused again. */
  | "content"
  /** The account itself is held back. */
  | "account"
  /** A spam guard, which has been seen although the post went out. */
  | "guard"
  /** Trouble of the service. */
  | "again"
  /** What was uploaded is spoilt; it is to be made again. */
  | "rebuild"
  /** What was uploaded is not there: never made, run out, or used already. */
  | "lost"
  /** The platform could not fetch the picture from this server. */
  | "fetch"
  | "not-ready"
  /** The platform says that this is out already. */
  | "duplicate"
  /** The object is not there, or not to be seen; comes and goes on fresh objects. */
  | "missing"
  | "unknown";

/** Meanings of one platform, by subcode or code. */
export type MeaningTable = ReadonlyMap<number, GraphMeaning>;

const limits: ReadonlySet<number> = new Set([4, 17, 32, 341, 613, 80_001, 80_002, 80_005]);
const missingSubcode = 33;

/** Says what an error means: the platform's subcodes first, then its codes, then what holds for the whole Graph API. */
export function meaningOf({ code, subcode }: GraphError, table: MeaningTable): GraphMeaning {
  const own = (subcode === 0 ? undefined : table.get(subcode)) ?? table.get(code);
  if (own !== undefined) return own;
  if (code === 190 || code === 102) return "token";
  if (code === 10 || (code >= 200 && code <= 299)) return "permission";
  if (limits.has(code)) return "limit";
  if (code === 368) return "account";
  if (code === 506) return "duplicate";
  if (code === 100) return subcode === missingSubcode ? "missing" : "content";
  return code === 1 || code === 2 ? "again" : "unknown";
}

/** Why a token opens nothing any more, by subcode. */
const tokenReasons: ReadonlyMap<number, string> = new Map([
  [458, "the app was removed from the account"],
  [459, "the account must pass a check at the platform first"],
  [460, "the password was changed"],
  [463, "it has expired"],
  [464, "the account is not confirmed"],
  [467, "it is no longer valid"],
  [492, "the role on the Page was taken away"],
]);

/** What ended access, in words. */
export function accessWords(label: string, { subcode }: GraphError, meaning: "token" | "permission"): string {
  if (meaning === "permission") {
    return `${label} says that a permission is missing. Connect the account again and grant all of them.`;
  }
  const reason = tokenReasons.get(subcode);
  return `${label} no longer accepts the access to this account${reason === undefined ? "" : `: ${reason}`}. Connect it again.`;
}
