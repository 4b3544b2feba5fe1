import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Api } from "./demo-api.ts";

/** Seconds ahead that the demo's post is scheduled. */
const lead = 4;

/** A sign-in. */
export interface Account {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

/** What the walk leaves behind. */
export interface DemoResult {
  readonly imageId: string;
  readonly postId: string;
  readonly showcaseUrl: string;
  readonly permalink: string;
}

type Step = <T>(name: string, work: () => Promise<T>, note?: (result: T) => string) => Promise<T>;

/** What the walk uses. */
export interface DemoTools {
  readonly api: Api;
  readonly step: Step;
  readonly bar: (name: string, fraction: number, phase: string) => void;
}

const failure = z.object({ message: z.string() });
const session = z.object({ accessToken: z.string() });
const imageEvent = z.object({
  imageChanged: z.object({
    image: z.object({
      id: z.string(),
      status: z.string(),
      phase: z.string().nullable(),
      progress: z.number(),
      url: z.string().nullable(),
    }),
  }),
});
const postEvent = z.object({
  postChanged: z.object({
    post: z.object({
      id: z.string(),
      status: z.string(),
      targets: z.array(z.object({ permalink: z.string().nullable(), failure: failure.nullable() })),
    }),
  }),
});

/** The main job, step by step, with the explorer's own operations. */
export class DemoWalk {
  readonly #tools: DemoTools;

  constructor(tools: DemoTools) {
    this.#tools = tools;
  }

  async run(account: Account, prompt: string): Promise<DemoResult> {
    const { step } = this.#tools;
    await step(
      "Signing in",
      () => this.#signIn(account),
      () => account.email,
    );
    const imageId = await step(
      "Asking for a picture",
      () => this.#generate(prompt),
      () => `“${prompt}”`,
    );
    await step(
      "Watching it being made",
      () => this.#watchImage(imageId),
      (url) => url,
    );
    await step("Approving it", () =>
      this.#mutate("05-review", "reviewImages", { imageIds: [imageId], decision: "APPROVE" }),
    );
    const showcase = await step(
      "Connecting the showcase",
      () => this.#connect(account),
      (connected) => connected.url,
    );
    const postId = await step(`Scheduling a post ${lead} s ahead`, () => this.#schedule(imageId, showcase.id));
    const permalink = await step(
      "Watching it go out",
      () => this.#watchPost(postId),
      (url) => url,
    );
    await step("Opening the public page", () => checkPage(permalink));
    return { imageId, postId, showcaseUrl: showcase.url, permalink };
  }

  close(): void {
    this.#tools.api.close();
  }

  async #signIn(account: Account): Promise<void> {
    const { api } = this.#tools;
    const { email, password } = account;
    const login = `mutation ($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } } }`;
    const known = z.object({ login: z.unknown() }).parse(await api.request(login, { input: { email, password } }));
    const signedIn = session.safeParse(known.login);
    const fresh = signedIn.success
      ? signedIn.data
      : session.parse(await this.#mutate("01-register", "register", account));
    api.signIn(fresh.accessToken);
  }

  async #generate(prompt: string): Promise<string> {
    const success = z.object({ images: z.tuple([z.object({ id: z.string() })]) });
    return success.parse(await this.#mutate("02-generate", "generateImages", { prompt })).images[0].id;
  }

  async #watchImage(imageId: string): Promise<string> {
    const { api, bar } = this.#tools;
    const query = `subscription ($ids: [ID!]!) { imageChanged(filter: { imageIds: $ids }) { image { id status phase progress url(variant: PREVIEW) } } }`;
    for await (const event of api.subscribe(query, { ids: [imageId] })) {
      const { image } = imageEvent.parse(event).imageChanged;
      if (image.status === "GENERATED" && image.url !== null) return image.url;
      if (image.status === "FAILED") throw new Error("The picture could not be made.");
      bar("Watching it being made", image.progress, image.phase ?? "Waiting for a worker");
    }
    throw new Error("The subscription ended before the picture was there.");
  }

  async #connect(account: Account): Promise<{ id: string; url: string }> {
    const success = z.object({ socialAccount: z.object({ id: z.string(), url: z.string() }) });
    const handle = account.email.split("@")[0] ?? "demo";
    const showcase = { handle, name: "The demo's pictures" };
    return success.parse(await this.#mutate("06-connect-showcase", "connectSocialAccount", { account: { showcase } }))
      .socialAccount;
  }

  async #schedule(imageId: string, socialAccountId: string): Promise<string> {
    const input = {
      caption: "A lighthouse at dusk, drawn by the built-in sketch provider.\nFrom prompt to page by Atelier.",
      images: [
        { imageId, altText: "A lighthouse on a cliff above a calm sea at dusk, with two birds in a warm orange sky" },
      ],
      targets: [{ socialAccountId }],
      schedule: { at: new Date(Date.now() + lead * 1_000).toISOString() },
    };
    const success = z.object({ post: z.object({ id: z.string() }) });
    return success.parse(await this.#mutate("07-create-post", "createPost", input)).post.id;
  }

  async #watchPost(postId: string): Promise<string> {
    const { api } = this.#tools;
    const query = `subscription ($ids: [ID!]!) { postChanged(filter: { postIds: $ids }) { post { id status targets { permalink failure { message } } } } }`;
    for await (const event of api.subscribe(query, { ids: [postId] })) {
      const { post } = postEvent.parse(event).postChanged;
      const [target] = post.targets;
      if (post.status === "PUBLISHED" && typeof target?.permalink === "string") return target.permalink;
      if (typeof target?.failure?.message === "string") throw new Error(target.failure.message);
    }
    throw new Error("The subscription ended before the post was out.");
  }

  /** Runs one of the explorer's mutations. Rejects with the words of a typed error. */
  async #mutate(file: string, field: string, input: unknown): Promise<unknown> {
    const path = fileURLToPath(new URL(`../src/explorer/operations/${file}.graphql`, import.meta.url));
    const data = z
      .record(z.string(), z.unknown())
      .parse(await this.#tools.api.request(await readFile(path, "utf8"), { input }));
    const refused = failure.safeParse(data[field]);
    if (refused.success) throw new Error(refused.data.message);
    return data[field];
  }
}

/** The page is there, names its picture, and the picture loads: what a visitor would see. */
async function checkPage(permalink: string): Promise<void> {
  const page = await fetch(permalink);
  const html = await page.text();
  const picture = /property="og:image" content="([^"]+)"/.exec(html)?.[1];
  if (page.status !== 200 || picture === undefined)
    throw new Error(`The public page answered ${page.status} without its picture.`);
  const image = await fetch(picture);
  const bytes = (await image.arrayBuffer()).byteLength;
  if (image.status !== 200 || bytes === 0) throw new Error(`The picture of the public page answered ${image.status}.`);
}
