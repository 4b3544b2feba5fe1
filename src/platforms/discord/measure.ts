import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import type { Measurement, MeasureOutcome } from "../measuring.ts";
import { accessOf } from "./access.ts";
import { askDiscord, type DiscordSetup, errorCodeOf, limited, refusalOf, trouble } from "./api.ts";

/**
 * Reactions are all that Discord counts. Nobody counts views or clicks; answers are messages of their own that refer to the post,
 * and forwards lie in channels that the bot does not see.
 */
export const measuring = { metrics: ["LIKES"] as const, batch: 10 };

const reactions = z.object({
  id: z.string(),
  reactions: z.array(z.object({ count: z.number().int().nonnegative() })).default([]),
});
const unknownMessage = 10_008;

/** Numbers of posts, asked for one after the other: Discord reads single messages by id. */
export async function measure(
  setup: DiscordSetup,
  session: AccountSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const access = accessOf(session);
  const posts = new Map<string, Measurement>();
  for (const id of ids) {
    const path = `${access.messages}/${encodeURIComponent(id)}`;
    const answer = await askDiscord(setup, { path, access, signal });
    if (answer.kind === "resting") return limited(answer.until);
    if (answer.kind === "unanswered") return trouble(answer);
    if (answer.status === 404 && errorCodeOf(answer) === unknownMessage) continue;
    const message = answer.status === 200 ? reactions.safeParse(answer.json).data : undefined;
    if (message === undefined) {
      const refusal = refusalOf(answer, setup.clock.now(), session.credentials);
      return refusal === null || refusal.kind === "refused" ? trouble(answer) : refusal;
    }
    const likes = message.reactions.reduce((sum, { count }) => sum + count, 0);
    posts.set(id, { values: { LIKES: likes }, unknown: {} });
  }
  return { kind: "measured", posts };
}
