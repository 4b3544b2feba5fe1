/**
 * Takes the README's pictures: starts Atelier on a folder of its own, fills a showcase through the public API, and
 * photographs the showcase and the explorer in Chromium. Run with: node scripts/run.ts screenshots
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { type Api, openApi } from "./demo-api.ts";
import { createProgress } from "./progress.mjs";
import { freePort, startProcess } from "./server-process.ts";

const account = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };

/** Prompt, width, height and alt text of each picture, the oldest first. */
const pictures = [
  ["a rocket and a ringed planet in deep space", 1024, 768, "A rocket passes a ringed planet"],
  ["a windmill in a meadow at sunset", 1280, 768, "A windmill in a meadow at sunset"],
  ["a camel and a cactus in a red desert at sunset", 1024, 768, "A camel and a cactus in a red desert"],
  ["a cat in front of a city skyline at night", 768, 1024, "A cat in front of a city at night"],
  ["a sailing boat on a calm lake, golden morning, mountains", 1024, 1024, "A sailing boat on a calm lake"],
  ["aurora above snowy mountains at night", 1280, 768, "Aurora above snowy mountains"],
  ["a hot air balloon above green meadows at noon", 768, 1024, "A hot air balloon above green meadows"],
  ["a lighthouse by the sea at sunset", 1024, 1024, "A lighthouse by the sea at sunset"],
  ["three foxes in a misty forest at dawn", 1280, 896, "Three foxes in a misty forest at dawn"],
] as const;

const chromiumFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-sync",
];

/** Writes `docs/showcase.png` and `docs/explorer.png`. */
export async function takeScreenshots(): Promise<number> {
  const progress = createProgress();
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-screenshots-"));
  const port = await freePort(4_100);
  const url = `http://localhost:${port}`;
  const environment = { DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: "warn" };
  const server = await progress.step("Starting Atelier", () => startProcess("all", environment, "inherit"));
  const api = openApi(url);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: chromiumFlags });
  try {
    await progress.step("Filling the showcase", () => fill(api));
    await progress.step("Photographing", async () => {
      await photograph(browser, `${url}/showcase/ada`, "docs/showcase.png", async () => {});
      await photograph(browser, `${url}/graphiql`, "docs/explorer.png", runImages);
    });
    return 0;
  } finally {
    await browser.close();
    api.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(api: Api): Promise<void> {
  const run = async (query: string, input: unknown) =>
    z.record(z.string(), z.looseObject({})).parse(await api.request(query, { input }));
  const registered = await run(
    "mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }",
    account,
  );
  api.signIn(z.object({ accessToken: z.string() }).parse(registered["register"]).accessToken);
  const connect =
    "mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) { ... on ConnectSocialAccountSuccess { socialAccount { id } } } }";
  const showcase = { handle: "ada", name: "Evening Light", bio: "Small worlds, each drawn from one sentence." };
  const connected = z
    .object({ socialAccount: z.object({ id: z.string() }) })
    .parse((await run(connect, { account: { showcase } }))["connectSocialAccount"]);
  for (const [prompt, width, height, altText] of pictures) {
    const generate =
      "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { ... on GenerateImagesSuccess { images { id } } } }";
    const made = (await run(generate, { prompt, width, height, seed: 11 }))["generateImages"];
    const imageId = z.object({ images: z.tuple([z.object({ id: z.string() })]) }).parse(made).images[0].id;
    await until(
      api,
      "subscription ($id: ID!) { imageChanged(filter: { imageIds: [$id] }) { image { status } } }",
      imageId,
      "GENERATED",
    );
    await run("mutation ($input: ReviewImagesInput!) { reviewImages(input: $input) { __typename } }", {
      imageIds: [imageId],
      decision: "APPROVE",
    });
    const targets = [{ socialAccountId: connected.socialAccount.id }];
    const post = { caption: `${altText}.`, images: [{ imageId, altText }], targets, schedule: { now: true } };
    const create =
      "mutation ($input: CreatePostInput!) { createPost(input: $input) { ... on CreatePostSuccess { post { id } } } }";
    const { post: written } = z
      .object({ post: z.object({ id: z.string() }) })
      .parse((await run(create, post))["createPost"]);
    await until(
      api,
      "subscription ($id: ID!) { postChanged(filter: { postIds: [$id] }) { post { status } } }",
      written.id,
      "PUBLISHED",
    );
  }
}

/** Reads a subscription until the entity inside has a status. */
async function until(api: Api, query: string, id: string, status: string): Promise<void> {
  for await (const event of api.subscribe(query, { id }))
    if (JSON.stringify(event).includes(`"status":"${status}"`)) return;
}

async function photograph(
  browser: Browser,
  url: string,
  file: string,
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(url, { waitUntil: "networkidle" });
  await prepare(page);
  await page.screenshot({ path: file });
  await page.close();
}

/** Signs in, opens the tab with the list of images, and runs it. */
async function runImages(page: Page): Promise<void> {
  await page.fill("input[type=email]", account.email);
  await page.fill("input[type=password]", account.password);
  await page.keyboard.press("Enter");
  await page.getByText("Sign out").waitFor();
  await page.getByText("Images", { exact: true }).first().click();
  await page.getByRole("button", { name: /execute query/i }).click();
  await page.getByText("totalCount").nth(1).waitFor();
  await page.waitForLoadState("networkidle");
}
