import { z } from "zod";
import type { Tx } from "../infra/db.ts";
import type { LockedOccurrence } from "./change-occurrence.ts";

const found = z.array(z.object({ id: z.string() })).max(1);

/**
 * The picture that an occurrence takes from the queue: approved, with the schedule's tag, not shown by the series within so many days before or after; those never shown first,
 * then those shown longest ago, and among them the one approved first. Null where there is none. The schedule is locked, so no two of
 * its occurrences take the same.
 */
export async function nextPicture(tx: Tx, { occurrence, schedule }: LockedOccurrence): Promise<string | null> {
  if (schedule.tagId === null) return null;
  // What was split off one another shares pictures, and is locked apart.
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`posting-series:${schedule.seriesId}`}, 0))::text`;
  const days = schedule.repeatAfterDays;
  // Days as clocks count them: the night in which they change does not bring two dates nearer.
  const local = occurrence.movedTo ?? occurrence.localTime;
  const rows = await tx.$queryRaw`
    select i.id from image_tag it join image i on i.id = it.image_id
    left join lateral (
      select max(o.at) as last_at, bool_or(abs(extract(epoch from coalesce(o.moved_to, o.local_time)::timestamp - ${local}::timestamp)) < ${days} * 86400) as is_near
      from occurrence o
      where o.series_id = ${schedule.seriesId}::uuid and o.image_id = i.id and o.id <> ${occurrence.id}::uuid
        and o.state in ('PLANNED', 'AWAITING_PICTURE', 'NEEDS_DECISION', 'POSTED')
    ) shown on true
    where it.tag_id = ${schedule.tagId}::uuid and i.workspace_id = ${schedule.workspaceId}::uuid
      and i.status = 'GENERATED' and i.review_state = 'APPROVED' and i.trashed_at is null and i.archived_at is null
      and shown.is_near is not true
    order by shown.last_at nulls first, i.reviewed_at nulls last, i.id limit 1`;
  return found.parse(rows)[0]?.id ?? null;
}
