import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { openSignedInSocket, subscribe } from "../support/raw-socket.ts";

const query = "{ __schema { queryType { name } } }";
/** Who may see the schema, by `EXPLORER`. */
const modes = {
  public: { nobody: true, member: true, operator: true },
  operators: { nobody: false, member: false, operator: true },
  off: { nobody: false, member: false, operator: false },
} as const;

for (const [mode, allowed] of Object.entries(modes)) {
  t.test(`EXPLORER=${mode}`, async (t) => {
    const atelier = await openAtelier(t, { environment: { EXPLORER: mode } });
    const member = await atelier.signUp("Ada");
    await atelier.signUp("Op");
    await atelier.services.db.user.update({ where: { emailKey: "op@example.org" }, data: { isOperator: true } });
    const session = await atelier.nobody.mutate(
      "mutation ($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } } }",
      { email: "op@example.org", password: "correct horse battery" },
    );
    const operator = { ...member, token: session.accessToken };
    await atelier.listen();

    const overHttp = async (token: string | null) => {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      const answer = await atelier.app.inject({ method: "POST", url: "/graphql", headers, payload: { query } });
      return answer.json().data !== undefined;
    };
    t.equal(await overHttp(null), allowed.nobody, "nobody");
    t.equal(await overHttp(member.token), allowed.member, "a member");
    t.equal(await overHttp(operator.token), allowed.operator, "an operator");
    t.equal((await member.request("{ me { __typename } }")).errors, undefined);

    for (const [person, may] of [
      [member, allowed.member],
      [operator, allowed.operator],
    ] as const) {
      const { say, hear, socket } = await openSignedInSocket(atelier, person);
      say(subscribe("1", query));
      t.equal((await hear()).type, may ? "next" : "error", "the same over a socket");
      socket.terminate();
    }
    const page = await atelier.app.inject({ url: "/graphiql", headers: { accept: "text/html" } });
    t.equal(page.statusCode === 404, mode === "off", "there is a page for it unless it is off");
  });
}
