/** Own posts, found by the pictures that they hold: an upload belongs to one post only. */
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import { askMastodon, type MastodonSetup, trouble } from "./api.ts";
import { serverOf } from "./connect.ts";

/** A post, as far as we read it. */
export const statusShape = z.object({
  ...{ id: z.string().min(1), created_at: z.iso.datetime({ offset: true }) },
  url: z.string().nullable().catch(null),
  media_attachments: z.array(z.object({ id: z.string() })).catch([]),
});

/** A post that was found. */
export type OwnStatus = z.output<typeof statusShape>;

/** How looking through own posts ended. */
export type OwnStatusOutcome =
  | { readonly kind: "found"; readonly status: OwnStatus }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly message: string };

const pageSize = 40;
const maxPages = 5;
/** The server's clock may run behind ours. */
const skew = 2 * 60_000;

/** Looks for the post that holds any of the uploads, newest first, back to the moment from which it can be. */
export async function findByMedia(
  setup: MastodonSetup,
  { account, credentials }: AccountSession,
  { ids, since }: { readonly ids: readonly string[]; readonly since: Date },
  signal: AbortSignal,
): Promise<OwnStatusOutcome> {
  const path = `/api/v1/accounts/${encodeURIComponent(account.details["accountId"] ?? "")}/statuses`;
  let before: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const query = [
      ...[["limit", String(pageSize)] as const, ["exclude_reblogs", "true"] as const],
      ...(before === null ? [] : [["max_id", before] as const]),
    ];
    const answer = await askMastodon(setup, {
      ...{ server: serverOf(account), path, query, token: credentials["accessToken"], signal },
    });
    const statuses =
      answer.kind === "answered" && answer.status === 200
        ? z.array(statusShape).safeParse(answer.json).data
        : undefined;
    if (statuses === undefined) return { kind: "unreadable", message: trouble(answer).message };
    const status = statuses.find(({ media_attachments: media }) => media.some(({ id }) => ids.includes(id)));
    if (status !== undefined) return { kind: "found", status };
    const last = statuses.at(-1);
    if (last === undefined || Date.parse(last.created_at) < since.getTime() - skew) return { kind: "missing" };
    before = last.id;
  }
  return { kind: "unreadable", message: "The account has posted too much since to look through all of it." };
}
