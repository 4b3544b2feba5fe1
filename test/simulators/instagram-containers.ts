/** Containers of the simulated Instagram: it really fetches the pictures, and refuses what the real one refuses. */
import { sharp } from "../../src/infra/sharp.ts";
import { type GraphCall, type GraphReply, graphError, ok, strangers } from "./graph-call.ts";
import type { GraphChassis } from "./graph-chassis.ts";

/** One container. */
export interface SimulatedContainer {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly bornAt: Date;
  /** Questions after which it is finished. */
  polls: number;
  /** The subcode with which it ended badly. */
  failure: number | null;
  published: boolean;
}

const day = 24 * 60 * 60_000;
const mostPerDay = 400;

/** What a container answers for its state. */
export function containerStatus(container: SimulatedContainer, now: Date): string {
  if (container.published) return "PUBLISHED";
  if (now.getTime() - container.bornAt.getTime() >= day) return "EXPIRED";
  if (container.failure !== null) return "ERROR";
  return container.polls > 0 ? "IN_PROGRESS" : "FINISHED";
}

/** What the containers of an account are kept in. */
export interface ContainerShelf {
  readonly chassis: GraphChassis;
  readonly containers: Map<string, SimulatedContainer>;
  /** Questions until a container is finished. */
  processing: number;
  /** Subcodes with which the next containers end. */
  readonly failures: number[];
  /** How many pictures it fetched from the server. */
  fetched: number;
}

const postFields = ["caption", "location_id", "collaborators", "is_ai_generated"];
const imageFields = ["image_url", "alt_text", "user_tags"];

/** Makes a container, or refuses to. */
export async function createContainer(shelf: ContainerShelf, call: GraphCall): Promise<GraphReply> {
  const { chassis, containers } = shelf;
  const { fields } = call;
  const now = chassis.clock.now();
  const known = [...postFields, ...imageFields, "is_carousel_item", "media_type", "children"];
  const unknown = strangers(call, known);
  if (unknown.length > 0) return chassis.offend(`unknown fields of a container: ${unknown.join(", ")}`);
  const child = fields["is_carousel_item"] === "true";
  if (child && postFields.some((name) => name in fields)) return chassis.offend("a carousel's picture has no caption");
  const recent = [...containers.values()].filter(({ bornAt }) => now.getTime() - bornAt.getTime() < day);
  if (recent.length >= mostPerDay) return graphError(9, 2_207_042, "The limit of containers is reached.");
  const refusal =
    textRefusal(fields) ??
    (fields["media_type"] === "CAROUSEL" ? carouselRefusal(shelf, fields, now) : await imageRefusal(shelf, fields));
  if (refusal !== null) return refusal;
  chassis.counts.reversible += 1;
  const id = chassis.nextId();
  const failure = shelf.failures.shift() ?? null;
  containers.set(id, { id, fields, bornAt: now, polls: shelf.processing, failure, published: false });
  return ok({ id });
}

function textRefusal({ caption = "", alt_text: alt = "", collaborators, location_id: place }: GraphCall["fields"]) {
  if ([...caption].length > 2_200) return graphError(36_004, 2_207_010, "The caption was too long.");
  const tags = caption.match(/(?<![\p{L}\p{N}_&/])[#＃][\p{L}\p{M}\p{N}_]+/gu)?.length ?? 0;
  const mentions = caption.match(/(?<![\p{L}\p{N}_.])[@＠][A-Za-z0-9_.]+/gu)?.length ?? 0;
  if (tags > 30 || mentions > 20) return graphError(100, 2_207_040, "Too many tags.");
  if ([...alt].length > 1_000) return graphError(100, 0, "The alt text is too long.");
  if (place !== undefined && !/^\d+$/.test(place)) return graphError(100, 0, "Param location_id must be an id.");
  if (collaborators === undefined) return null;
  const names: unknown = JSON.parse(collaborators);
  return Array.isArray(names) && names.length <= 3 ? null : graphError(100, 0, "Too many collaborators.");
}

function carouselRefusal(
  { containers }: ContainerShelf,
  { children = "", image_url: url }: GraphCall["fields"],
  now: Date,
) {
  const ids = children.split(",");
  if (ids.length < 2 || ids.length > 10 || url !== undefined) {
    return graphError(100, 2_207_028, "A carousel has 2 to 10 children.");
  }
  for (const id of ids) {
    const container = containers.get(id);
    if (container === undefined || container.fields["is_carousel_item"] !== "true") {
      return graphError(24, 2_207_006, "The media could not be found.");
    }
    const status = containerStatus(container, now);
    if (status === "IN_PROGRESS") return graphError(9_007, 2_207_027, "The media is not ready.");
    if (status !== "FINISHED") return graphError(-2, 2_207_020, "The media has expired.");
  }
  return null;
}

async function imageRefusal(shelf: ContainerShelf, { image_url: url, media_type: type }: GraphCall["fields"]) {
  if (type !== undefined) return graphError(100, 2_207_023, `Unknown media type ${type}.`);
  if (url === undefined) return shelf.chassis.offend("a container without image_url");
  if (!/^[\x21-\x7e]+$/.test(url)) return shelf.chassis.offend("an image_url that is not ASCII");
  const unreachable = graphError(9_004, 2_207_052, "The media could not be fetched from this URI.");
  const answer = await fetch(url, { redirect: "manual" }).catch(() => null);
  if (answer?.status !== 200) return unreachable;
  const bytes = Buffer.from(await answer.arrayBuffer());
  shelf.fetched += 1;
  if (bytes.length > 8 * 1024 * 1024) return graphError(36_000, 2_207_004, "The image is too large.");
  if (!bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) {
    return graphError(36_001, 2_207_005, "The image format is not supported.");
  }
  const { width, height } = await sharp(bytes).metadata();
  const ratio = width / height;
  return ratio < 0.8 - 1e-3 || ratio > 1.91 + 1e-3
    ? graphError(36_003, 2_207_009, "The aspect ratio is not supported.")
    : null;
}
