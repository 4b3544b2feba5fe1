/** Posting schedules, where the matrix asks for them: see places.ts. */
import { v7 as newId } from "uuid";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import type { Services } from "../../../src/services.ts";

const day = 24 * 60 * 60_000;

/** Things of a place, by their public ids. */
export interface ScheduledThings {
  /** A schedule with a fallback picture and one target; in a style where `styled`, since a workspace may have only so many. */
  postingSchedule(styled?: boolean): Promise<string>;
  pausedSchedule(): Promise<string>;
  /** A coming date with a picture; its post is made where `posted`. */
  occurrence(posted?: boolean): Promise<string>;
}

/** What they are made of, by row ids. */
interface Parts {
  readonly workspaceId: string;
  image(): Promise<string>;
  style(): Promise<string>;
  post(): Promise<string>;
  socialAccount(): Promise<string>;
}

/** Makes them in a workspace. */
export function scheduledThings({ db, clock }: Services, parts: Parts): ScheduledThings {
  const { workspaceId } = parts;
  const schedule = async (state: "ACTIVE" | "PAUSED", styled = false) => {
    const id = newId();
    await db.postingSchedule.create({
      data: {
        ...{ id, seriesId: id, workspaceId, state, name: "Daily", timeZone: "UTC", rule: "FREQ=DAILY" },
        ...{ anchor: "2026-01-01T09:00:00", captionTemplate: "", pictureSource: "QUEUE", policy: "SKIP" },
        tagId: (await db.tag.create({ data: { workspaceId, name: id, nameKey: id, colour: "#336699" } })).id,
        ...{ leadTime: 60, deadline: 10, activeSince: clock.now(), expandedUntil: clock.now() },
        ...{ styleId: styled ? await parts.style() : null, fallbackImageId: await parts.image() },
        targets: { create: { position: 0, socialAccountId: await parts.socialAccount() } },
      },
    });
    return id;
  };
  return {
    postingSchedule: async (styled) => encodeGlobalId("PostingSchedule", await schedule("ACTIVE", styled)),
    pausedSchedule: async () => encodeGlobalId("PostingSchedule", await schedule("PAUSED")),
    occurrence: async (posted = false) => {
      const scheduleId = await schedule("ACTIVE");
      const at = addMilliseconds(clock.now(), day);
      const { id } = await db.occurrence.create({
        data: {
          ...{ workspaceId, scheduleId, seriesId: scheduleId, localTime: at.toISOString().slice(0, 19), at },
          ...{ timeZone: "UTC", timeKind: "NORMAL", zoneVersion: "2026a", imageId: await parts.image() },
          ...(posted && { state: "POSTED", postId: await parts.post() }),
        },
      });
      return encodeGlobalId("Occurrence", id);
    },
  };
}

/** The same in a workspace that is deleted: ids of what was there once. */
export async function goneSchedules(was: ScheduledThings): Promise<ScheduledThings> {
  const [schedule, occurrence] = [await was.postingSchedule(), await was.occurrence()];
  return {
    postingSchedule: () => Promise.resolve(schedule),
    pausedSchedule: () => Promise.resolve(schedule),
    occurrence: () => Promise.resolve(occurrence),
  };
}
