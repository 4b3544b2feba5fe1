/**
 * Facebook Pages as the documentation and those who met them describe them: hidden photos, posts that show them, and no key of
 * the caller's anywhere.
 */
import { sharp } from "../../src/infra/sharp.ts";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type FacebookPeople, facebookApp, facebookPeople, type SimulatedPage } from "./facebook-people.ts";
import {
  type GraphCall,
  type GraphReply,
  graphError,
  isReply,
  listPage,
  notThere,
  ok,
  strangers,
} from "./graph-call.ts";
import { type GraphChassis, type GraphFault, graphChassis } from "./graph-chassis.ts";
import type { PlatformSimulator, PublicPost } from "./platform-simulator.ts";

/** The Page that is connected. */
export const facebookPage: SimulatedPage = {
  ...{ id: "100200300", name: "Ada's Page", username: "adas.page", tasks: ["CREATE_CONTENT", "ANALYZE"] },
};

interface Photo {
  readonly id: string;
  readonly alt: string | null;
  readonly bornAt: Date;
  story: string | null;
}

interface Post {
  readonly id: string;
  readonly at: Date;
  readonly message: string;
  readonly photos: readonly string[];
}

/** A running one. */
export interface FacebookSimulator extends PlatformSimulator {
  readonly chassis: GraphChassis;
  readonly people: FacebookPeople;
  readonly photos: Map<string, Photo>;
  readonly posts: Post[];
  /** Whether photos tell which post shows them, and posts which photos they show. */
  tellsStories: boolean;
  /** Whether a text that was posted within the hour is refused as a duplicate. */
  refusesRepeats: boolean;
  readonly deadMetrics: Set<string>;
  /** Fields that need a permission which was not granted. */
  readonly closedFields: Set<string>;
  readonly figures: Map<string, number>;
  arm(fault: GraphFault, times?: number): void;
}

const liveMetrics = new Set(["post_media_view", "post_total_media_view_unique", "post_clicks", "post_clicks_by_type"]);
const postFields = [
  ...["id", "message", "created_time", "permalink_url", "is_published", "application{id", "name}", "shares"],
  ...["attachments{media_type", "target", "subattachments}"],
  ...["reactions.limit(0).summary(true)", "comments.limit(0).summary(true)"],
];
const day = 24 * 60 * 60_000;

