import { serverAudits } from "graphql-http";
import t from "tap";
import { type Atelier, openAtelier } from "../support/atelier.ts";

const newer = "application/graphql-response+json";
const older = "application/json";

t.test("the audits of GraphQL over HTTP", async (t) => {
  const atelier = await openAtelier(t);
  const url = `${await atelier.listen()}/graphql`;
  const audits = serverAudits({ url });
  t.ok(audits.length > 50);
  for (const { id, name, fn } of audits) {
    t.test(`${id} ${name}`, async (t) => {
      const result = await fn();
      t.equal(result.status, "ok", result.status === "ok" ? "" : result.reason);
    });
  }
});

t.test("requests and answers", async (t) => {
  const environment = { MAX_BODY_BYTES: "2048", CORS_ORIGINS: "https://app.example.org" };
  const atelier = await openAtelier(t, { environment });
  const ada = await atelier.signUp("Ada");

  t.test("with the newer type the status tells whether the operation ran", async (t) => {
    for (const [query, status] of [
      ["{ serverInfo { publicUrl } }", 200],
      ["{ node(id: 1) { id } }", 200],
      ["{ me { id } }", 200],
      ["{ me {", 400],
      ["{ nothing }", 400],
      ["subscription { imageChanged { kind } }", 400],
      [`{ ${Array.from({ length: 40 }, (_, n) => `a${n}: serverInfo { publicUrl }`).join(" ")} }`, 400],
    ] as const) {
      const answer = await post(atelier, { query }, { accept: newer });
      t.equal(answer.statusCode, status, query);
      t.match(answer.headers["content-type"], newer);
      t.equal("data" in answer.json(), status === 200);
      t.equal((await post(atelier, { query }, { accept: older })).statusCode, 200, "with the older always 200");
    }
  });

  t.test("parameters of the wrong kind are told all at once", async (t) => {
    for (const [body, message] of [
      [{}, "`query` must be a text: the GraphQL document."],
      [
        { query: 7, variables: [], operationName: {}, extensions: "x" },
        "`query` must be a text: the GraphQL document. `operationName` must be a text or null. `variables` must be an object or null. `extensions` must be an object or null.",
      ],
      [{ query: "" }, "`query` is empty."],
      [[{ query: "{ me { id } }" }], "The body must be one JSON object with a `query`; batches are not taken."],
      ["{ me { id } }", "The body must be one JSON object with a `query`; batches are not taken."],
    ] as const) {
      const answer = await post(atelier, body);
      t.equal(answer.statusCode, 400);
      t.same(answer.json(), { errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
    }
  });

  t.test("what is no JSON, too large, or of another type", async (t) => {
    const send = (type: string, payload: string) =>
      atelier.app.inject({ ...{ method: "POST", url: "/graphql", payload }, headers: { "content-type": type } });
    t.equal((await send(older, "{")).statusCode, 400);
    t.equal((await send(older, "")).statusCode, 400);
    t.equal((await send(older, '{"__proto__": {"x": 1}, "query": "{ me { id } }"}')).statusCode, 400);
    const large = await send(older, JSON.stringify({ query: `{ me { id } } #${"x".repeat(2_048)}` }));
    t.match(
      [large.statusCode, large.json().errors[0]],
      [
        413,
        {
          message: "The request body is larger than the 2048 bytes this server allows.",
          extensions: { code: "LIMIT_EXCEEDED" },
        },
      ],
    );
    for (const type of [
      "text/plain",
      "application/json-seq",
      "application/x-www-form-urlencoded",
      "application/graphql",
    ]) {
      t.match((await send(type, '{"query":"{ serverInfo { publicUrl } }"}')).statusCode, 415, type);
    }
    t.equal((await post(atelier, { query: "{ me { id } }" }, { accept: "text/html" })).statusCode, 406);
    t.equal(
      (await post(atelier, { query: "{ serverInfo { publicUrl } }" }, { accept: "text/html, */*;q=0.1" })).statusCode,
      200,
    );
  });

  t.test("GET only reads, and not for the pages of other sites", async (t) => {
    const get = (query: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") =>
      atelier.app.inject({ method, url: "/graphql", query: { query }, headers });
    const read = "{ serverInfo { publicUrl } }";
    const write = `mutation { register(input: { email: "x@example.org", password: "0123456789", displayName: "X" }) { __typename } }`;
    t.same((await get(read)).json(), { data: { serverInfo: { publicUrl: "http://atelier.test" } } });
    for (const method of ["GET", "HEAD"] as const) {
      const refused = await get(write, {}, method);
      t.equal(refused.statusCode, 405, method);
      t.equal(refused.headers["allow"], "POST");
    }
    t.equal(await atelier.services.db.user.count(), 1, "nothing was written");
    for (const [headers, status] of [
      [{ "sec-fetch-site": "cross-site" }, 400],
      [{ "sec-fetch-site": "same-site" }, 400],
      [{ origin: "https://evil.example" }, 400],
      [{ "sec-fetch-site": "same-origin" }, 200],
      [{ "sec-fetch-site": "none" }, 200],
      [{ "sec-fetch-site": "cross-site", "graphql-require-preflight": "1" }, 200],
      [{ "sec-fetch-site": "cross-site", "content-type": "application/json" }, 200],
    ] as const) {
      t.equal((await get(read, headers)).statusCode, status, JSON.stringify(headers));
    }
    const bad = await atelier.app.inject({ url: "/graphql", query: { query: read, variables: "{" } });
    t.match(
      [bad.statusCode, bad.json().errors[0].message],
      [400, "`variables` and `extensions` in the address must be JSON."],
    );
    t.equal((await atelier.app.inject({ url: "/graphql?query=a&query=b" })).statusCode, 400);
  });

  t.test("browser pages on the list may call, others may not", async (t) => {
    const preflight = (origin: string) =>
      atelier.app.inject({
        ...{ method: "OPTIONS", url: "/graphql" },
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
      });
    t.equal(
      (await preflight("https://app.example.org")).headers["access-control-allow-origin"],
      "https://app.example.org",
    );
    t.equal((await preflight("https://evil.example")).headers["access-control-allow-origin"], undefined);
  });

  t.test("answers are kept by nobody", async (t) => {
    t.equal((await post(atelier, { query: "{ me { id } }" })).headers["cache-control"], "no-store");
  });

  t.test("variables that do not fit are the client's fault, and told", async (t) => {
    const query = "query ($first: Int) { images(first: $first) { totalCount } }";
    const answer = await ada.request(query, { first: "many" });
    t.match(answer.errors, [
      { message: /^Variable "\$first" got invalid value "many"/, extensions: { code: "BAD_USER_INPUT" } },
    ]);
    t.notOk("data" in answer);
  });
});

function post(atelier: Atelier, payload: unknown, headers: Record<string, string> = {}) {
  return atelier.app.inject({
    ...{ method: "POST", url: "/graphql", payload: JSON.stringify(payload) },
    headers: { "content-type": older, ...headers },
  });
}
