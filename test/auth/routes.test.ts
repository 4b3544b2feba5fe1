import t from "tap";
import { findChromium, openChromium } from "../explorer/chromium.ts";
import { openAtelier } from "../support/atelier.ts";
import { latestToken } from "../support/mailbox.ts";
import { operations, password, visit } from "../support/visitor.ts";

const chromium = findChromium();
const missing = "Chromium is missing, so the pages were not tried in a browser: install `chromium` on the PATH.";
if (chromium === undefined && process.env["CI"]) t.fail(missing);
const options = chromium === undefined ? { skip: missing } : {};
t.setTimeout(120_000);

const fresh = "tangerine boat at dawn";

t.test("the pages hold nothing secret and let nothing in", async (t) => {
  const { app } = await openAtelier(t);
  for (const name of ["reset-password", "verify-email"]) {
    const { statusCode, headers, body } = await app.inject(`/account/${name}`);
    t.equal(statusCode, 200, name);
    t.match(headers, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "content-security-policy":
        /^default-src 'none'; script-src 'self'; style-src 'self'; [^*]*frame-ancestors 'none'$/,
    });
    t.notMatch(
      body,
      /<script(?! type="module" src="assets)|style=|https?:\/\//,
      "nothing inline, nothing from elsewhere",
    );
    for (const [, file] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { pathname } = new URL(file ?? "", `http://atelier.test/account/${name}`);
      t.equal((await app.inject(pathname)).statusCode, 200, pathname);
    }
  }
});

t.test("people without an app", options, async (t) => {
  const atelier = await openAtelier(t, { registrationMails: true });
  const ada = await atelier.signUp("Ada");
  const address = await atelier.listen();
  const { browser, close } = await openChromium(String(chromium));
  t.teardown(close);
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => asked.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
  const said = async (text: string) => page.locator("[role=status]").filter({ hasText: text }).waitFor();

  t.test("confirm their address by a click in the mail", async (t) => {
    await atelier.drain();
    const token = await latestToken(atelier.services, ada.email, /Confirm/);
    await page.goto(`${address}/account/verify-email#token=${token}`);
    await said(`${ada.email} is confirmed.`);
    t.equal(page.url(), `${address}/account/verify-email`, "the secret is gone from the address");
    t.notOk(
      asked.some((request) => request.includes(token)),
      "and was in no address that was asked for",
    );
    await page.goto(`${address}/account/verify-email#token=${"A".repeat(43)}`);
    await said("This link has expired, was used, or was replaced by a later one.");
    await page.locator("#email").waitFor();
  });

  t.test("choose a new password", async (t) => {
    await page.goto(`${address}/account/reset-password`);
    await page.fill("#email", ada.email);
    await page.click("#request button");
    await said("a mail with a link is on its way");
    await atelier.drain();
    const token = await latestToken(atelier.services, ada.email, /Choose a new password/);
    await page.goto(`${address}/account/reset-password#token=${token}`);
    await page.fill("#password", fresh);
    await page.fill("#again", "something else");
    await page.click("#reset button");
    await said("The two passwords differ.");
    for (const field of ["#password", "#again"]) await page.fill(field, "password123");
    await page.click("#reset button");
    await said("among the first that are guessed");
    for (const field of ["#password", "#again"]) await page.fill(field, fresh);
    await page.click("#reset button");
    await said("Your new password counts. 1 session was ended.");
    t.equal(await page.locator("#reset").isVisible(), false);
    const type = async (secret: string) =>
      (await visit(atelier.app).mutate(operations.login, { email: ada.email, password: secret })).__typename;
    t.same([await type(password), await type(fresh)], ["InvalidCredentialsError", "LoginSuccess"]);
  });

  t.test("fit a phone, and break no rule of the browser", async (t) => {
    await page.setViewportSize({ width: 360, height: 700 });
    t.equal(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0);
    t.same(faults, []);
  });
});