/** Starts one. */
export async function facebookSimulator(t: Teardown, clock: TestClock): Promise<FacebookSimulator> {
  const refusal = graphError(368, 1_404_102, "The post goes against the community standards.");
  const chassis = await graphChassis(t, clock, refusal, (call) => answer(call));
  const publicPosts: PublicPost[] = [];
  const self: FacebookSimulator = {
    ...{ url: chassis.url, chassis, publicPosts, offences: chassis.offences, photos: new Map(), posts: [] },
    ...{ people: facebookPeople(() => chassis, [facebookPage]), tellsStories: true, refusesRepeats: false },
    ...{ deadMetrics: new Set(), closedFields: new Set() },
    figures: new Map([
      ["post_media_view", 300],
      ["post_total_media_view_unique", 200],
    ]),
    get irreversibleCalls() {
      return chassis.counts.irreversible;
    },
    get reversibleCalls() {
      return chassis.counts.reversible;
    },
    arm: (fault, times) => chassis.arm(fault, times),
    advance: (milliseconds) => clock.advance(milliseconds),
    close: () => chassis.close(),
  };
  return self;

  async function answer(call: GraphCall): Promise<GraphReply | "cut" | "hang"> {
    if (call.version === null) return chassis.offend(`${call.path} without a version`);
    const early = self.people.answer(call);
    if (early !== null) return early;
    const opened = chassis.open(call);
    if (isReply(opened)) return opened;
    if (call.method === "POST") {
      if (opened.kind !== "page") return graphError(200, 0, "Posts need the token of the Page.");
      if (call.path === `/${facebookPage.id}/photos`) return takePhoto(call);
      if (call.path === `/${facebookPage.id}/feed`) return chassis.irreversible(() => publish(call));
      return notThere(call.path);
    }
    return get(call);
  }

  async function takePhoto(call: GraphCall): Promise<GraphReply> {
    const unknown = strangers(call, ["source", "published", "alt_text_custom", "temporary"]);
    const file = call.files.get("source");
    if (unknown.length > 0 || file === undefined) return chassis.offend(`a wrong upload: ${unknown.join(", ")}`);
    if (call.fields["published"] !== "false") return chassis.offend("a photo that everybody sees at once");
    const bytes = Buffer.from(await file.arrayBuffer());
    if (bytes.length > 4_000_000) return graphError(100, 1_366_046, "Photos must be smaller than 4 MB.");
    const format = await sharp(bytes)
      .metadata()
      .then((metadata) => metadata.format)
      .catch(() => null);
    if (format !== "jpeg" && format !== "png") return graphError(324, 2_069_019, "Missing or invalid image file.");
    chassis.counts.reversible += 1;
    const id = chassis.nextId();
    self.photos.set(id, { id, alt: call.fields["alt_text_custom"] ?? null, bornAt: clock.now(), story: null });
    return ok({ id });
  }

  function publish(call: GraphCall): GraphReply {
    if (strangers(call, ["message", "attached_media"]).length > 0) return chassis.offend("a wrong post");
    const { message = "", attached_media: attached = "[]" } = call.fields;
    if ([...message].length > 63_206) return graphError(100, 0, "The message is too long.");
    const ids = (JSON.parse(attached) as { media_fbid: string }[]).map((each) => each.media_fbid);
    const photos = ids.map((id) => self.photos.get(id));
    if (photos.some((photo) => photo === undefined || clock.now().getTime() - photo.bornAt.getTime() > day)) {
      return graphError(100, 0, "Invalid parameter");
    }
    if (photos.some((photo) => photo?.story !== null))
      return graphError(1_366_051, 0, "These photos were already posted.");
    const lately = self.posts.filter(({ at }) => clock.now().getTime() - at.getTime() < 60 * 60_000);
    if (self.refusesRepeats && lately.some((post) => post.message === message)) {
      return graphError(506, 0, "Duplicate status message");
    }
    const post = { id: `${facebookPage.id}_${chassis.nextId()}`, at: clock.now(), message, photos: ids };
    self.posts.push(post);
    for (const photo of photos) if (photo !== undefined) photo.story = post.id;
    const altTexts = photos.map((photo) => photo?.alt ?? null);
    publicPosts.push({ id: post.id, text: message, images: ids.length, altTexts, at: post.at });
    return ok({ id: post.id });
  }

  function get(call: GraphCall): GraphReply {
    if (call.path === `/${facebookPage.id}`) {
      const { id, name, username } = facebookPage;
      return ok({ id, name, username });
    }
    if (call.path === `/${facebookPage.id}/published_posts`) {
      const wrong = strangers(call, ["fields", "since", "until", "limit", "after"]);
      if (wrong.length > 0) return chassis.offend(`a list with ${wrong.join(", ")}`);
      return listPage(chassis, self.posts, call, shown);
    }
    const [, id = "", edge] = /^\/([\d_]+)(?:\/(\w+))?$/.exec(call.path) ?? [];
    const photo = self.photos.get(id);
    if (photo !== undefined) {
      if (clock.now().getTime() - photo.bornAt.getTime() > day && photo.story === null) return notThere(id);
      const story = self.tellsStories && photo.story !== null ? { page_story_id: photo.story } : {};
      return ok({ id, created_time: stamp(photo.bornAt), ...story });
    }
    const post = self.posts.find((each) => each.id === id);
    if (post === undefined) return notThere(id);
    if (edge === "insights") return insights(call);
    const wanted = (call.fields["fields"] ?? "").split(",");
    const unknown = wanted.find((name) => !postFields.includes(name));
    if (unknown !== undefined) return chassis.offend(`a post has no field ${unknown}`);
    if (wanted.some((name) => self.closedFields.has(name.split(".")[0] ?? ""))) {
      return graphError(10, 0, "This requires the pages_read_user_content permission.");
    }
    return ok(shown(post));
  }

  function shown({ id, at, message, photos }: Post): object {
    const part = (photo: string) => ({ media_type: "photo", ...(self.tellsStories && { target: { id: photo } }) });
    const album = { media_type: "album", target: { id: "9" }, subattachments: { data: photos.map(part) } };
    return {
      ...{ id, message, created_time: stamp(at), permalink_url: `https://www.facebook.com/${id}`, is_published: true },
      ...{ application: { id: facebookApp.id, name: "Atelier" } },
      attachments: { data: photos.length === 1 ? photos.map(part) : [album] },
      reactions: { data: [], summary: { total_count: 5 } },
      comments: { data: [], summary: { total_count: 2 } },
    };
  }

  function insights(call: GraphCall): GraphReply {
    const names = (call.fields["metric"] ?? "").split(",");
    const bad = names.find((name) => !liveMetrics.has(name) || self.deadMetrics.has(name));
    if (bad !== undefined) return graphError(100, 0, "The value must be a valid insights metric");
    const known = names.flatMap((name) => {
      const value = self.figures.get(name);
      return value === undefined ? [] : [{ name, period: "lifetime", values: [{ value }], id: name }];
    });
    return ok({ data: known });
  }
}

const stamp = (at: Date): string => at.toISOString().replace(/\.\d+Z/, "+0000");
