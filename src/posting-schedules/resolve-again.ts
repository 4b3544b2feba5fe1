import type { Occurrence } from "../generated/prisma/client.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Db, Tx } from "../infra/db.ts";
import { DomainError } from "../infra/errors.ts";
import type { Logger } from "../infra/log.ts";
import { zoneDataVersion } from "../infra/time/local-time.ts";
import { changeOccurrence, open } from "./change-occurrence.ts";
import { lockSchedule } from "./find-schedule.ts";
import { movePost } from "./move-post.ts";
import { tellOfOccurrence } from "./occurrence-notices.ts";
import type { ScheduleServices } from "./replan.ts";
import { resolvedColumns, workBegins } from "./resolve-occurrence.ts";

const batchSize = 100;

/** What resolving again asks; `version` is that of the zone database, this process's unless a test says otherwise. */
export interface ResolveServices extends ScheduleServices {
  readonly db: Db;
  readonly log: Logger;
}

/**
 * Resolves again what another version of the zone database resolved: countries change their clocks at short notice, and 09:00 shall stay 09:00. Posts that are made move
 * along. A worker does it when it starts. Answers how many occurrences were looked at.
 */
export async function resolveAgain(services: ResolveServices): Promise<number> {
  const { db, clock } = services;
  let looked = 0;
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const found = await db.occurrence.findMany({
      where: {
        // A zone moves by hours, not by days.
        at: { gt: addMilliseconds(clock.now(), -24 * 60 * 60_000) },
        zoneVersion: { not: zoneDataVersion },
        state: { in: [...open, "POSTED"] },
        id: { gt: last },
      },
      select: { id: true, scheduleId: true },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    for (const { id, scheduleId } of found) await resolveOne(services, id, scheduleId);
    looked += found.length;
    last = found.at(-1)?.id ?? last;
    if (found.length < batchSize) return looked;
  }
}

async function resolveOne(services: ResolveServices, id: string, scheduleId: string): Promise<void> {
  const { transact, clock, log } = services;
  const attempt = (movesPost: boolean, reason: string | null) =>
    transact(async (tx: Tx) => {
      const schedule = await lockSchedule(tx, scheduleId);
      const occurrence = await tx.occurrence.findFirst({ where: { id, scheduleId } });
      if (schedule === null || occurrence === null || occurrence.zoneVersion === zoneDataVersion) return;
      const resolved = resolvedColumns(occurrence.movedTo ?? occurrence.localTime, occurrence.timeZone);
      const moves = resolved.at.getTime() !== occurrence.at.getTime();
      const { postId, state } = occurrence;
      if (moves && movesPost && state === "POSTED" && postId !== null && resolved.at > clock.now()) {
        await movePost(tx, services, postId, resolved.at);
      }
      const actAt = nextAct(occurrence, moves, { at: workBegins(resolved.at, schedule), now: clock.now() });
      const changed = await changeOccurrence(tx, occurrence, {
        ...resolved,
        ...actAt,
        ...(reason !== null && { reason }),
      });
      if (reason !== null) await tellOfOccurrence(tx, "OCCURRENCE_AT_RISK", changed);
    });
  try {
    await attempt(true, null);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.warn({ occurrenceId: id, reason: error.message }, "a post could not follow its zone's new rules");
    await attempt(false, `The zone's rules changed, and its post could not be moved: ${error.message}`);
  }
}

function nextAct({ state }: Occurrence, moves: boolean, { at, now }: { readonly at: Date; readonly now: Date }) {
  if (!moves || state === "POSTED" || state === "NEEDS_DECISION") return {};
  return { actAt: state === "AWAITING_PICTURE" ? now : at };
}
