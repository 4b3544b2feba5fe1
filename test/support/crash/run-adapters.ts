/** Worker processes that are killed while they publish through real adapters; the simulators' own logs are the judge. */
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startProcess } from "../../../scripts/server-process.ts";
import { Secret } from "../../../src/infra/secret.ts";
import { sealCredentials } from "../../../src/social-accounts/sealed-credentials.ts";
import { blueskySimulator } from "../../simulators/bluesky.ts";
import { facebookPage, facebookSimulator } from "../../simulators/facebook.ts";
import { facebookApp } from "../../simulators/facebook-people.ts";
import { mastodonSimulator } from "../../simulators/mastodon.ts";
import type { PlatformSimulator } from "../../simulators/platform-simulator.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../atelier.ts";
import type { TestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { standInProvider } from "../stand-ins.ts";
import { approvedImages, operations, postNow, rowIdOf } from "../studio.ts";
import { resting } from "./judge.ts";

const file = fileURLToPath(new URL("./adapters-worker.ts", import.meta.url));

/** Where processes die, one after the other. */
export const deadlyPlaces: readonly string[] = [
  ...["publish:made-remotely", "publish:sending", "publish:answered", "publish:prepared", "publish:settled"],
];

/** The time of the machine, which no test moves: processes of their own know no other. */
const wallClock: TestClock = { now: () => new Date(), advance: () => undefined, set: () => undefined };

/** What became of the posts of one platform. */
export interface AdapterFigures {
  readonly publications: number;
  readonly published: number;
  readonly duplicates: number;
  readonly losses: number;
  readonly unknown: number;
}

/** What happened. */
export interface AdapterReport {
  /** Places at which a process was held and killed. */
  readonly held: readonly string[];
  readonly platforms: Readonly<Record<string, AdapterFigures>>;
  /** What broke a platform's rules. */
  readonly offences: readonly string[];
  /** How the workers ended that were stopped in order. */
  readonly exits: readonly (number | null)[];
}

/** A simulator, and the captions that its public shall see. */
interface Quay {
  readonly platform: string;
  /** Whether a post may end as a question to a person: not where the platform knows our key. */
  readonly mayAsk: boolean;
  readonly simulator: PlatformSimulator;
  readonly captions: readonly string[];
}

/** Has posts published on Bluesky (keyed), Mastodon (keyed) and Facebook (staged) by workers that die at these places, and lets others finish. */
export async function killAmongAdapters(
  t: Teardown,
  { points, posts }: { readonly points: readonly string[]; readonly posts: number },
): Promise<AdapterReport> {
  const facebook = await facebookSimulator(t, wallClock);
  const settings = {
    ...{ OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8", OUTBOUND_ALLOW_HTTP: "true" },
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    FACEBOOK_GRAPH_URL: `${facebook.url}/fb`,
  };
  const atelier = await openAtelier(t, { providers: standInProvider(), environment: settings });
  const quays: Quay[] = [];
  const people = new Map<string, Person>();
  for (const name of ["Ada", "Bob"]) {
    const person = await atelier.signUp(name);
    people.set(rowIdOf(await personalWorkspace(person)), person);
    const [imageId = ""] = await approvedImages(atelier, person);
    const post = (socialAccountId: string, platform: string) =>
      write({ person, imageId, socialAccountId, platform, posts });
    const bluesky = await blueskySimulator(t, wallClock);
    const form = { server: bluesky.url, identifier: "alice.test", appPassword: bluesky.appPassword };
    const onBluesky = await connect(person, { bluesky: form });
    quays.push({ platform: "bluesky", mayAsk: false, simulator: bluesky, captions: await post(onBluesky, "Bluesky") });
    const mastodon = await mastodonSimulator(t, wallClock);
    const token = { server: mastodon.url, accessToken: mastodon.token };
    const onMastodon = await connect(person, { mastodonToken: token });
    quays.push({
      platform: "mastodon",
      mayAsk: false,
      simulator: mastodon,
      captions: await post(onMastodon, "Mastodon"),
    });
    if (name !== "Ada") continue;
    const onFacebook = await connectPage(atelier, person, facebook.people.pageToken(facebookPage.id));
    quays.push({
      platform: "facebook",
      mayAsk: true,
      simulator: facebook,
      captions: await post(onFacebook, "Facebook"),
    });
  }
  const { config, databaseUrl } = atelier.services;
  const environment = {
    ...{ NODE_ENV: "test", DATABASE_URL: databaseUrl, DATA_DIR: config.DATA_DIR, LOG_LEVEL: "silent", PORT: "0" },
    ...{ PUBLIC_URL: config.PUBLIC_URL, ...settings },
  };
  const held: string[] = [];
  for (const point of points) if (await dieAt(environment, point)) held.push(point);
  const crew = await Promise.all([hire(environment), hire(environment)]);
  t.teardown(() => {
    for (const worker of crew) worker.process.kill("SIGKILL");
  });
  await untilAtRest(atelier, 180_000, async (workspaceId, targetId) => {
    const retried = await people.get(workspaceId)?.mutate(operations.retry, { targetId });
    if (retried?.target === undefined) throw new Error(JSON.stringify(retried));
  });
  const exits = await Promise.all(crew.map((worker) => worker.stop()));
  return {
    held,
    exits,
    offences: quays.flatMap(({ simulator }) => simulator.offences),
    platforms: await judge(atelier, quays),
  };
}

async function connect(person: Person, account: object): Promise<string> {
  const { socialAccount, ...refused } = await person.mutate(operations.connect, { account });
  if (socialAccount === undefined) throw new Error(JSON.stringify(refused));
  return socialAccount.id;
}

async function connectPage({ services }: Atelier, person: Person, pageToken: string): Promise<string> {
  const { id: remoteId, name, username: handle = "" } = facebookPage;
  const workspaceId = rowIdOf(await personalWorkspace(person));
  const data = { workspaceId, platform: "facebook", method: "facebook", remoteId, handle, name, details: {} };
  const { id } = await services.db.socialAccount.create({ data });
  const credentials = sealCredentials(services.secretKeys, id, { token: new Secret(pageToken) });
  await services.db.socialAccount.update({ where: { id }, data: { credentials } });
  return Buffer.from(`SocialAccount:${id}`).toString("base64url");
}

interface Writing {
  readonly person: Person;
  readonly imageId: string;
  readonly socialAccountId: string;
  readonly platform: string;
  readonly posts: number;
}

async function write({ person, imageId, socialAccountId, platform, posts }: Writing): Promise<readonly string[]> {
  const captions = Array.from({ length: posts }, (_, index) => `${platform}, boat ${index} of ${person.email}.`);
  for (const caption of captions) {
    const input = postNow({ caption, imageId, socialAccountId });
    const made = await person.mutate(operations.create, input);
    if (made.post === undefined) throw new Error(JSON.stringify(made));
  }
  return captions;
}

async function hire(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const worker = await startProcess("work", environment, "pipe", file);
  worker.process.stdout?.resume();
  worker.process.stderr?.resume();
  return worker;
}

/** A worker works until it is held at the place, and is killed there; whatever else it was doing dies with it. */
async function dieAt(environment: Readonly<Record<string, string>>, point: string): Promise<boolean> {
  const worker = await startProcess("work", { ...environment, CRASH_POINT: point }, "pipe", file);
  worker.process.stdout?.resume();
  const isHeld = new Promise<boolean>((resolve) => {
    worker.process.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes(`held at crash point ${point}`)) resolve(true);
    });
  });
  const held = await Promise.race([isHeld, delay(20_000, false)]);
  worker.process.kill("SIGKILL");
  await worker.ended;
  return held;
}

