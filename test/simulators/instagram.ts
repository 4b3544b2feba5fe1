/**
 * Instagram as its documentation and those who met it describe it: two hosts with one language, containers that are published
 * at most once, a list that does not know which container a post came from.
 */
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type FacebookPeople, facebookPeople, type SimulatedPage } from "./facebook-people.ts";
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
import { type ContainerShelf, containerStatus, createContainer } from "./instagram-containers.ts";
import { type InstagramLogin, instagramLogin } from "./instagram-login.ts";
import type { PlatformSimulator, PublicPost } from "./platform-simulator.ts";

/** The account that is connected, and what its owner's Page is. */
export const instagramAccount = { id: "17841400000000001", username: "ada.paints", name: "Ada Paints" } as const;
const page: SimulatedPage = {
  id: "100200300",
  name: "Ada's Page",
  tasks: ["CREATE_CONTENT"],
  instagram: instagramAccount,
};

interface Media {
  readonly id: string;
  readonly at: Date;
  readonly container: ReadonlyMap<string, string>;
  readonly children: readonly string[];
}

/** A running one. */
export interface InstagramSimulator extends PlatformSimulator {
  readonly chassis: GraphChassis;
  readonly people: FacebookPeople;
  readonly login: InstagramLogin;
  readonly shelf: ContainerShelf;
  /** Metrics that do not fit any post. */
  readonly deadMetrics: Set<string>;
  /** Figures; what is missing has none yet. */
  readonly figures: Map<string, number>;
  /** How many reads of posts and containers answer 100/33 although they are there. */
  shy: number;
  quota: number;
  /** Whether lists show captions. */
  captions: boolean;
  /** Whether lists heed `since`. */
  heedsSince: boolean;
  arm(fault: GraphFault, times?: number): void;
}

const liveMetrics = new Set([
  ...["views", "reach", "likes", "comments", "saved", "shares", "reposts", "total_interactions"],
  ...["follows", "profile_visits", "profile_activity"],
]);
const mediaFields = [
  ...["id", "permalink", "shortcode", "timestamp", "caption", "media_type", "media_product_type", "media_url"],
  ...["like_count", "comments_count", "children{id}"],
];

