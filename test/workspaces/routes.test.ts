import t from "tap";
import { openAtelier } from "../support/atelier.ts";

const address = "/account/accept-invitation";

t.test("the page of an invitation loads nothing from elsewhere and sends nothing elsewhere", async (t) => {
  const { app } = await openAtelier(t);
  const page = await app.inject(address);
  t.equal(page.statusCode, 200);
  t.equal(page.headers["content-type"], "text/html; charset=utf-8");
  const links = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
  t.notMatch(links.join(" "), /^\/|:/, "every link is relative: the server may live below a path");
  const linked = new Set(links.map((link) => new URL(link, `http://atelier.test${address}`).pathname));
  t.same([...linked], ["/favicon.ico", "/account/assets/account.css", `${address}/page.js`]);
  t.notMatch(page.payload, /<script(?![^>]*src=)|<style|style=|\son\w+=/, "nothing is inline");
  for (const link of [address, ...linked]) {
    const { statusCode, headers } = await app.inject(link);
    t.equal(statusCode, 200, link);
    if (link === "/favicon.ico") continue;
    const policy = String(headers["content-security-policy"]);
    for (const rule of [
      ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
      ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ]) {
      t.ok(policy.split("; ").includes(rule), rule);
    }
    t.notMatch(policy, /unsafe|\*|https?:/);
    t.match(headers, {
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  }
});

t.test("the operations that the page sends are ones that this server answers", async (t) => {
  const atelier = await openAtelier(t);
  const script = (await atelier.app.inject(`${address}/page.js`)).payload;
  const documents = [...script.matchAll(/`((?:query|mutation)[^`]+)`/g)].map(([, document]) => document ?? "");
  t.equal(documents.length, 5);
  for (const document of documents) {
    const { errors } = await atelier.nobody.request(document, { token: "x", input: {} });
    // The input is none, or nobody is signed in; but every field is known.
    for (const error of errors ?? []) t.match(error.extensions.code, /^(BAD_USER_INPUT|UNAUTHENTICATED)$/);
  }
});