/** What a person is asked about because too many processes died over it is sent again by their word: nothing of it is out. */
async function untilAtRest(
  { services }: Atelier,
  limit: number,
  retry: (workspaceId: string, targetId: string) => Promise<void>,
): Promise<void> {
  const until = Date.now() + limit;
  while (Date.now() < until) {
    const targets = await services.db.postTarget.findMany();
    const crashed = targets.filter(({ status, failureCode }) => status === "FAILED" && failureCode === "CRASHED");
    for (const { id, workspaceId } of crashed) {
      await retry(workspaceId, Buffer.from(`PostTarget:${id}`).toString("base64url"));
    }
    if (crashed.length === 0 && targets.every(({ status }) => resting.includes(status))) return;
    await delay(300);
  }
}

async function judge({ services }: Atelier, quays: readonly Quay[]): Promise<Record<string, AdapterFigures>> {
  const targets = await services.db.postTarget.findMany({
    select: { status: true, post: { select: { caption: true } } },
  });
  const statusOf = new Map(targets.map(({ status, post }) => [post.caption, status]));
  const figures: Record<string, AdapterFigures> = {};
  for (const platform of new Set(quays.map((quay) => quay.platform))) {
    const own = quays.filter((quay) => quay.platform === platform);
    const posts = own.flatMap(({ captions, simulator, mayAsk }) =>
      captions.map((caption) => {
        const seen = simulator.publicPosts.filter(({ text }) => text === caption).length;
        return { status: statusOf.get(caption) ?? "GONE", seen, mayAsk };
      }),
    );
    const count = (of: (post: (typeof posts)[number]) => boolean) => posts.filter(of).length;
    figures[platform] = {
      publications: posts.length,
      published: count(({ status }) => status === "PUBLISHED"),
      duplicates: count(({ seen }) => seen > 1),
      // What the ledger calls published and nobody sees, and what did not come to rest as published or as a question that its class allows.
      losses: count(({ status, seen, mayAsk }) =>
        status === "PUBLISHED" ? seen === 0 : !(status === "UNKNOWN" && mayAsk),
      ),
      unknown: count(({ status }) => status === "UNKNOWN"),
    };
  }
  return figures;
}
