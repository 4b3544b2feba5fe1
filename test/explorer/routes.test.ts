import { gunzipSync } from "node:zlib";
import Fastify from "fastify";
import t from "tap";
import { buildExplorer } from "../../scripts/build-explorer.ts";
import type { PreparedOperation } from "../../src/explorer/load-operations.ts";
import { explorerRoutes } from "../../src/explorer/routes.ts";

const OPERATION: PreparedOperation = {
  name: "greet",
  title: "Greet",
  query: "query Greet { hello }",
  variables: { name: "</script>" },
};

t.before(async () => {
  await buildExplorer({ log: (line) => t.comment(line) });
});

async function explorer() {
  const app = Fastify();
  await app.register(explorerRoutes, { mode: "operators", operations: [OPERATION] });
  t.teardown(() => app.close());
  return app;
}

function directives(policy: unknown): Map<string, string> {
  return new Map(
    String(policy)
      .split("; ")
      .map((directive) => [directive.split(" ")[0] ?? "", directive.split(" ").slice(1).join(" ")]),
  );
}

t.test("the page comes with a policy that allows nothing from elsewhere", async (t) => {
  const app = await explorer();
  const response = await app.inject("/graphiql");
  t.equal(response.statusCode, 200);
  t.equal(response.headers["content-type"], "text/html; charset=utf-8");
  t.equal(response.headers["cache-control"], "no-store");
  t.equal(response.headers["x-content-type-options"], "nosniff");
  t.equal(response.headers["referrer-policy"], "no-referrer");
  const policy = directives(response.headers["content-security-policy"]);
  t.equal(policy.get("default-src"), "'none'");
  t.equal(policy.get("script-src"), "'self'");
  t.equal(policy.get("worker-src"), "'self'");
  t.equal(policy.get("connect-src"), "'self'");
  t.equal(policy.get("frame-ancestors"), "'none'");
  t.equal(policy.get("base-uri"), "'none'");
  t.match(policy.get("style-src-elem"), /^'self' 'nonce-[\w+/=]{24}'$/);
});

t.test("the page carries its settings as data that cannot end their own element", async (t) => {
  const app = await explorer();
  const page = (await app.inject("/graphiql")).payload;
  const [, text] = /<script type="application\/json" id="explorer-settings">(.*?)<\/script>/s.exec(page) ?? [];
  t.match(JSON.parse(text ?? "null"), {
    mode: "operators",
    tabs: [{ query: OPERATION.query, variables: '{\n  "name": "</script>"\n}' }],
  });
  t.equal(page.match(/<script[ >]/g)?.length, page.match(/<\/script>/g)?.length);
});

t.test("each answer has a nonce of its own, the same in the policy and in the page", async (t) => {
  const app = await explorer();
  const pages = await Promise.all([app.inject("/graphiql"), app.inject("/graphiql")]);
  const nonces = pages.map((page) => {
    const nonce = /'nonce-([^']+)'/.exec(String(page.headers["content-security-policy"]))?.[1] ?? "";
    t.match(page.payload, `"styleNonce":"${nonce}"`);
    return nonce;
  });
  t.not(nonces[0], nonces[1]);
});

t.test("every file that the page names is served, to be kept for ever, compressed on request", async (t) => {
  const app = await explorer();
  const page = (await app.inject("/graphiql")).payload;
  const paths = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  t.ok(paths.length >= 3);
  for (const path of paths) {
    t.match(path, /^\/graphiql\/assets\//);
    const plain = await app.inject(path);
    t.equal(plain.statusCode, 200, path);
    t.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
    t.equal(plain.headers["x-content-type-options"], "nosniff");
    t.equal(plain.headers["content-encoding"], undefined);
    const gzipped = await app.inject({ url: path, headers: { "accept-encoding": "br, gzip;q=0.8" } });
    t.equal(gzipped.headers["content-encoding"], "gzip");
    t.ok(gunzipSync(gzipped.rawPayload).equals(plain.rawPayload));
    t.equal(
      (await app.inject({ url: path, headers: { "accept-encoding": "gzip;q=0" } })).headers["content-encoding"],
      undefined,
    );
  }
  const types = await Promise.all(paths.map(async (path) => (await app.inject(path)).headers["content-type"]));
  t.same(new Set(types), new Set(["text/javascript; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"]));
});

t.test("unknown files and ways out of the folder are not found", async (t) => {
  const app = await explorer();
  for (const name of [
    "none.js",
    "../index.html",
    "..%2findex.html",
    "%2e%2e/build-stamp",
    "..%5cindex.html",
    "",
    "constructor",
  ]) {
    const response = await app.inject(`/graphiql/assets/${name}`);
    t.equal(response.statusCode, 404, name);
    t.notMatch(response.payload, "<html");
  }
});

t.test("without a bundle, registration fails and says which command builds it", async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  await t.rejects(
    async () => app.register(explorerRoutes, { mode: "public", operations: [], bundleFolder: t.testdir({}) }),
    { message: /has not been built.*node scripts\/build-explorer\.ts/ },
  );
});

t.test("building again without a change does nothing", async (t) => {
  const again = await buildExplorer({ log: () => {} });
  t.equal(again.built, false);
});
