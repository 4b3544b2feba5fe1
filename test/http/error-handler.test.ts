import Fastify from "fastify";
import t from "tap";
import { registerErrorHandler } from "../../src/http/error-handler.ts";

t.test("what goes wrong outside GraphQL is told as GraphQL clients read it", async (t) => {
  const app = Fastify({ bodyLimit: 100 });
  t.teardown(() => app.close());
  const logged: unknown[] = [];
  app.addHook("onRequest", async (request) => {
    Object.assign(request.log, { error: (fields: unknown) => void logged.push(fields) });
  });
  registerErrorHandler(app);
  const secret = new Error("password of postgresql://atelier:secret@db");
  app.get("/bug", () => Promise.reject(secret));
  app.get("/upstream", () => Promise.reject(Object.assign(new Error("secret upstream"), { statusCode: 502 })));
  app.post("/", () => "ok");

  t.test("a bug leaves as an id alone, and is logged whole", async (t) => {
    for (const url of ["/bug?token=x", "/upstream"]) {
      const answer = await app.inject(url);
      t.equal(answer.statusCode, 500);
      const [error] = answer.json().errors;
      t.match(error, { message: /^Something went wrong on our side\. Tell the operator this id: [\w-]{36}$/ });
      t.equal(error.extensions.code, "INTERNAL");
      t.notMatch(answer.body, /secret/);
      t.match(logged.at(-1), { errorId: error.extensions.errorId, method: "GET" });
      t.notMatch(JSON.stringify(logged.at(-1)), /token=x/);
    }
    t.match(logged[0], { err: secret, path: "/bug" });
  });

  t.test("a fault of the client is told", async (t) => {
    const send = (payload: string) =>
      app.inject({ method: "POST", url: "/", payload, headers: { "content-type": "application/json" } });
    t.match((await send("{")).json(), { errors: [{ message: /JSON/, extensions: { code: "BAD_REQUEST" } }] });
    const large = await send(JSON.stringify("x".repeat(100)));
    t.match(
      [large.statusCode, large.json()],
      [
        413,
        {
          errors: [
            {
              message: "The request body is larger than the 100 bytes this server allows.",
              extensions: { code: "LIMIT_EXCEEDED" },
            },
          ],
        },
      ],
    );
  });

  t.test("a wrong address is told where the API is", async (t) => {
    const answer = await app.inject(`/api?token=secret`);
    t.equal(answer.statusCode, 404);
    t.match(answer.json(), {
      errors: [
        { message: "There is nothing at GET /api. The API is POST /graphql.", extensions: { code: "NOT_FOUND" } },
      ],
    });
    t.ok((await app.inject(`/${"x".repeat(5_000)}`)).body.length < 400);
  });
});
