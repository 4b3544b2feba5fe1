import { z } from "zod";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { DomainError } from "../infra/errors.ts";
import { askForPicture } from "./ask-for-picture.ts";
import { awaitPicture } from "./await-picture.ts";
import { changeOccurrence, type LockedOccurrence } from "./change-occurrence.ts";
import { lockOpen } from "./lock-open.ts";
import { makePost } from "./make-post.ts";
import { nextPicture } from "./next-picture.ts";
import { tellOfOccurrence } from "./occurrence-notices.ts";
import { deadlineOf, grace, workBegins } from "./resolve-occurrence.ts";
import { applyPolicy, askPerson, miss } from "./without-picture.ts";
import type { WorkServices } from "./work-services.ts";

const batchSize = 100;

/** An empty queue is looked at again after this, in milliseconds: somebody may have approved a picture. */
const queueLook = 5 * 60_000;

/**
 * Takes the next step of every occurrence that is due for one: at the beginning of work, at reminders, on the deadline, and when its picture was reviewed.
 * Runs every minute; the rows decide, under a lock, so that two at once, or one that was killed, do nothing twice. One that fails does not keep the others back.
 * Answers how many were looked at.
 */
export async function workOccurrences(services: WorkServices): Promise<number> {
  let looked = 0;
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const due = await findDue(services, last);
    for (const id of due) {
      try {
        await workOccurrence(services, id);
      } catch (error) {
        services.log.error(
          { err: error, occurrenceId: id },
          "work on an occurrence failed; the next round tries again",
        );
      }
    }
    looked += due.length;
    last = due.at(-1) ?? last;
    if (due.length < batchSize) return looked;
  }
}

const ids = z.array(z.object({ id: z.string() }));

async function findDue({ db, clock }: WorkServices, after: string): Promise<string[]> {
  const rows = await db.$queryRaw`
    select o.id from occurrence o join posting_schedule s on s.id = o.schedule_id
    where o.id > ${after}::uuid and s.state = 'ACTIVE' and o.act_at <= ${clock.now()}
    union
    select o.id from occurrence o join posting_schedule s on s.id = o.schedule_id
      join workspace w on w.id = o.workspace_id left join image i on i.id = o.image_id
    where o.id > ${after}::uuid and s.state = 'ACTIVE' and o.state = 'AWAITING_PICTURE'
      and (i.trashed_at is null and i.status = 'GENERATED' and (i.review_state = 'APPROVED' or w.review_policy = 'NONE' and i.review_state = 'PENDING')
        or o.pictures < s.most_pictures
          and (i.id is null or i.trashed_at is not null or i.review_state = 'REJECTED' or i.status in ('FAILED', 'CANCELLED')))
    order by id limit ${batchSize}`;
  return ids.parse(rows).map(({ id }) => id);
}

/** Takes the next step of one occurrence. What its owner may not do, or a platform would refuse, is put before a person. */
export async function workOccurrence(services: WorkServices, occurrenceId: string): Promise<void> {
  try {
    const wantsPicture = await services.transact(async (tx) => {
      const locked = await lockOpen(tx, occurrenceId);
      return locked !== null && step(tx, services, locked);
    });
    if (wantsPicture) await askForPicture(services, occurrenceId);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await services.transact(async (tx) => {
      const locked = await lockOpen(tx, occurrenceId);
      if (locked !== null) await askPerson(tx, locked, `Its post could not be made: ${error.message}`);
    });
  }
}

/** Answers true where a picture is to be asked for. */
async function step(tx: Tx, services: WorkServices, locked: LockedOccurrence): Promise<boolean> {
  const { occurrence, schedule } = locked;
  const now = services.clock.now();
  if (now > addMilliseconds(occurrence.at, grace)) {
    await miss(tx, locked);
    return false;
  }
  // A person was asked: only their answer, or time, goes on from here.
  if (occurrence.state === "NEEDS_DECISION") return false;
  const begins = workBegins(occurrence.at, schedule);
  if (begins > now) {
    await changeOccurrence(tx, occurrence, { actAt: begins });
    return false;
  }
  if (occurrence.postId !== null || occurrence.ownImageIds.length > 0) {
    await makePost(tx, services, locked, { imageIds: occurrence.ownImageIds, reason: null });
    return false;
  }
  if (schedule.pictureSource === "GENERATE") return awaitPicture(tx, services, locked);
  await takeFromQueue(tx, services, locked);
  return false;
}

async function takeFromQueue(tx: Tx, services: WorkServices, locked: LockedOccurrence): Promise<void> {
  const { occurrence, schedule } = locked;
  const imageId = await nextPicture(tx, locked);
  if (imageId !== null) {
    const taken = await changeOccurrence(tx, occurrence, { imageId });
    await makePost(tx, services, { schedule, occurrence: taken }, { imageIds: [imageId], reason: null });
    return;
  }
  const now = services.clock.now();
  const why =
    schedule.tag === null
      ? "The tag of its pictures was deleted. Name another."
      : `No approved picture with the tag "${schedule.tag.name}" is left that was not shown within ${schedule.repeatAfterDays} days.`;
  const deadline = deadlineOf(occurrence.at, schedule);
  if (now >= deadline) {
    await applyPolicy(tx, services, locked, why);
    return;
  }
  const again = addMilliseconds(now, queueLook);
  const waiting = await changeOccurrence(tx, occurrence, { reason: why, actAt: again < deadline ? again : deadline });
  if (occurrence.reason !== why) await tellOfOccurrence(tx, "OCCURRENCE_AT_RISK", waiting);
}
