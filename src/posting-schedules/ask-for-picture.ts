import { generateImages } from "../images/generate-images.ts";
import { addMilliseconds } from "../infra/clock.ts";
import { DomainError } from "../infra/errors.ts";
import { nextLook, remindersDue } from "./await-picture.ts";
import { changeOccurrence, type LockedOccurrence } from "./change-occurrence.ts";
import { lockOpen } from "./lock-open.ts";
import { nextNumber } from "./make-post.ts";
import { tellOfOccurrence } from "./occurrence-notices.ts";
import { actorOf } from "./owner.ts";
import { factsOf } from "./post-text.ts";
import { generationOf } from "./read-content.ts";
import { deadlineOf } from "./resolve-occurrence.ts";
import { renderTemplate } from "./template.ts";
import type { WorkServices } from "./work-services.ts";

/** A picture that could not be asked for is asked for again after this, in milliseconds. */
const retryAfter = 15 * 60_000;

/**
 * Asks for the picture of an occurrence, in the owner's name. The request carries a key: whoever dies before the answer is written down asks again and gets the same picture.
 * What keeps it from being asked for is told, and tried again until the deadline.
 */
export async function askForPicture(services: WorkServices, occurrenceId: string): Promise<void> {
  const numbered = await services.transact(async (tx) => {
    const locked = await lockOpen(tx, occurrenceId);
    if (locked === null) return null;
    const { occurrence, schedule } = locked;
    if (occurrence.number !== null) return locked;
    const number = await nextNumber(tx, schedule.seriesId);
    return { schedule, occurrence: await changeOccurrence(tx, occurrence, { number }) };
  });
  if (numbered === null) return;
  try {
    const viewer = await actorOf(services.db, numbered.schedule);
    const { imageIds } = await generateImages(services, viewer, requestOf(numbered));
    await noteAsked(services, numbered, imageIds[0] ?? null);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await noteRefused(services, numbered, error.message);
  }
}

function requestOf({ occurrence, schedule }: LockedOccurrence) {
  const facts = factsOf(schedule, occurrence, { counter: occurrence.number ?? 0, title: "" });
  return {
    workspaceId: schedule.workspaceId,
    prompt: renderTemplate(schedule.promptTemplate ?? "", facts),
    ...generationOf(schedule),
    styleId: schedule.styleId,
    // Of everything that the prompt is made of: other words are another request.
    idempotencyKey: `occurrence:${occurrence.id}:${occurrence.pictures}:${schedule.version}:${facts.local}`,
  };
}

async function noteAsked(services: WorkServices, asked: LockedOccurrence, imageId: string | null): Promise<void> {
  await services.transact(async (tx) => {
    const locked = await lockOpen(tx, asked.occurrence.id);
    // Somebody else has written it down, or chosen otherwise: the picture is in the library.
    if (locked === null || locked.occurrence.pictures !== asked.occurrence.pictures) return;
    const now = services.clock.now();
    await changeOccurrence(tx, locked.occurrence, {
      ...{ state: "AWAITING_PICTURE", reason: null, imageId, pictures: { increment: 1 } },
      reminders: Math.max(locked.occurrence.reminders, remindersDue(locked, now)),
      actAt: nextLook(locked, now),
    });
  });
}

async function noteRefused(services: WorkServices, asked: LockedOccurrence, message: string): Promise<void> {
  await services.transact(async (tx) => {
    const locked = await lockOpen(tx, asked.occurrence.id);
    if (locked === null) return;
    const { occurrence, schedule } = locked;
    const reason = `Its picture could not be asked for: ${message}`;
    const again = addMilliseconds(services.clock.now(), retryAfter);
    const deadline = deadlineOf(occurrence.at, schedule);
    const data = { reason, actAt: again < deadline ? again : deadline };
    const noted = await changeOccurrence(tx, occurrence, data);
    if (occurrence.reason !== reason) await tellOfOccurrence(tx, "OCCURRENCE_AT_RISK", noted);
  });
}
