import type { BrowserContext, Page } from "playwright-core";
import t from "tap";
import { buildExplorer } from "../../scripts/build-explorer.ts";
import { findChromium, openChromium } from "./chromium.ts";
import { ADA, type StubApi, startStubApi } from "./stub-api.ts";

const chromium = findChromium(process.env["PATH"] ?? "");
if (chromium === undefined) {
  const missing = "Chromium is missing: install `chromium` on the PATH to run the explorer's page in a browser.";
  if (process.env["CI"]) t.fail(missing);
  else t.comment(missing);
} else {
  await buildExplorer({ log: (line) => t.comment(line) });
  t.setTimeout(90_000);
}

const options = chromium === undefined ? { skip: "Chromium is missing" } : {};
const RESPONSE = ".graphiql-response .view-lines";
const NOTICE = ".atelier-notice";

/** A fresh browser on a fresh stub. `faults` collects what must not happen: foreign requests, violations, errors. */
async function open(t: Tap.Test, mode: "operators" | "public") {
  if (chromium === undefined) throw new Error("Chromium is missing.");
  const api = await startStubApi({ mode });
  t.teardown(() => api.close());
  const { browser, close } = await openChromium(chromium);
  t.teardown(close);
  const faults: string[] = [];
  const page = await watchedPage(browser, api, faults);
  await page.goto(`${api.origin}/graphiql`);
  await page.waitForSelector(".graphiql-query-editor .view-line");
  return { api, page, faults };
}
