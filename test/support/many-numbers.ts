import { z } from "zod";
import type { Services } from "../../src/services.ts";

/** Targets and snapshots to be written at once, out of their number alone. */
export interface ManyNumbers {
  readonly workspaceId: string;
  /** Targets: posts without pictures, published one after the other, in turn on two platforms. */
  readonly targets: number;
  /** Minutes between two of them; two hours by default. */
  readonly spacing?: number;
  /** Snapshots of each, six hours apart. */
  readonly snapshots: number;
  /** When the first is published. */
  readonly from: Date;
}

const ids = z.array(z.object({ id: z.string() }));

/**
 * Fills a workspace with published targets and their snapshots: snapshot `s` of target `n` gains `(n + s) % 7` likes, and, on the sandbox
 * alone, `(n * s) % 11` views. Social accounts: `even` on the sandbox, `odd` on Bluesky. Sums by day are written for the workspace's zone.
 */
export async function fillWithNumbers(
  { db }: Pick<Services, "db">,
  { workspaceId, targets, snapshots, from, spacing = 120 }: ManyNumbers,
): Promise<{ readonly even: string; readonly odd: string }> {
  const account = async (platform: string, handle: string) => {
    const names = { platform, method: platform, remoteId: handle, handle, name: handle };
    return (await db.socialAccount.create({ data: { workspaceId, ...names } })).id;
  };
  const accounts = { even: await account("sandbox", "even"), odd: await account("bluesky", "odd") };
  const months = Math.ceil(((targets * spacing) / 1_440 + snapshots / 4) / 28) + 2;
  await db.$queryRaw`select metric_partitions(${from.toISOString().slice(0, 10)}::date, ${months}::int)`;
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  const moment = `'${from.toISOString()}'::timestamptz`;
  const target = (n: string) => `md5('target' || ${n})::uuid`;
  const post = (n: string) => `md5('post' || ${n})::uuid`;
  const at = (n: string) => `${moment} + ${n} * interval '${spacing} minutes'`;
  await run(`insert into post (id, workspace_id, caption, created_at, updated_at)
    select ${post("n")}, '${workspaceId}', 'Post ' || n, ${at("n")}, ${at("n")} from generate_series(0, ${targets - 1}) as n`);
  await run(`insert into post_target (id, post_id, workspace_id, social_account_id, position, status, idempotency_key, external_id, scheduled_at, published_at)
    select ${target("n")}, ${post("n")}, '${workspaceId}', case n % 2 when 0 then '${accounts.even}'::uuid else '${accounts.odd}'::uuid end,
      0, 'PUBLISHED', ${target("n")}, 'x' || n, ${at("n")}, ${at("n")} + (n % 10) * interval '1 second' from generate_series(0, ${targets - 1}) as n`);
  const chunk = Math.max(1, Math.floor(50_000 / snapshots));
  for (let first = 0; first < targets; first += chunk) {
    const last = Math.min(first + chunk, targets) - 1;
    await run(`insert into metric_snapshot (target_id, taken_at, workspace_id, social_account_id, "values", gains)
      select ${target("n")}, ${at("n")} + s * interval '6 hours', '${workspaceId}',
        case n % 2 when 0 then '${accounts.even}'::uuid else '${accounts.odd}'::uuid end, '{}',
        jsonb_build_object('LIKES', (n + s) % 7) || case n % 2 when 0 then jsonb_build_object('VIEWS', (n::bigint * s) % 11) else '{}'::jsonb end
      from generate_series(${first}, ${last}) as n cross join generate_series(1, ${snapshots}) as s`);
  }
  ids.parse(
    await db.$queryRaw`insert into metric_calendar (workspace_id, time_zone) select id, time_zone from workspace where id = ${workspaceId}::uuid
      on conflict do nothing returning workspace_id as id`,
  );
  return accounts;
}
