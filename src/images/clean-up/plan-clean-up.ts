import { z } from "zod";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Db, Tx } from "../../infra/db.ts";
import { type KeepReason, keepReasons, keptBecause } from "./kept-because.ts";

/** Which pictures a clean-up is about. */
export interface CleanUpScope {
  readonly workspaceId: string;
  /** Pictures asked for before this moment may go. */
  readonly before: Date;
}

const counts = z.partialRecord(z.enum(keepReasons), z.number());

const summary = z.object({
  goes: z.number(),
  kept: z.number(),
  /** Of the stored originals of those that go. */
  bytes: z.bigint(),
  keptBecause: counts,
});

/** What a clean-up would do, in numbers. A picture that several reasons keep counts under each of them. */
export type CleanUpSummary = z.output<typeof summary>;

/** Counts what would go and what stays, in one statement. */
export async function summariseCleanUp(db: Db | Tx, { workspaceId, before }: CleanUpScope): Promise<CleanUpSummary> {
  const [found] = await db.$queryRaw<unknown[]>`
    with judged as materialized (
      select ${keptBecause(before)} as reasons, coalesce(image.bytes, 0) as bytes
      from image where image.workspace_id = ${workspaceId}::uuid and image.trashed_at is null
    )
    select
      count(*) filter (where cardinality(reasons) = 0)::int as goes,
      count(*) filter (where cardinality(reasons) > 0)::int as kept,
      coalesce(sum(bytes) filter (where cardinality(reasons) = 0), 0)::bigint as bytes,
      coalesce((select jsonb_object_agg(reason, pictures) from (
        select reason, count(*)::int as pictures from judged, unnest(reasons) as reason group by reason
      ) as counted), '{}') as "keptBecause"
    from judged`;
  return summary.parse(found);
}

const judgement = z.object({ id: z.string(), reasons: z.array(z.enum(keepReasons)) });

/** Why each of these pictures is kept, by its id; those without a reason go. */
export async function judgeImages(
  db: Db,
  { workspaceId, before }: CleanUpScope,
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KeepReason[]>> {
  if (imageIds.length === 0) return new Map();
  const rows = await db.$queryRaw<unknown[]>`
    select image.id, ${keptBecause(before)} as reasons from image
    where image.workspace_id = ${workspaceId}::uuid and image.id in (${Prisma.join(imageIds.map((id) => Prisma.sql`${id}::uuid`))})`;
  return new Map(
    z
      .array(judgement)
      .parse(rows)
      .map(({ id, reasons }) => [id, reasons]),
  );
}

/** The counts by reason, of a summary or as a receipt keeps them, in the order of the reasons. */
export function keptCounts(details: unknown): { reason: KeepReason; images: number }[] {
  const { keptBecause: found } = z.object({ keptBecause: counts }).parse(details);
  return keepReasons.flatMap((reason) => {
    const images = found[reason];
    return images === undefined ? [] : [{ reason, images }];
  });
}
