import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { type StandInPlatform, standInPlatform, standInProvider } from "./stand-ins.ts";
import { approvedImages, connectGallery, rowIdOf } from "./studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const full = "... on QueueFullError { socialAccountIds }";
const post = "post { id status targets { id scheduledAt localTime timeZone isQueued status } }";
const account =
  "socialAccount { id queuePausedAt slots { weekday time timeZone } nextSlots(first: 3) { at localTime timeZone kind } }";

/** Mutations of queues as clients write them. */
export const queueOperations = {
  setSlots: `mutation ($input: SetPostingSlotsInput!) { setPostingSlots(input: $input) { __typename ${errors}
    ... on SetPostingSlotsSuccess { ${account} } } }`,
  pause: `mutation ($input: PauseQueueInput!) { pauseQueue(input: $input) { __typename ${errors}
    ... on PauseQueueSuccess { ${account} } } }`,
  resume: `mutation ($input: ResumeQueueInput!) { resumeQueue(input: $input) { __typename ${errors} ${full}
    ... on ResumeQueueSuccess { ${account} } } }`,
  reorder: `mutation ($input: ReorderQueueInput!) { reorderQueue(input: $input) { __typename ${errors}
    ... on ReorderQueueSuccess { ${account} } } }`,
  create: `mutation ($input: CreatePostInput!) { createPost(input: $input) { __typename ${errors} ${full}
    ... on CreatePostSuccess { ${post} } } }`,
  schedule: `mutation ($input: SchedulePostInput!) { schedulePost(input: $input) { __typename ${errors} ${full}
    ... on SchedulePostSuccess { ${post} } } }`,
};

/** Monday to Sunday at the same time. */
export const daily = (time: string) =>
  ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"].map((weekday) => ({ weekday, time }));

/** Somebody with accounts, whose posts go out by slots. */
export interface QueueDesk {
  readonly atelier: Atelier;
  readonly platform: StandInPlatform;
  readonly ada: Person;
  readonly imageId: string;
  /** Public ids of the accounts. */
  readonly accounts: readonly string[];
  /** Does something as Ada, with fresh access. */
  act(operation: keyof typeof queueOperations, input: object): Promise<Loose>;
  /** Writes a post for all accounts into their next slots. Answers its id. */
  queue(caption: string): Promise<string>;
  /** What waits: captions and local times by time, one account's. */
  waiting(accountId?: string): Promise<string[]>;
  /** Captions of what went out on the first account, in that order. */
  sent(): Promise<string[]>;
  /** Sets the clock, and lets a worker do what is due then. */
  at(moment: string): Promise<void>;
}

/**
 * Opens desks, on a Monday at noon, 22 March 2027: clocks in Europe change on the Sunday after. Each desk has accounts of its own; they share a
 * database and a clock.
 */
export async function openQueueDesks(t: Teardown): Promise<(handles?: readonly string[]) => Promise<QueueDesk>> {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  atelier.clock.set(new Date("2027-03-22T12:00:00Z"));
  return async (handles = ["ada"]) => {
    const owner = await atelier.signIn(ada);
    const accounts: string[] = [];
    for (const handle of handles) accounts.push(await connectGallery(owner, handle));
    return deskOf({ atelier, platform, ada, imageId, accounts });
  };
}

function deskOf(parts: Pick<QueueDesk, "atelier" | "platform" | "ada" | "imageId" | "accounts">): QueueDesk {
  const { atelier, ada, imageId, accounts } = parts;
  const act = async (operation: keyof typeof queueOperations, input: object) =>
    (await atelier.signIn(ada)).mutate(queueOperations[operation], input);
  return {
    ...{ ...parts, act },
    queue: async (caption) => {
      const targets = accounts.map((socialAccountId) => ({ socialAccountId }));
      const made = await act("create", { caption, images: [{ imageId }], targets, schedule: { nextSlot: true } });
      if (made.post === undefined) throw new Error(`${made.__typename}: ${made.message}`);
      return made.post.id;
    },
    waiting: async (accountId = accounts[0] ?? "") => {
      const targets = await atelier.services.db.postTarget.findMany({
        where: { socialAccountId: rowIdOf(accountId), status: "SCHEDULED" },
        include: { post: true },
        orderBy: { scheduledAt: "asc" },
      });
      return targets.map((target) => `${target.post.caption} ${target.localTime?.slice(0, 16) ?? "by itself"}`);
    },
    sent: async () => {
      const targets = await atelier.services.db.postTarget.findMany({
        where: { socialAccountId: rowIdOf(accounts[0] ?? ""), status: "PUBLISHED" },
        include: { post: true },
        orderBy: { publishedAt: "asc" },
      });
      return targets.map((target) => target.post.caption);
    },
    at: async (moment) => {
      atelier.clock.set(new Date(moment));
      await dispatchDueTargets(atelier.services);
      await atelier.drain();
    },
  };
}
