/** Shorthand for tests that need pictures, accounts and posts before they can begin. */
import type { Atelier, Person } from "./atelier.ts";

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";

/** What every mutation of posts asks for. */
const postFields = `post { id status version targets {
  id status scheduledAt publishedAt permalink externalId failure { code message retryable } socialAccount { id state lastError }
} }`;

/** What the verbs on one target ask for. */
const targetFields = `status permalink failure { code message retryable }
  attempts { number state outcome code message sentAt answeredAt evidence { at what } resolvedBy { displayName } }`;

/** Mutations as clients write them. */
export const operations = {
  generate: `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename ${errors}
    ... on GenerateImagesSuccess { batchId images { id status progress seed width height url } } } }`,
  review: `mutation ($input: ReviewImagesInput!) { reviewImages(input: $input) { __typename ${errors}
    ... on ReviewImagesSuccess { images { id reviewState reviewReason reviewedAt } } } }`,
  connect: `mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) { __typename ${errors}
    ... on ConnectSocialAccountSuccess { socialAccount { id platform handle name url state lastError } } } }`,
  create: `mutation ($input: CreatePostInput!) { createPost(input: $input) { __typename ${errors}
    ... on ImageNotApprovedError { imageIds } ... on CreatePostSuccess { ${postFields} } } }`,
  schedule: `mutation ($input: SchedulePostInput!) { schedulePost(input: $input) { __typename ${errors}
    ... on ImageNotApprovedError { imageIds } ... on VersionConflictError { currentVersion }
    ... on SchedulePostSuccess { ${postFields} } } }`,
  publishNow: `mutation ($input: PublishPostNowInput!) { publishPostNow(input: $input) { __typename ${errors}
    ... on ImageNotApprovedError { imageIds } ... on PublishPostNowSuccess { ${postFields} } } }`,
  retry: `mutation ($input: RetryTargetInput!) { retryTarget(input: $input) { __typename ${errors}
    ... on RetryTargetSuccess { target { ${targetFields} } } } }`,
  resolve: `mutation ($input: ResolveUnknownTargetInput!) { resolveUnknownTarget(input: $input) { __typename ${errors}
    ... on ResolveUnknownTargetSuccess { target { ${targetFields} } } } }`,
  republish: `mutation ($input: RepublishTargetInput!) { republishTarget(input: $input) { __typename ${errors}
    ... on RepublishTargetSuccess { target { ${targetFields} } } } }`,
  cancel: `mutation ($input: CancelPostInput!) { cancelPost(input: $input) { __typename ${errors}
    ... on CancelPostSuccess { ${postFields} } } }`,
};

/** Generates pictures and lets a worker make them. Answers their ids. */
export async function makeImages(atelier: Atelier, person: Person, count = 1): Promise<string[]> {
  const made = await person.mutate(operations.generate, { prompt: "a lighthouse", count });
  await atelier.drain();
  return made.images.map((image: { id: string }) => image.id);
}

/** Generates pictures and approves them. Answers their ids. */
export async function approvedImages(atelier: Atelier, person: Person, count = 1): Promise<string[]> {
  const imageIds = await makeImages(atelier, person, count);
  const reviewed = await person.mutate(operations.review, { imageIds, decision: "APPROVE" });
  if (reviewed.__typename !== "ReviewImagesSuccess") throw new Error(reviewed.message);
  return imageIds;
}

/** Connects a gallery. Answers the account's id. */
export async function connectGallery(person: Person, handle: string): Promise<string> {
  const connected = await person.mutate(operations.connect, { account: { showcase: { handle, name: handle } } });
  if (connected.socialAccount === undefined) throw new Error(connected.message);
  return connected.socialAccount.id;
}

/** The id of somebody's personal workspace. */
export async function personalWorkspace(person: Person): Promise<string> {
  const { data } = await person.request("{ me { workspaces { id isPersonal } } }");
  return data.me.workspaces.find((workspace: { isPersonal: boolean }) => workspace.isPersonal).id;
}

/** Input of a post that goes out at once, though another may look like it. */
export const postNow = (post: { caption: string; imageId: string; socialAccountId: string }) => ({
  ...{
    caption: post.caption,
    images: [{ imageId: post.imageId }],
    targets: [{ socialAccountId: post.socialAccountId }],
  },
  ...{ schedule: { now: true }, allowDuplicate: true },
});

/** A row's own id, as the database knows it. */
export function rowIdOf(globalId: string): string {
  return Buffer.from(globalId, "base64url").toString().split(":")[1] ?? "";
}

/** A public id of something that is not there. */
export function missingId(typename: string): string {
  return Buffer.from(`${typename}:01900000-0000-7000-8000-000000000000`).toString("base64url");
}

const tables = [
  ...["image", "generation_attempt", "social_account", "post", "post_image", "post_target", "publish_attempt", "event"],
  ...["idempotency_key", "showcase_gallery", "showcase_entry", "job_run", "graphile_worker._private_jobs"],
];

/** What every table holds: rows and a hash of them. Equal before and after, nothing was written. */
export async function fingerprint({ services }: Atelier): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const sql = `select count(*)::int as rows, md5(string_agg(t::text, '|' order by t::text)) as hash from ${table} t`;
    found[table] = (await services.db.$queryRawUnsafe<unknown[]>(sql))[0];
  }
  return found;
}

/** Jobs in the queue, by task: when they run and whether somebody runs them. */
export async function queuedJobs({
  services,
}: Atelier): Promise<{ key: string | null; task: string; runAt: Date; locked: boolean }[]> {
  return services.db.$queryRaw`
    select key, task_identifier as task, run_at as "runAt", locked_at is not null as locked
    from graphile_worker.jobs order by run_at, id`;
}
