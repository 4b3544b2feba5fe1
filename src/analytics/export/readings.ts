import { z } from "zod";
import { encodeGlobalId } from "../../graphql/ids.ts";
import type { Db } from "../../infra/db.ts";
import { metricValues } from "../metric-values.ts";
import type { ExportedReading } from "./export-text.ts";

const pageSize = 1_000;

const rows = z.array(
  z.object({
    ...{ takenAt: z.date(), targetId: z.string(), postId: z.string(), platform: z.string(), account: z.string() },
    ...{
      caption: z.string(),
      publishedAt: z.date().nullable(),
      permalink: z.string().nullable(),
      values: metricValues,
    },
  }),
);

/** All readings of a workspace within a range (`to` not included), the oldest first, a page at a time: each one statement by its index. */
export async function* readingsOf(
  db: Db,
  { workspaceId, from, to }: { readonly workspaceId: string; readonly from: Date; readonly to: Date },
): AsyncGenerator<ExportedReading> {
  let after = { takenAt: from, targetId: "00000000-0000-0000-0000-000000000000" };
  for (;;) {
    const page = rows.parse(
      await db.$queryRaw`
        select snapshot.taken_at as "takenAt", snapshot.target_id as "targetId", target.post_id as "postId", account.platform,
          account.handle as account, coalesce(target.caption, post.caption) as caption, target.published_at as "publishedAt",
          target.permalink, snapshot."values"
        from metric_snapshot as snapshot
        join post_target as target on target.id = snapshot.target_id
        join post on post.id = target.post_id
        join social_account as account on account.id = snapshot.social_account_id
        where snapshot.workspace_id = ${workspaceId}::uuid and snapshot.taken_at >= ${after.takenAt} and snapshot.taken_at < ${to}
          and (snapshot.taken_at, snapshot.target_id) > (${after.takenAt}, ${after.targetId}::uuid)
        order by snapshot.taken_at, snapshot.target_id limit ${pageSize}`,
    );
    for (const row of page) {
      yield {
        ...row,
        ...{ postId: encodeGlobalId("Post", row.postId), targetId: encodeGlobalId("PostTarget", row.targetId) },
      };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { takenAt: last.takenAt, targetId: last.targetId };
  }
}
