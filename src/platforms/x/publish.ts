/** One post: the one call that makes it public. X knows no key of ours, but refuses the same text for a while. */
import { z } from "zod";
import type { PublishOutcome, PublishRequest } from "../publication.ts";
import { permalinkOf } from "./account.ts";
import { refusalOf, sendX } from "./api.ts";
import { forgetUploads, mediaIds } from "./media.ts";
import { meaningOf, readProblem } from "./problem.ts";
import type { X } from "./setup.ts";

/** That a send of this content was begun: from when on a post of it can be there. */
export const begunRef = "begun";

/** That the pictures were uploaded anew once, because X no longer had them. */
const restagedRef = "restaged";

const made = z.object({ data: z.object({ id: z.string().regex(/^\d+$/) }) });

/** Sends the post. */
export async function publish(x: X, request: PublishRequest, signal: AbortSignal): Promise<PublishOutcome> {
  const { refs } = request;
  const media = mediaIds(request);
  if (media === null) return { kind: "unavailable", message: "The pictures are not at X yet." };
  const before = refs.get(begunRef) !== null;
  if (!before) await refs.keep(begunRef, "1");
  const outcome = await send(x, request, { media, before }, signal);
  const open = outcome.kind === "published" || outcome.kind === "ambiguous";
  if (!open && !before) await refs.drop(begunRef);
  return outcome;
}

interface Sending {
  readonly media: readonly string[];
  /** Whether an earlier send of the same content may have arrived. */
  readonly before: boolean;
}

async function send(
  x: X,
  request: PublishRequest,
  { media, before }: Sending,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  const { session } = request;
  const sent = await sendX(x, { session, path: "/2/tweets", input: postOf(request, media), signal });
  if (sent.kind === "held") return { kind: "rate-limited", retryAt: sent.retryAt, message: sent.message };
  if (sent.kind !== "answered") return sent;
  const id = sent.status === 201 || sent.status === 200 ? made.safeParse(sent.json).data?.data.id : undefined;
  if (id !== undefined) return { kind: "published", externalId: id, permalink: permalinkOf(session.account, id) };
  const problem = readProblem(sent);
  const meaning = problem === null ? "unknown" : meaningOf(problem);
  if (meaning === "duplicate" && before) {
    return { kind: "ambiguous", message: "X says that the account has this text already: an earlier try may be out." };
  }
  if (meaning === "media" && request.refs.get(restagedRef) === null) {
    await request.refs.keep(restagedRef, "1");
    await forgetUploads(request);
    return { kind: "unavailable", message: "X no longer has the pictures; they are uploaded again." };
  }
  const unclear = { kind: "ambiguous" as const, message: "X's answer does not say whether the post is out." };
  return refusalOf(x, sent, session) ?? unclear;
}

/** Values of `replySettings` that X writes otherwise. */
const inXsWords: ReadonlyMap<string, string> = new Map([["mentioned_users", "mentionedUsers"]]);

function postOf({ caption, options, madeWithAi }: PublishRequest, media: readonly string[]) {
  const { replySettings, paidPartnership } = options;
  return {
    // A text of nothing but spaces is refused; a post of pictures alone has none.
    ...(caption.trim() !== "" && { text: caption }),
    ...(media.length > 0 && { media: { media_ids: media } }),
    ...(typeof replySettings === "string" && { reply_settings: inXsWords.get(replySettings) ?? replySettings }),
    ...(paidPartnership === true && { paid_partnership: true }),
    ...(madeWithAi && { made_with_ai: true }),
  };
}
