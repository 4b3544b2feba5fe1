/**
 * The reversible half of a post: containers, which Instagram fills from this server's pictures. An account may make 400 in a
 * day; each lives for 24 hours and is published at most once.
 */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import { quotation } from "../ask-platform.ts";
import type { GraphAnswer } from "../meta/graph.ts";
import { type GraphMeaning, meaningOf } from "../meta/graph-error.ts";
import { type GraphTrouble, refusalOf } from "../meta/refusal.ts";
import type { PrepareOutcome, PublishImage, PublishRequest, RemoteRef } from "../publication.ts";
import { type AccountCalls, callsOf, type Instagram, words } from "./account.ts";
import { findMedia } from "./find-media.ts";

/** The reference of what is published: the picture's container, or the carousel's. */
export const containerRef = "container";

/** Seconds between questions; the last one goes on. */
const questionPauses = [2, 4, 8, 15, 30, 60];

/** A fresh container that is not to be seen may only be slow to show; after so many milliseconds it is made again. */
const patience = 2 * 60_000;

/** So often each container of a post may be made within an hour, so that no post uses up the day's 400. */
const mostTries = 3;
const triesWindow = 60 * 60_000;

const statusShape = z.object({
  status_code: z.enum(["IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED"]),
  status: z.string().catch(""),
});

/** What a container's state is. */
export type ContainerStatus = z.output<typeof statusShape>["status_code"];

interface Work {
  readonly self: Instagram;
  readonly calls: AccountCalls;
  readonly request: PublishRequest;
  readonly signal: AbortSignal;
}

const childRef = (index: number): string => `child${index}`;

/** Makes what is missing and asks about the rest. Ready when the post's container can be published. */
export async function prepare(self: Instagram, request: PublishRequest, signal: AbortSignal): Promise<PrepareOutcome> {
  const work = { self, calls: callsOf(self, request.session), request, signal };
  const { images, options, refs } = request;
  const location = options["locationId"];
  if (typeof location === "string" && !/^\d+$/.test(location)) {
    const message = `The location "${location}" is no id of a Facebook Page. It consists of digits alone.`;
    return { kind: "refused", code: "INVALID_LOCATION", message };
  }
  const carousel = images.length > 1;
  if (carousel && refs.get(containerRef) === null) {
    const trouble = await prepareChildren(work);
    if (trouble !== null) return trouble;
  }
  const trouble = (await make(work, containerRef, postFields(request))) ?? (await settle(work, containerRef));
  return trouble ?? { kind: "ready" };
}

async function prepareChildren(work: Work): Promise<PrepareOutcome | null> {
  const { images } = work.request;
  for (const [index, image] of images.entries()) {
    const fields = { ...imageFields(image), is_carousel_item: "true" };
    const trouble = await make(work, childRef(index), fields);
    if (trouble !== null) return trouble;
  }
  for (const index of images.keys()) {
    const trouble = await settle(work, childRef(index));
    if (trouble !== null) return trouble;
  }
  return null;
}

const imageFields = ({ url, alt }: PublishImage) => ({ image_url: url, ...(alt !== "" && { alt_text: alt }) });

/** What belongs to the post itself. */
function postFields({ images, caption, options, madeWithAi, refs }: PublishRequest): Record<string, string> {
  const [first] = images;
  const children = images.flatMap((_image, index) => refs.get(childRef(index))?.value ?? []);
  const { collaborators, locationId } = options;
  const names = Array.isArray(collaborators) ? collaborators.map((name: string) => name.replace(/^@/, "")) : [];
  return {
    ...(images.length > 1 ? { media_type: "CAROUSEL", children: children.join(",") } : first && imageFields(first)),
    ...(caption !== "" && { caption }),
    ...(names.length > 0 && { collaborators: JSON.stringify(names) }),
    ...(typeof locationId === "string" && { location_id: locationId }),
    ...(madeWithAi && { is_ai_generated: "true" }),
  };
}

const idShape = z.object({ id: z.string().min(1) });

/** Makes a container unless there is one; null when it is there. */
async function make(work: Work, name: string, fields: Record<string, string>): Promise<PrepareOutcome | null> {
  const { self, calls, request, signal } = work;
  const { refs, images } = request;
  if (refs.get(name) !== null) return null;
  const made = triesSoFar(refs.get("made"), self.clock.now());
  if (made >= mostTries * (images.length + 1)) {
    const message = `Instagram spoilt what was uploaded to it ${made} times. It is tried again after an hour.`;
    return { kind: "rate-limited", retryAt: addMilliseconds(self.clock.now(), triesWindow), message };
  }
  await refs.keep("made", String(made + 1));
  const { graph, token, account } = calls;
  const answer = await graph.post({ path: `/${account}/media`, fields, token, account, signal, deadlineMs: 30_000 });
  if (answer.kind !== "answered") return creationTrouble(work, answer);
  const id = idShape.safeParse(answer.json).data?.id;
  if (id === undefined)
    return { kind: "unavailable", message: "Instagram did not say under which id it took a picture." };
  await refs.keep(name, id);
  return null;
}

function triesSoFar(made: RemoteRef | null, now: Date): number {
  return made === null || now.getTime() - made.at.getTime() > triesWindow ? 0 : Number(made.value) || 0;
}

