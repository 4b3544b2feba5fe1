/** The matrix of posting schedules: see matrix.ts. */
import { type Entry, edge, inWorkspace, lookedUp, mutationOf, thenScopeOf } from "./entry.ts";
import type { Place } from "./places.ts";

const recurrence = { rule: { text: "FREQ=DAILY", firstAt: "2026-11-25T09:00" } };
const inPlace = ({ workspaceId }: Place) => ({ workspaceId });

/** A calendar and what it leads to. Most have none: its zone says that it was read. */
const calendar = (way: string): Entry =>
  inWorkspace(
    "posts:read",
    `query ($workspaceId: ID) { calendar(workspaceId: $workspaceId, from: "2026-11-01", to: "2026-11-30") { timeZone ${way} } }`,
    inPlace,
  );

/** Fields of Query. */
export const scheduleQueries: Readonly<Record<string, Entry>> = {
  postingSchedule: inWorkspace("posts:read", "query ($id: ID!) { postingSchedule(id: $id) { id } }", async (place) => ({
    id: await place.postingSchedule(),
  })),
  postingSchedules: inWorkspace(
    "posts:read",
    "query ($workspaceId: ID) { postingSchedules(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), schedule: await place.postingSchedule() }),
  ),
  calendar: calendar(""),
  occurrences: inWorkspace(
    "posts:read",
    "query ($workspaceId: ID) { occurrences(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), occurrence: await place.occurrence() }),
  ),
  previewPostingSchedule: inWorkspace(
    "posts:read",
    "query ($input: PreviewPostingScheduleInput!) { previewPostingSchedule(input: $input) { dates { at } } }",
    (place) => ({ input: { ...inPlace(place), timeZone: "UTC", recurrence } }),
  ),
};

const onSchedule = (field: string): Entry =>
  inWorkspace("posts:publish", mutationOf(field), async (place) => ({
    input: { postingScheduleId: await place.postingSchedule() },
  }));

/** Fields of Mutation. */
export const scheduleMutations: Readonly<Record<string, Entry>> = {
  createPostingSchedule: {
    ...thenScopeOf(
      "posts:write",
      inWorkspace("posts:publish", mutationOf("createPostingSchedule"), async (place) => ({
        input: {
          ...{ ...inPlace(place), name: "Daily", timeZone: "UTC", recurrence, captionTemplate: "", policy: "SKIP" },
          pictures: { queue: { tag: "no such tag" } },
          targets: [{ socialAccountId: await place.socialAccount() }],
        },
      })),
    ),
    // Only those who are let in read that there is no such tag.
    passes: ["VALIDATION_FAILED"],
  },
  updatePostingSchedule: {
    ...thenScopeOf(
      "posts:write",
      inWorkspace("posts:publish", mutationOf("updatePostingSchedule"), async (place) => ({
        input: {
          ...{ postingScheduleId: await place.postingSchedule(), expectedVersion: 1 },
          ...{ scope: { all: true }, name: "Another" },
        },
      })),
    ),
    // Nobody approved the fallback picture.
    passes: ["VALIDATION_FAILED"],
  },
  pausePostingSchedule: onSchedule("pausePostingSchedule"),
  resumePostingSchedule: thenScopeOf(
    "posts:write",
    inWorkspace("posts:publish", mutationOf("resumePostingSchedule"), async (place) => ({
      input: { postingScheduleId: await place.pausedSchedule() },
    })),
  ),
  endPostingSchedule: onSchedule("endPostingSchedule"),
  deletePostingSchedule: onSchedule("deletePostingSchedule"),
  skipOccurrence: inWorkspace("posts:publish", mutationOf("skipOccurrence"), async (place) => ({
    input: { occurrenceId: await place.occurrence() },
  })),
  overrideOccurrence: thenScopeOf(
    "posts:write",
    inWorkspace("posts:publish", mutationOf("overrideOccurrence"), async (place) => ({
      input: { occurrenceId: await place.occurrence(), captionTemplate: "{date}" },
    })),
  ),
  moveOccurrence: inWorkspace("posts:publish", mutationOf("moveOccurrence"), async (place) => ({
    input: {
      occurrenceId: await place.occurrence(),
      to: new Date(Date.now() + 172_800_000).toISOString().slice(0, 19),
    },
  })),
};

const byId = "query ($id: ID!) { node(id: $id) { id } }";
const from = (type: string, way: string) => `query ($id: ID!) { node(id: $id) { ... on ${type} { ${way} } } }`;
const schedule = async (place: Place) => ({ id: await place.postingSchedule() });
const occurrence = async (place: Place) => ({ id: await place.occurrence(true) });

/** Types that `node` and `nodes` find. */
export const scheduleNodes: Readonly<Record<string, Entry>> = {
  PostingSchedule: lookedUp("posts:read", byId, schedule),
  Occurrence: lookedUp("posts:read", byId, occurrence),
};

/** Fields that lead from one thing to another. */
export const scheduleEdges: Readonly<Record<string, Entry>> = {
  "PostingSchedule.workspace": edge(
    ...(["posts:read", "workspace:read", from("PostingSchedule", "workspace { id }")] as const),
    schedule,
  ),
  "PostingSchedule.style": edge(
    ...(["posts:read", "images:read", from("PostingSchedule", "style { id }")] as const),
    async (place) => ({ id: await place.postingSchedule(true) }),
  ),
  "PostingSchedule.fallbackImage": edge(
    ...(["posts:read", "images:read", from("PostingSchedule", "fallbackImage { id }")] as const),
    schedule,
  ),
  "PostingScheduleTarget.socialAccount": edge(
    ...(["posts:read", "social-accounts:read", from("PostingSchedule", "targets { socialAccount { id } }")] as const),
    schedule,
  ),
  "Occurrence.schedule": edge("posts:read", "posts:read", from("Occurrence", "schedule { id }"), occurrence),
  "Occurrence.image": edge("posts:read", "images:read", from("Occurrence", "image { id }"), occurrence),
  "Occurrence.post": edge("posts:read", "posts:read", from("Occurrence", "post { id }"), occurrence),
  "Calendar.attention": calendar("attention { id }"),
  "CalendarEntry.post": calendar("days { entries { post { id } } }"),
  "CalendarEntry.occurrence": calendar("days { entries { occurrence { id } } }"),
  "CalendarEntry.socialAccounts": calendar("days { entries { socialAccounts { id } } }"),
  "CalendarQuota.socialAccount": calendar("days { quotas { socialAccount { id } } }"),
  // Most have none: its caption says that the post was found.
  "Post.occurrence": edge(
    ...(["posts:read", "posts:read", from("Post", "caption occurrence { id }")] as const),
    async (place) => ({ id: await place.post() }),
  ),
};
