import type { Page } from "playwright-core";
import t, { type Test } from "tap";
import { z } from "zod";
import { buildExplorer } from "../../scripts/build-explorer.ts";
import { eventually } from "../support/eventually.ts";
import { findChromium, openChromium } from "./chromium.ts";
import { ADA, startStubApi } from "./stub-api.ts";

const chromium = findChromium();
const missing = "Chromium is missing, so the explorer was not tried in a browser: install `chromium` on the PATH.";
if (chromium === undefined && process.env["CI"]) t.fail(missing);
const options = chromium === undefined ? { skip: missing } : {};
if (chromium === undefined) t.comment(missing);
else await buildExplorer({ log: (line) => t.comment(line) });
t.setTimeout(120_000);

const RESPONSE = ".graphiql-response .view-lines";
const NOTICE = ".atelier-notice";
const WHO = ".atelier-who";
const STREAM = ".atelier-stream";

const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (violation) => {
  console.error("policy: " + violation.violatedDirective + " " + violation.blockedURI);
});`;

/** A browser with an empty profile on a stub of its own. `faults` collects what must not happen. */
async function openExplorer(t: Test, mode: "operators" | "public") {
  const api = await startStubApi({ mode });
  t.teardown(() => api.close());
  const { browser, close } = await openChromium(String(chromium));
  t.teardown(close);
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText; // A reload aborts what still loads.
    if (reason !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== api.origin) faults.push(`foreign: ${request.url()}`);
  });
  await page.addInitScript(REPORT_VIOLATIONS);
  await page.goto(`${api.origin}/graphiql`);
  await page.waitForSelector(".graphiql-query-editor .view-line");
  return { api, page, faults };
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.fill("input[name=email]", ADA.email);
  await page.fill("input[name=password]", password);
  await page.click("form button[type=submit]");
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.click(`.graphiql-tab >> text=${name}`);
}

async function run(page: Page, tab: string): Promise<void> {
  await openTab(page, tab);
  await page.click(".graphiql-execute-button");
}

async function waitForText(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

async function stored(page: Page, storage: "localStorage" | "sessionStorage"): Promise<string> {
  return z.string().parse(await page.evaluate(`JSON.stringify({ ...${storage} })`));
}

/** Monaco writes non-breaking spaces. */
async function response(page: Page): Promise<string> {
  return (await page.locator(RESPONSE).innerText()).replaceAll("\u00a0", " ");
}

t.test("opens with its tabs, from one host and without a fault", options, async (t) => {
  const { page, faults } = await openExplorer(t, "public");
  t.equal(await page.title(), "Atelier explorer");
  t.same(await page.locator(".graphiql-tab-button").allInnerTexts(), ["Greet", "WhoAmI", "Count", "News"]);
  await page.click(".graphiql-execute-button");
  await waitForText(page, RESPONSE, "hello");
  t.match(await response(page), '"hello": "Hello, </script><b>Ada!"', "the first tab has its variables");
  await page.click('button[aria-label*="Documentation"]');
  await waitForText(page, ".graphiql-plugin", "subscription");
  await page.click('button[aria-label*="Prettify"]');
  await page.click('button[aria-label*="settings"]');
  await page.locator(".graphiql-dialog").waitFor();
  t.same(faults, []);
});

t.test("signs in, stays signed in over a reload, and signs out", options, async (t) => {
  const { api, page, faults } = await openExplorer(t, "operators");
  await waitForText(page, NOTICE, "This explorer is for operators");
  await signIn(page, "wrong");
  await waitForText(page, NOTICE, "No account has this e-mail and password.");
  await signIn(page, ADA.password);
  await waitForText(page, WHO, ADA.displayName);
  t.equal(await page.locator(NOTICE).count(), 0);
  await page.reload();
  await waitForText(page, WHO, ADA.displayName);
  await run(page, "WhoAmI");
  await waitForText(page, RESPONSE, "whoAmI");
  t.match(await response(page), `"whoAmI": "${ADA.displayName}"`);
  t.notMatch(await stored(page, "localStorage"), /token-1|whoAmI|correct horse/);
  t.same(
    (await page.context().cookies()).map(({ name, httpOnly }) => [name, httpOnly]),
    [["__Host-atelier-refresh", true]],
  );
  await page.click("text=Sign out");
  await page.waitForSelector("input[name=email]");
  await eventually("the sign-out", () => api.loggedOut.length > 0);
  t.same(api.loggedOut, ["Bearer token-1"], "on the server as well");
  t.same(await page.context().cookies(), []);
  t.notMatch(await stored(page, "sessionStorage"), "token-1");
  t.same(faults, []);
});

t.test("creates an account, and says what is wrong with it", options, async (t) => {
  const { page, faults } = await openExplorer(t, "public");
  await page.click("text=Create account");
  await page.fill("input[name=displayName]", ADA.displayName);
  await signIn(page, "short");
  await waitForText(page, NOTICE, "A password has at least 8 characters.");
  await signIn(page, "long enough");
  await waitForText(page, WHO, ADA.displayName);
  t.same(faults, []);
});

t.test("streams every event of a subscription, with the sign-in of the page", options, async (t) => {
  const { api, page, faults } = await openExplorer(t, "public");
  await signIn(page, ADA.password);
  await waitForText(page, WHO, ADA.displayName);
  await run(page, "Count");
  await waitForText(page, STREAM, "Stream complete5 events");
  t.match(await response(page), '"countToFive": 5');
  t.same(api.connectionParams, [{ authorization: "Bearer token-1" }]);
  t.same(faults, []);
});

t.test("goes on listening until it is stopped, and then lets go of the server", options, async (t) => {
  const { api, page, faults } = await openExplorer(t, "public");
  await run(page, "News");
  for (const [index, story] of ["first", "second", "third"].entries()) {
    api.news.publish(story);
    await waitForText(page, STREAM, `Listening${index === 0 ? "1 event" : `${index + 1} events`}`);
    await waitForText(page, RESPONSE, story);
  }
  await page.click(".graphiql-execute-button");
  await api.news.closed;
  await waitForText(page, STREAM, "Stopped3 events");
  t.same(api.connectionParams, [{}]);
  t.same(faults, []);
});

t.test("says that the session ended, over HTTP and over the websocket", options, async (t) => {
  const { api, page, faults } = await openExplorer(t, "public");
  for (const operation of ["WhoAmI", "Count"]) {
    await signIn(page, ADA.password);
    await waitForText(page, WHO, ADA.displayName);
    api.expireTokens();
    api.endSessions();
    await run(page, operation);
    await waitForText(page, NOTICE, "Your session ended.");
    t.equal(await page.inputValue("input[name=email]"), ADA.email);
  }
  await waitForText(page, RESPONSE, "4403");
  t.same(faults, []);
});

t.test(
  "keeps its sign-in alive: a refused access token is renewed, and what it was for goes on",
  options,
  async (t) => {
    const { api, page, faults } = await openExplorer(t, "public");
    await signIn(page, ADA.password);
    await waitForText(page, WHO, ADA.displayName);
    api.expireTokens();
    await run(page, "WhoAmI");
    await waitForText(page, RESPONSE, ADA.displayName);
    await run(page, "News");
    api.news.publish("before");
    await waitForText(page, RESPONSE, "before");
    const sockets = api.connectionParams.length;
    api.expireTokens();
    await eventually("a new socket with a new token", () => api.connectionParams.length > sockets);
    api.news.publish("after");
    await waitForText(page, RESPONSE, "after");
    await waitForText(page, STREAM, "Listening");
    t.same(api.connectionParams.at(0), { authorization: "Bearer token-3" });
    t.match(api.connectionParams.at(-1), { authorization: /^Bearer token-[45]$/ });
    t.equal(await page.locator(NOTICE).count(), 0);
    t.same(faults, []);
  },
);

t.test("renews shortly before the end, without being asked", options, async (t) => {
  const { api, page, faults } = await openExplorer(t, "public");
  await page.clock.install();
  api.setLifetime(15 * 60_000);
  await signIn(page, ADA.password);
  await waitForText(page, WHO, ADA.displayName);
  await page.clock.runFor("14:10");
  await eventually("the renewal", async () => (await stored(page, "sessionStorage")).includes("token-2"));
  t.match(await stored(page, "sessionStorage"), "token-2");
  t.same(faults, []);
});

t.test("a header typed in the header pane wins over the sign-in", options, async (t) => {
  const { api, page } = await openExplorer(t, "public");
  await signIn(page, ADA.password);
  await waitForText(page, WHO, ADA.displayName);
  await openTab(page, "Count");
  await page.click("button[data-name=headers]");
  await page.click(".graphiql-editor-tool .graphiql-editor:not(.hidden)");
  await page.keyboard.insertText('{ "Authorization": "Bearer typed" }');
  await page.click(".graphiql-execute-button");
  await waitForText(page, RESPONSE, "4403");
  t.match(api.connectionParams, [{ authorization: "Bearer typed" }]);
  t.equal(await page.locator(NOTICE).count(), 0, "the page's own session goes on");
  t.notMatch(await stored(page, "localStorage"), "Bearer typed");
});

t.test("fits a phone", options, async (t) => {
  const { page, faults } = await openExplorer(t, "operators");
  await page.setViewportSize({ width: 390, height: 800 });
  t.equal(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0, "nothing to scroll sideways");
  for (const selector of ["form button[type=submit]", ".graphiql-execute-button", ".graphiql-response"]) {
    const box = await page.locator(selector).first().boundingBox();
    t.ok(box !== null && box.x >= 0 && box.x + box.width <= 390, `${selector} lies on the screen`);
  }
  t.same(faults, []);
});
