/** A workspace with approved pictures, one account, and schedules that are tried on it. The clock stands at a Monday in spring. */
import type { ImageProvider } from "../../src/image-providers/provider.ts";
import { expandSchedules } from "../../src/posting-schedules/expand-schedule.ts";
import { workOccurrences } from "../../src/posting-schedules/work-occurrences.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { type StandInPlatform, standInPlatform, standInProvider } from "./stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "./studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

const errors = "__typename ... on Error { code message } ... on ValidationError { issues { path code message } }";
const schedule = `postingSchedule { id name state version queueTag captionTemplate timeZone leadTimeMinutes policy
  recurrence { rule firstAt startsAt endsBefore until slots { weekday time } } }`;
const occurrence = "occurrence { id localTime movedTo at state reason version captionTemplate post { id status } }";
const mutation = (field: string, selection: string) => {
  const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${name}Input!) { ${field}(input: $input) { ${errors} ... on ${name}Success { ${selection} } } }`;
};

/** Mutations of schedules as clients write them. */
export const schedules = {
  create: mutation("createPostingSchedule", schedule),
  update: mutation("updatePostingSchedule", `${schedule} splitFrom { id recurrence { endsBefore } }`),
  pause: mutation("pausePostingSchedule", schedule),
  resume: mutation("resumePostingSchedule", schedule),
  end: mutation("endPostingSchedule", schedule),
  delete: mutation("deletePostingSchedule", "deletedPostingScheduleId"),
  skip: mutation("skipOccurrence", occurrence),
  override: mutation("overrideOccurrence", occurrence),
  move: mutation("moveOccurrence", occurrence),
};

/** The bench. */
export interface ScheduleDesk {
  readonly atelier: Atelier;
  readonly platform: StandInPlatform;
  readonly accountId: string;
  /** Approved, with the tag `boats`, in the order of approval. */
  readonly imageIds: readonly string[];
  /** Ada, with a token that counts now. */
  ada(): Promise<Person>;
  /** Every Monday at 09:00 in Paris, pictures from the queue; what is given replaces that. */
  input(other?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  create(other?: Readonly<Record<string, unknown>>): Promise<Loose>;
  mutate(operation: keyof typeof schedules, input: unknown): Promise<Loose>;
  /** Moves the clock, and lets a worker do what it does every minute and hour. */
  at(moment: string): Promise<void>;
  /** The dates of a schedule, or of all. */
  dates(postingScheduleId?: string): Promise<Loose[]>;
  /** What Ada was told, by kind. */
  notices(): Promise<string[]>;
}

/** Monday in the week before the last of March: clocks in Paris change on the 28th. */
export const start = "2027-03-01T07:00:00Z";

interface DeskOptions {
  readonly pictures?: number;
  readonly providers?: ReadonlyMap<string, ImageProvider>;
  /** With the platforms that this server brings, instead of a stand-in. */
  readonly builtInPlatforms?: boolean;
}

/** Opens a desk. */
export async function openScheduleDesk(
  t: Teardown,
  { pictures = 3, providers = standInProvider(), builtInPlatforms = false }: DeskOptions = {},
): Promise<ScheduleDesk> {
  const platform = standInPlatform();
  const outside = builtInPlatforms ? { environment: { SANDBOX_ENABLED: "true" } } : { platforms: platform.platforms };
  const atelier = await openAtelier(t, { providers, ...outside });
  const { clock, services } = atelier;
  clock.set(new Date(start));
  let person = await atelier.signUp("Ada");
  let signedInAt = clock.now();
  const ada = async () => {
    if (clock.now().getTime() - signedInAt.getTime() > 300_000) {
      person = await atelier.signIn(person);
      signedInAt = clock.now();
    }
    return person;
  };
  const accountId = await connectGallery(person, "ada");
  const imageIds: string[] = [];
  for (let index = 0; index < pictures; index += 1) {
    imageIds.push(...(await approvedImages(atelier, person)));
    clock.advance(1_000);
  }
  clock.set(new Date(start));
  const tag = "mutation ($input: TagImagesInput!) { tagImages(input: $input) { __typename } }";
  if (pictures > 0) await person.mutate(tag, { imageIds, tags: ["boats"] });
  const input = (other: Readonly<Record<string, unknown>> = {}) => ({
    ...{ name: "Mondays", timeZone: "Europe/Paris", policy: "SKIP", captionTemplate: "Boat {counter} of {date}." },
    recurrence: { rule: { text: "FREQ=WEEKLY;BYDAY=MO", firstAt: "2027-03-01T09:00" } },
    ...{ targets: [{ socialAccountId: accountId }], pictures: { queue: { tag: "boats" } } },
    ...other,
  });
  const mutate = async (operation: keyof typeof schedules, asked: unknown) =>
    (await ada()).mutate(schedules[operation], asked);
  const work = async () => {
    await expandSchedules(services);
    await workOccurrences(services);
    await dispatchDueTargets(services);
    await atelier.drain();
    await workOccurrences(services);
  };
  return {
    ...{ atelier, platform, accountId, imageIds, ada, input, mutate },
    create: async (other) => {
      const made = await mutate("create", input(other));
      if (made.postingSchedule === undefined) throw new Error(JSON.stringify(made));
      return made.postingSchedule;
    },
    at: async (moment) => {
      clock.set(new Date(moment));
      await work();
    },
    dates: async (postingScheduleId) => {
      const { data, errors: failed } = await (await ada()).request(
        `query ($filter: OccurrenceFilter) { occurrences(first: 100, filter: $filter) { nodes { id localTime movedTo at kind state reason counter
          version image { id } post { id status caption targets { status scheduledAt failure { code message } } } schedule { id } } } }`,
        { filter: { postingScheduleId } },
      );
      if (failed !== undefined) throw new Error(JSON.stringify(failed));
      return data.occurrences.nodes;
    },
    notices: async () => {
      const found = await services.db.notice.findMany({
        where: {
          kind: {
            in: ["OCCURRENCE_AT_RISK", "OCCURRENCE_FALLBACK", "OCCURRENCE_NEEDS_DECISION", "OCCURRENCE_SKIPPED"],
          },
        },
        orderBy: { id: "asc" },
      });
      return found.map(({ kind }) => kind.replace("OCCURRENCE_", ""));
    },
  };
}

/** Reviews a picture. */
export async function review(person: Person, imageId: string, decision: "APPROVE" | "REJECT"): Promise<void> {
  const reason = decision === "REJECT" ? "Too dark." : undefined;
  const reviewed = await person.mutate(operations.review, { imageIds: [imageId], decision, reason });
  if (reviewed.images === undefined) throw new Error(reviewed.message);
}

export { rowIdOf };
