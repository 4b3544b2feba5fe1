/**
 * A social network of no company, which has what makes interrupted sends hard, one kind for each account: the account's name
 * says which (`keyed-3`, `handle-1`). It can lose requests and answers, be slow, and list late. What became public is
 * written down in the order in which it did: the judge of the crash suite.
 *
 *   keyed    POST /posts with a key that is remembered for ever; GET /posts/by-key
 *   handle   POST /containers, then POST /posts with it, which works once; GET /containers/:id
 *   search   POST /posts; GET /posts lists what the account posted, a while later
 *   none     POST /posts, and nothing to look at
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** A post that the public sees. */
export interface HarbourPost {
  readonly id: string;
  readonly account: string;
  readonly text: string;
  readonly media: number;
  readonly at: number;
}

/** How the sea is. Everything may be changed at any time. */
export interface HarbourWeather {
  /** Part of the requests that get no answer: half of them before, half after their effect. */
  drops: number;
  /** Milliseconds before each effect, at most. */
  slowness: number;
  /** Milliseconds before a post appears, at least. */
  calm: number;
  /** Milliseconds before lists show what is new. */
  listLag: number;
}

/** A running harbour. */
export interface Harbour {
  readonly url: string;
  readonly weather: HarbourWeather;
  /** Append-only. */
  readonly publicPosts: readonly HarbourPost[];
  readonly drops: { readonly before: number; readonly after: number };
  close(): Promise<void>;
}

const container = z.object({ account: z.string(), media: z.array(z.string()) });
const posting = z.object({
  account: z.string(),
  text: z.string(),
  key: z.string().optional(),
  container: z.string().optional(),
  media: z.array(z.string()),
});

/** Opens one on a free port of the loopback address. */
export async function openHarbour(random: () => number): Promise<Harbour> {
  const weather: HarbourWeather = { drops: 0, slowness: 0, calm: 0, listLag: 0 };
  const drops = { before: 0, after: 0 };
  const posts: HarbourPost[] = [];
  const containers = new Map<string, { readonly account: string; readonly since: number; post: HarbourPost | null }>();
  const keys = new Map<string, HarbourPost>();

  const show = (account: string, text: string, media: number): HarbourPost => {
    const post = { id: randomUUID(), account, text, media, at: Date.now() };
    posts.push(post);
    return post;
  };

  const publish = (body: unknown): Answer => {
    const { account, text, key, container: handle, media } = posting.parse(body);
    if (account.startsWith("keyed")) {
      if (key === undefined) return { status: 422, body: { error: "KEY_MISSING" } };
      const post = keys.get(`${account} ${key}`) ?? show(account, text, media.length);
      keys.set(`${account} ${key}`, post);
      return { status: 200, body: post };
    }
    if (!account.startsWith("handle")) return { status: 200, body: show(account, text, media.length) };
    const made = containers.get(handle ?? "");
    if (made?.account !== account) return { status: 404, body: { error: "NO_CONTAINER" } };
    if (made.post !== null) return { status: 409, body: { error: "PUBLISHED_BEFORE" } };
    made.post = show(account, text, media.length);
    return { status: 200, body: made.post };
  };

  const act = (method: string, url: URL, body: unknown): Answer => {
    const [, first = "", second = ""] = url.pathname.split("/");
    const account = url.searchParams.get("account") ?? "";
    if (method === "POST" && first === "media") return { status: 200, body: { id: randomUUID() } };
    if (method === "POST" && first === "containers") {
      const id = randomUUID();
      containers.set(id, { account: container.parse(body).account, since: Date.now(), post: null });
      return { status: 200, body: { id } };
    }
    if (method === "POST" && first === "posts") return publish(body);
    if (method === "GET" && first === "containers") {
      const made = containers.get(second);
      if (made === undefined) return { status: 404, body: { error: "NO_CONTAINER" } };
      const state = made.post !== null ? "published" : Date.now() - made.since < 500 ? "processing" : "ready";
      return { status: 200, body: { state, post: made.post } };
    }
    if (method === "GET" && first === "posts" && second === "by-key") {
      return { status: 200, body: { post: keys.get(`${account} ${url.searchParams.get("key") ?? ""}`) ?? null } };
    }
    if (method === "GET" && first === "posts" && second !== "") {
      const post = posts.find(({ id }) => id === second);
      return post === undefined ? { status: 404, body: { error: "NO_POST" } } : { status: 200, body: post };
    }
    if (method === "GET" && first === "posts") {
      const shown = posts.filter((post) => post.account === account && post.at <= Date.now() - weather.listLag);
      return { status: 200, body: { posts: shown } };
    }
    return { status: 404, body: { error: "NO_SUCH_PLACE" } };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const text = Buffer.concat(await Array.fromAsync<Buffer>(request)).toString();
    const fate = random();
    if (fate < weather.drops / 2) {
      drops.before += 1;
      response.destroy();
      return;
    }
    // Whoever asked may be dead by the time it takes effect, as with any platform.
    if (weather.slowness > 0) await delay(random() * weather.slowness);
    const url = new URL(request.url ?? "/", "http://harbour");
    if (weather.calm > 0 && request.method === "POST" && url.pathname === "/posts") await delay(weather.calm);
    const { status, body } = act(request.method ?? "GET", url, text === "" ? null : JSON.parse(text));
    if (fate < weather.drops) {
      drops.after += 1;
      response.destroy();
      return;
    }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The harbour has no port.");
  return {
    ...{ url: `http://127.0.0.1:${address.port}`, weather, publicPosts: posts, drops },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
