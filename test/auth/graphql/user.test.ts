import t from "tap";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { openAtelier } from "../../support/atelier.ts";

t.test("who you are", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");

  t.test("me is the person of the token", async (t) => {
    atelier.statements.clear();
    const { data } = await ada.request("{ me { id email displayName createdAt } }");
    t.match(data.me, { id: ada.id, email: "ada@example.org", displayName: "Ada" });
    t.equal(atelier.statements.all().length, 1, "in one statement");
    t.equal((await bob.request("{ me { id } }")).data.me.id, bob.id);
  });

  t.test("nobody is told to sign in", async (t) => {
    const { data, errors } = await atelier.nobody.request("{ me { id } serverInfo { publicUrl } }");
    t.same(data, { me: null, serverInfo: { publicUrl: "http://atelier.test" } }, "and still gets the rest");
    t.match(errors, [
      {
        path: ["me"],
        message: "Sign in first: send `Authorization: Bearer <access token>`.",
        extensions: { code: "UNAUTHENTICATED" },
      },
    ]);
  });

  t.test("a user is seen by nobody else", async (t) => {
    const query = "query ($id: ID!) { node(id: $id) { ... on User { email } } }";
    t.same((await ada.request(query, { id: ada.id })).data, { node: { email: "ada@example.org" } });
    t.same((await bob.request(query, { id: ada.id })).data, { node: null });
  });

  t.test("the token of an account that is gone counts no more", async (t) => {
    const gone = await atelier.signUp("Gone");
    const { db } = atelier.services;
    await db.workspace.delete({ where: { personalOf: decodeGlobalId(gone.id).id } });
    await db.user.delete({ where: { emailKey: "gone@example.org" } });
    t.match((await gone.request("{ me { id } }")).errors, [
      {
        message: "The account of this access token is gone. Sign in again.",
        extensions: { code: "UNAUTHENTICATED" },
      },
    ]);
  });
});
