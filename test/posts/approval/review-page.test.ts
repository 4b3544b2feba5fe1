/** The page of a review link, in a real browser; what it asks, the real server answers. */
import t, { type Test } from "tap";
import { findChromium, openChromium } from "../../explorer/chromium.ts";
import { approvalOperations, openApprovalDesk } from "../../support/approval-desk.ts";

const chromium = findChromium();
const missing = "Chromium is missing, so the review page was not tried in a browser: install `chromium` on the PATH.";
if (chromium === undefined && process.env["CI"]) t.fail(missing);
const options = chromium === undefined ? { skip: missing } : {};
if (chromium === undefined) t.comment(missing);
t.setTimeout(120_000);

const create = `mutation ($input: CreateReviewLinkInput!) { createReviewLink(input: $input) {
  ... on CreateReviewLinkSuccess { url } } }`;

async function openPage(t: Test, caption: string) {
  const desk = await openApprovalDesk(t);
  const { id: postId } = await desk.write(caption, 60);
  const { url } = await desk.rex.mutate(create, { postId, label: "The client" });
  const { browser, close } = await openChromium(String(chromium));
  t.teardown(close);
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    // The address of the test is plain HTTP, where browsers leave that header out.
    if (message.text().startsWith("The Cross-Origin-Opener-Policy header has been ignored")) return;
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  // The public address leads to the server under test.
  await page.route("http://atelier.test/**", async (route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const answer = await desk.atelier.app.inject({
      ...{ method: request.method() === "POST" ? "POST" : "GET", url: `${pathname}${search}` },
      headers: request.headers(),
      ...(request.method() === "POST" && { payload: request.postData() ?? "" }),
    });
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    await route.fulfill({ status: answer.statusCode, headers, body: answer.rawPayload });
  });
  await page.goto(url);
  return { desk, postId, page, faults };
}

t.test("a guest sees the post, comments, and approves it", options, async (t) => {
  const markup = "A boat <img src=x onerror=alert(1)>.";
  const { desk, postId, page, faults } = await openPage(t, markup);
  await page.waitForSelector("#review:not([hidden])");
  t.notMatch(page.url(), /token/, "the secret is out of the address");
  t.match(await page.textContent("#title"), /A post of “Studio”/);
  t.match(await page.textContent("#story"), /It waits for a decision\. The link is for The client/);
  t.equal(await page.textContent("#targets .text"), markup, "what people wrote is text");
  const width = await page.$eval("#images img", async (image) => {
    // oxlint-disable-next-line typescript/no-explicit-any -- an element of the page, whose types are not here
    const shown = image as any;
    await shown.decode();
    return shown.naturalWidth;
  });
  t.ok(width > 0, "the picture is shown");
  if (process.env["SCREENSHOTS"]) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/review.png` });
  await page.fill("input[name=name]", "Grace");
  await page.fill("textarea", "Lovely.");
  await page.click("button[value=COMMENT]");
  await page.locator("#history", { hasText: "Lovely." }).waitFor({ state: "attached" });
  await page.click("button[value=REJECT]");
  await page.locator("#fault", { hasText: "Say why" }).waitFor({ state: "attached" });
  await page.click("button[value=APPROVE]");
  await page.locator("#story", { hasText: "approved and scheduled" }).waitFor({ state: "attached" });
  t.match(await desk.read(postId), { status: "SCHEDULED", approvalState: "APPROVED" });
  t.same(faults, []);
});

t.test("what changed meanwhile has to be read again; a dead link says so", options, async (t) => {
  const { desk, postId, page } = await openPage(t, "A boat.");
  await page.waitForSelector("#review:not([hidden])");
  const { version } = await desk.read(postId);
  await desk.eve.mutate(approvalOperations.update, { postId, expectedVersion: version, caption: "A ship." });
  await page.fill("input[name=name]", "Grace");
  await page.click("button[value=APPROVE]");
  await page.locator("#fault", { hasText: "no longer what you looked at" }).waitFor({ state: "attached" });
  await page.locator("#targets", { hasText: "A ship." }).waitFor({ state: "attached" });
  await page.click("button[value=APPROVE]");
  await page.locator("#story", { hasText: "approved and scheduled" }).waitFor({ state: "attached" });
  await page.goto("about:blank");
  await page.goto("http://atelier.test/review#token=none");
  await page.locator("#title", { hasText: "not valid" }).waitFor({ state: "attached" });
});