async function creationTrouble(work: Work, trouble: GraphTrouble): Promise<PrepareOutcome> {
  if (trouble.kind === "failed") {
    const meaning = meaningOf(trouble.error, words.table);
    if (meaning === "fetch") return unreachablePicture(work, trouble.error.says);
    // A carousel whose pictures are gone: they are made again.
    if (meaning === "lost" || meaning === "rebuild")
      return startAgain(work, "Instagram lost a picture; it is sent again.");
  }
  return refusalOf(trouble, words, work.calls.token);
}

/** The first time may be a hiccup of the way between the two servers. The second time it is the address. */
async function unreachablePicture({ request: { refs } }: Work, says: string): Promise<PrepareOutcome> {
  if (refs.get("fetchFailed") === null) {
    await refs.keep("fetchFailed", "1");
    return { kind: "unavailable", message: `Instagram could not fetch a picture from this server.${quotation(says)}` };
  }
  await refs.drop("fetchFailed");
  const message = `Instagram could not fetch a picture from this server. Its address (PUBLIC_URL) must be reachable from the internet.${quotation(says)}`;
  return { kind: "refused", code: "IMAGE_UNREACHABLE", message };
}

/** Asks how a container is; null when it can be used. */
async function settle(work: Work, name: string): Promise<PrepareOutcome | null> {
  const { self, calls, request, signal } = work;
  const ref = request.refs.get(name);
  if (ref === null) return startAgain(work, "A picture is sent to Instagram again.");
  const answer = await askStatus(calls, ref.value, signal);
  const age = Math.max(0, self.clock.now().getTime() - ref.at.getTime());
  if (answer.kind !== "answered") {
    const unseen = answer.kind === "failed" && ["missing", "lost"].includes(meaningOf(answer.error, words.table));
    if (!unseen) return refusalOf(answer, words, calls.token);
    if (age > patience) return startAgain(work, "Instagram no longer knows a picture; it is sent again.", name);
    return waiting(self, age, "Instagram does not show the picture that it took yet.");
  }
  const read = statusShape.safeParse(answer.json).data;
  switch (read?.status_code) {
    // A published container is ready too: publishing it again is refused, and then looked up.
    case "FINISHED":
    case "PUBLISHED":
      return null;
    case "IN_PROGRESS":
      return waiting(self, age, "Instagram is still working on a picture.");
    case "ERROR":
    case "EXPIRED":
      return spoilt(work, name, read.status);
    case undefined:
      return { kind: "unavailable", message: "Instagram gave an answer that could not be read." };
  }
}

/** A container that ended without being published. What may be tried again is made again. */
async function spoilt(work: Work, name: string, says: string): Promise<PrepareOutcome | null> {
  const { self, calls, request, signal } = work;
  if (request.sentAt !== null && name === containerRef) {
    // It was begun to be published. Should the post be there all the same, the refusal to publish this one leads to it.
    const found = await findMedia(self, calls, request, signal);
    if (found.kind === "trouble") return { kind: "unavailable", message: found.message };
    if (found.kind !== "none") return null;
  }
  const meaning = meaningOfStatus(says);
  if (meaning === "fetch") {
    await startAgain(work, "", name);
    return unreachablePicture(work, says);
  }
  if (meaning === "content") {
    await startAgain(work, "", name);
    const subcode = subcodeOf(says);
    const message = `Instagram refused a picture of the post.${quotation(says)}`;
    return { kind: "refused", code: `CONTENT_REFUSED_${subcode}`, message };
  }
  return startAgain(work, "What Instagram made of the pictures is spoilt or too old; they are sent again.", name);
}

const subcodeOf = (status: string): number => Number(/\b22\d{5}\b/.exec(status)?.[0] ?? 0);

/** The text of a container in state ERROR names a subcode and nothing else that one could decide by. */
function meaningOfStatus(status: string): GraphMeaning {
  return words.table.get(subcodeOf(status)) ?? "unknown";
}

/** Forgets a container; without a name, or for the post's own one, all of them. Another round makes them anew. */
async function startAgain({ self, request: { refs, images } }: Work, message: string, name = containerRef) {
  const names = name === containerRef ? [...images.keys()].map(childRef) : [];
  for (const each of [name, ...names]) if (refs.get(each) !== null) await refs.drop(each);
  return waiting(self, 0, message);
}

/** Asks again after 2, 4, 8, 15, 30 and then every 60 seconds, by how long the container is there. */
function waiting({ clock }: Instagram, age: number, message: string): PrepareOutcome {
  let asked = 0;
  const pause = questionPauses.find((seconds) => {
    asked += seconds * 1_000;
    return age < asked;
  });
  return { kind: "waiting", retryAt: addMilliseconds(clock.now(), (pause ?? 60) * 1_000), message };
}

function askStatus({ graph, token, account }: AccountCalls, id: string, signal: AbortSignal): Promise<GraphAnswer> {
  return graph.get({ path: `/${id}`, fields: { fields: "status_code,status" }, token, account, signal });
}

/** Asks for a container's state; null where the answer does not tell it. */
export async function readStatus(
  calls: AccountCalls,
  id: string,
  signal: AbortSignal,
): Promise<GraphTrouble | { readonly kind: "status"; readonly status: ContainerStatus | null }> {
  const answer = await askStatus(calls, id, signal);
  if (answer.kind !== "answered") return answer;
  return { kind: "status", status: statusShape.safeParse(answer.json).data?.status_code ?? null };
}
