import t from "tap";
import { openAccountDesk } from "../../support/account-desk.ts";
import { accountOperations } from "../../support/account-operations.ts";
import { joinWorkspace } from "../../support/atelier.ts";
import { fingerprint, personalWorkspace } from "../../support/studio.ts";

const { start } = accountOperations;

t.test("the browser goes back to pages that the operator trusts alone", async (t) => {
  const desk = await openAccountDesk(t, { environment: { CORS_ORIGINS: "https://app.example.org" } });
  const returnTo = "https://app.example.org/settings?tab=accounts";
  const { state, connectionId } = await desk.start({ returnTo });
  const { page, given } = await desk.comeBack(state);
  t.equal(page, returnTo);
  t.match(given, { connection: connectionId, ticket: String });
  const denied = await desk.start({ returnTo });
  t.match(await desk.comeBack(denied.state, { error: "access_denied" }), {
    page: returnTo,
    given: { error: "DENIED" },
  });
  const bad = [
    ...[
      "https://evil.example.org/",
      "https://app.example.org.evil.org/",
      "javascript:alert(1)",
      "/settings",
      "nonsense",
    ],
    ...[
      "https://app.example.org@evil.org/",
      "https://me:pw@app.example.org/",
      "https://app.example.org/#x",
      "http://app.example.org/",
    ],
  ];
  for (const address of bad) {
    t.match(
      await desk.ada.mutate(start, { method: "SQUARE_LOGIN", returnTo: address }),
      { issues: [{ path: ["returnTo"], code: "NOT_ALLOWED", message: /https:\/\/app\.example\.org/ }] },
      address,
    );
  }
});

t.test("what cannot be begun is told beside its field, and writes nothing", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const bob = await atelier.signUp("Bob");
  const before = await fingerprint(atelier);
  const refuses = async (input: Readonly<Record<string, unknown>>, path: string, message: RegExp) =>
    t.match(await desk.ada.mutate(start, input), {
      __typename: "ValidationError",
      issues: [{ path: [path], message }],
    });
  await refuses({ method: "SHOWCASE" }, "method", /connectSocialAccount/);
  await refuses({ method: "SQUARE_SERVER" }, "server", /name the one/);
  await refuses({ method: "SQUARE_SERVER", server: "x".repeat(301) }, "server", /300/);
  await refuses({ method: "SQUARE_LOGIN", server: "a.example.org" }, "server", /one server/);
  square.authorise = () =>
    Promise.resolve({ kind: "refused", field: "server", code: "NO_SUCH", message: "No such server." });
  await refuses({ method: "SQUARE_SERVER", server: "a.example.org" }, "server", /No such server/);
  square.authorise = () => Promise.resolve({ kind: "unavailable", message: "Down." });
  t.match(await desk.ada.mutate(start, { method: "SQUARE_LOGIN" }), { __typename: "PlatformUnavailableError" });
  square.authorise = () => Promise.resolve({ kind: "started", url: "javascript:alert(1)", pending: {} });
  t.match(await desk.ada.mutate(start, { method: "SQUARE_LOGIN" }), {
    __typename: "PlatformUnavailableError",
    message: /no browser should open/,
  });
  const workspaceId = await personalWorkspace(desk.ada);
  t.match(await bob.mutate(start, { method: "SQUARE_LOGIN", workspaceId }), { __typename: "NotFoundError" });
  await joinWorkspace(atelier, bob, desk.ada, "EDITOR");
  t.match(await bob.mutate(start, { method: "SQUARE_LOGIN", workspaceId }), { __typename: "ForbiddenError" });
  t.same(await fingerprint(atelier), before);
  t.equal(await atelier.services.db.connectionAttempt.count(), 0);
});

t.test("whoever tries too often is asked to wait", async (t) => {
  const desk = await openAccountDesk(t);
  for (let n = 0; n < 30; n += 1) await desk.start();
  t.match(await desk.ada.mutate(start, { method: "SQUARE_LOGIN" }), { __typename: "TooManyAttemptsError" });
});

t.test("the page shows the ticket under a strict policy", async (t) => {
  const desk = await openAccountDesk(t);
  const page = await desk.atelier.app.inject("/connect/done");
  t.match(page.headers, {
    "content-security-policy": /default-src 'none'; script-src 'self'/,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  t.notMatch(page.body, /<script(?! type="module" src=)|\son\w+=|style=/);
  t.equal((await desk.atelier.app.inject("/connect/done/page.js")).statusCode, 200);
});
