import t from "tap";
import { openAtelier } from "../support/atelier.ts";

t.test("who stands behind a request", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const ask = async (authorization: string | undefined, accept = "application/json") => {
    const headers = { accept, ...(authorization !== undefined && { authorization }) };
    const payload = { query: "{ me { id } }" };
    return atelier.app.inject({ method: "POST", url: "/graphql", headers, payload });
  };

  t.test("somebody, however the scheme is written", async (t) => {
    for (const scheme of ["Bearer", "bearer", " BEARER"]) {
      t.equal((await ask(`${scheme} ${ada.token}`)).json().data?.me.id, ada.id, scheme);
    }
  });

  const damaged: readonly [string, string, string][] = [
    [
      "another scheme",
      "Basic YWRhOnNlY3JldA==",
      "The Authorization value is not `Bearer <access token or API token>`.",
    ],
    ["no token", "Bearer ", "The Authorization value is not `Bearer <access token or API token>`."],
    [
      "two tokens",
      `Bearer ${ada.token} ${ada.token}`,
      "The Authorization value is not `Bearer <access token or API token>`.",
    ],
    ["nonsense", "Bearer nonsense", "The access token is malformed or was not issued here. Sign in again."],
    ["a changed token", `Bearer ${ada.token}x`, "The access token is malformed or was not issued here. Sign in again."],
  ];
  for (const [what, authorization, message] of damaged) {
    t.test(`${what} is UNAUTHENTICATED, not nobody`, async (t) => {
      const answer = await ask(authorization);
      t.same(
        [answer.statusCode, answer.json()],
        [200, { errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] }],
      );
      t.equal((await ask(authorization, "application/graphql-response+json")).statusCode, 401);
    });
  }

  t.test("a token that has ended", async (t) => {
    atelier.clock.advance(15 * 60_000);
    t.match((await ask(`Bearer ${ada.token}`)).json(), {
      errors: [
        {
          message:
            "The access token has expired. Get a fresh one with `refreshToken`, asked without an Authorization value.",
          extensions: { code: "UNAUTHENTICATED" },
        },
      ],
    });
    t.equal(
      (await atelier.nobody.request("{ serverInfo { publicUrl } }")).errors,
      undefined,
      "nobody still may what anybody may",
    );
  });
});