/** Starts one. */
export async function instagramSimulator(t: Teardown, clock: TestClock): Promise<InstagramSimulator> {
  const refusal = graphError(36_003, 2_207_009, "The submitted image has an unsupported aspect ratio.");
  const chassis = await graphChassis(t, clock, refusal, (call) => answer(simulator, media, call));
  const media: Media[] = [];
  const shelf: ContainerShelf = { chassis, containers: new Map(), processing: 1, failures: [], fetched: 0 };
  const publicPosts: PublicPost[] = [];
  const simulator: InstagramSimulator = {
    ...{ url: chassis.url, chassis, shelf, publicPosts, offences: chassis.offences },
    ...{ people: facebookPeople(() => chassis, [page]), login: instagramLogin(() => chassis, instagramAccount) },
    ...{
      deadMetrics: new Set(),
      figures: new Map([
        ["views", 120],
        ["reach", 90],
        ["likes", 7],
      ]),
    },
    ...{ shy: 0, quota: 50, captions: true, heedsSince: true },
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
  return simulator;

  async function answer(self: InstagramSimulator, posts: Media[], call: GraphCall) {
    const early = self.login.answer(call) ?? self.people.answer(call);
    if (early !== null) return early;
    if (call.version === null) return chassis.offend(`${call.path} without a version`);
    const opened = chassis.open(call);
    if (isReply(opened)) return opened;
    if (call.host === "ig" ? opened.kind !== "instagram" : opened.owner !== page.id && opened.kind !== "user") {
      return graphError(190, 467, "Invalid OAuth access token.");
    }
    return call.method === "POST" ? post(self, posts, call) : get(self, posts, call);
  }

  function post(self: InstagramSimulator, posts: Media[], call: GraphCall) {
    if (call.path === `/${instagramAccount.id}/media`) return createContainer(shelf, call);
    if (call.path !== `/${instagramAccount.id}/media_publish`) return notThere(call.path);
    return chassis.irreversible(() => publish(self, posts, call));
  }

  function publish({ quota }: InstagramSimulator, posts: Media[], call: GraphCall): GraphReply {
    if (strangers(call, ["creation_id"]).length > 0) return chassis.offend("media_publish takes creation_id alone");
    const container = shelf.containers.get(call.fields["creation_id"] ?? "");
    if (container === undefined) return graphError(24, 2_207_006, "The media could not be found.");
    const status = containerStatus(container, clock.now());
    if (status === "PUBLISHED") return graphError(24, 2_207_008, "The media builder has expired.");
    if (status === "EXPIRED") return graphError(-2, 2_207_020, "The media has expired.");
    if (status !== "FINISHED") return graphError(9_007, 2_207_027, "The media is not ready to be published.");
    if (usedToday(posts) >= quota) return graphError(9, 2_207_042, "The limit of posts is reached.");
    container.published = true;
    const children = container.fields["children"]?.split(",") ?? [];
    const made = {
      id: chassis.nextId(),
      at: clock.now(),
      children,
      container: new Map(Object.entries(container.fields)),
    };
    posts.push(made);
    const shown = children.length === 0 ? [container] : children.flatMap((id) => shelf.containers.get(id) ?? []);
    const altTexts = shown.map(({ fields }) => fields["alt_text"] ?? null);
    const text = container.fields["caption"] ?? "";
    publicPosts.push({ id: made.id, text, images: shown.length, altTexts, at: made.at });
    return ok({ id: made.id });
  }

  function usedToday(posts: readonly Media[]): number {
    return posts.filter(({ at }) => clock.now().getTime() - at.getTime() < 24 * 60 * 60_000).length;
  }

  function get(self: InstagramSimulator, posts: readonly Media[], call: GraphCall): GraphReply {
    const wanted = (call.fields["fields"] ?? "").split(",");
    if (call.path === `/${instagramAccount.id}` || (call.path === "/me" && call.host === "ig")) {
      const { id, username, name } = instagramAccount;
      return ok({ id: "26001", user_id: id, username, name, account_type: self.login.accountType });
    }
    if (call.path === `/${instagramAccount.id}/content_publishing_limit`) {
      const config = { quota_total: self.quota, quota_duration: 86_400 };
      return ok({ data: [{ quota_usage: usedToday(posts), config }] });
    }
    if (call.path === `/${instagramAccount.id}/media`) {
      if (strangers(call, ["fields", "since", "until", "limit", "after"]).length > 0)
        return chassis.offend("a wrong list");
      const { since, ...others } = call.fields;
      const fields = self.heedsSince && since !== undefined ? { ...others, since } : others;
      return listPage(chassis, posts, { ...call, fields }, (item) => shownMedia(self, item));
    }
    const [, id = "", edge] = /^\/(\d+)(?:\/(\w+))?$/.exec(call.path) ?? [];
    const found = posts.find((each) => each.id === id);
    const container = shelf.containers.get(id);
    if (found === undefined && container === undefined) return notThere(id);
    if (self.shy > 0) {
      self.shy -= 1;
      return notThere(id);
    }
    if (container !== undefined) return shownContainer(container);
    if (found === undefined) return notThere(id);
    if (edge === "insights") return insights(self, call);
    const unknown = wanted.find((name) => !mediaFields.includes(name));
    if (unknown !== undefined) return chassis.offend(`media has no field ${unknown}`);
    return ok(shownMedia(self, found));
  }

  function shownContainer(container: NonNullable<ReturnType<ContainerShelf["containers"]["get"]>>): GraphReply {
    const status = containerStatus(container, clock.now());
    if (status === "IN_PROGRESS") container.polls -= 1;
    const words = status === "ERROR" ? `Error: Media upload has failed with error code ${container.failure}` : status;
    return ok({ status_code: status, status: words, id: container.id });
  }

  function shownMedia({ captions }: InstagramSimulator, { id, at, container, children }: Media): object {
    const caption = container.get("caption");
    return {
      ...{
        id,
        permalink: `https://www.instagram.com/p/${id}/`,
        timestamp: at.toISOString().replace(/\.\d+Z/, "+0000"),
      },
      ...{ media_type: children.length > 0 ? "CAROUSEL_ALBUM" : "IMAGE", media_product_type: "FEED" },
      ...(captions && caption !== undefined && { caption }),
      ...(children.length > 0 && { children: { data: children.map((child) => ({ id: child })) } }),
    };
  }

  function insights({ deadMetrics, figures }: InstagramSimulator, call: GraphCall): GraphReply {
    const names = (call.fields["metric"] ?? "").split(",");
    const bad = names.find((name) => !liveMetrics.has(name) || deadMetrics.has(name));
    if (bad !== undefined) return graphError(100, 0, `metric[0] must be one of the following values, not ${bad}`);
    const known = names.flatMap((name) => {
      const value = figures.get(name);
      if (value === undefined) return [];
      const number = name === "views" ? { total_value: { value } } : { values: [{ value }] };
      return [{ name, period: "lifetime", ...number, title: name, description: "", id: `${call.path}/${name}` }];
    });
    return ok({ data: known });
  }
}
