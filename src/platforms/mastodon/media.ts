/** Pictures: uploaded hidden, worked on by the server for a while, and attached to one post only. */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import type { PrepareOutcome, PublishImage, PublishRequest, Refusal } from "../publication.ts";
import { askMastodon, type MastodonSetup, refusalOf, trouble } from "./api.ts";
import { serverOf } from "./connect.ts";
import { findByMedia } from "./own-statuses.ts";

const mediaShape = z.object({ id: z.string().min(1), url: z.string().nullable().optional() });

const uploadDeadline = 120_000;
/** Between two looks at a picture that is worked on, in milliseconds. */
const pollPause = 5_000;
/** Servers clear uploads away that no post uses after about a day. */
const uploadLife = 12 * 60 * 60_000;

/** One upload a place: the same picture twice in a post needs two. */
const mediaRef = (index: number) => `media:${index}`;
const workedOnRef = (index: number) => `worked-on:${index}`;

/** The ids of a post's uploads; null where one is missing. */
export function mediaIds({ images, refs }: PublishRequest): readonly string[] | null {
  const ids = images.map((_image, index) => refs.get(mediaRef(index))?.value ?? null);
  return ids.every((id) => id !== null) ? ids : null;
}

/** Uploads the pictures that are not there yet, and waits for those that are worked on. */
export async function prepare(
  setup: MastodonSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PrepareOutcome> {
  const failed = await forgetClearedUploads(setup, request, signal);
  if (failed !== null) return failed;
  for (const [index, image] of request.images.entries()) {
    if (request.refs.get(mediaRef(index)) !== null) continue;
    const refusal = await upload(setup, request, index, image, signal);
    if (refusal !== null) return refusal;
  }
  for (const index of request.images.keys()) {
    if (request.refs.get(workedOnRef(index)) === null) continue;
    const outcome = await look(setup, request, index, signal);
    if (outcome !== null) return outcome;
  }
  return { kind: "ready" };
}

async function upload(
  setup: MastodonSetup,
  { session, refs }: PublishRequest,
  index: number,
  image: PublishImage,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { account, credentials } = session;
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(await image.read())], { type: image.mime }), `picture.${image.extension}`);
  if (image.alt !== "") form.set("description", image.alt);
  // Theirs runs from -1 to 1, upwards.
  if (image.focus) form.set("focus", `${place(image.focus.x * 2 - 1)},${place(1 - image.focus.y * 2)}`);
  const answer = await askMastodon(setup, {
    ...{ server: serverOf(account), path: "/api/v2/media", token: credentials["accessToken"], input: form },
    ...{ signal, deadlineMs: uploadDeadline },
  });
  if (answer.kind === "unanswered") return trouble(answer);
  const made = answer.status === 200 || answer.status === 202 ? mediaShape.safeParse(answer.json).data : undefined;
  if (made === undefined) return refusalOf(answer, setup.clock.now(), credentials) ?? trouble(answer);
  // The note that it is worked on comes first: without it a picture would be taken for finished after a crash.
  if (answer.status === 202 || !made.url) await refs.keep(workedOnRef(index), made.id);
  await refs.keep(mediaRef(index), made.id);
  return null;
}

const place = (value: number): string => Math.min(1, Math.max(-1, value)).toFixed(3);

async function look(
  setup: MastodonSetup,
  request: PublishRequest,
  index: number,
  signal: AbortSignal,
): Promise<Exclude<PrepareOutcome, { kind: "ready" }> | null> {
  const { refs, session } = request;
  const id = refs.get(mediaRef(index))?.value ?? "";
  const answer = await askMedia(setup, request, id, signal);
  if (answer.kind === "unanswered") return trouble(answer);
  if (answer.status === 206 || (answer.status === 200 && !mediaShape.safeParse(answer.json).data?.url)) {
    const retryAt = addMilliseconds(setup.clock.now(), pollPause);
    return { kind: "waiting", retryAt, message: "The server is working on the pictures." };
  }
  if (answer.status === 200) {
    await refs.drop(workedOnRef(index));
    return null;
  }
  if (answer.status === 404) {
    await refs.drop(workedOnRef(index));
    await refs.drop(mediaRef(index));
    return { kind: "unavailable", message: "The server lost a picture before it was finished; it is uploaded again." };
  }
  if (answer.status === 422) {
    return {
      kind: "refused",
      code: "MEDIA_FAILED",
      message: "The server could not work on a picture. Use another file.",
    };
  }
  return refusalOf(answer, setup.clock.now(), session.credentials) ?? trouble(answer);
}

/** Whether uploads are still free: `attached` means gone or part of a post, which look the same. */
export async function uploadsAre(
  setup: MastodonSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<"free" | "attached" | { readonly kind: "unavailable"; readonly message: string }> {
  for (const id of mediaIds(request) ?? []) {
    const answer = await askMedia(setup, request, id, signal);
    if (answer.kind === "answered" && answer.status === 404) return "attached";
    if (answer.kind === "unanswered" || ![200, 206, 422].includes(answer.status)) return trouble(answer);
  }
  return "free";
}

const askMedia = (
  setup: MastodonSetup,
  { session: { account, credentials } }: PublishRequest,
  id: string,
  signal: AbortSignal,
) =>
  askMastodon(setup, {
    ...{ server: serverOf(account), path: `/api/v1/media/${encodeURIComponent(id)}` },
    ...{ token: credentials["accessToken"], signal },
  });

/** Old uploads that are gone are made again, unless a post of ours holds them: then it is out, and publishing says so. */
async function forgetClearedUploads(
  setup: MastodonSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { images, refs } = request;
  const ids = mediaIds(request);
  const oldest = Math.min(
    ...images.map((_image, index) => refs.get(mediaRef(index))?.at.getTime() ?? Number.POSITIVE_INFINITY),
  );
  if (ids === null || setup.clock.now().getTime() - oldest < uploadLife) return null;
  const state = await uploadsAre(setup, request, signal);
  if (state === "free") return null;
  if (state !== "attached") return state;
  const found = await findByMedia(setup, request.session, { ids, since: new Date(oldest) }, signal);
  if (found.kind === "unreadable") return { kind: "unavailable", message: found.message };
  if (found.kind === "found") return null;
  for (const index of images.keys()) await refs.drop(mediaRef(index));
  return null;
}
