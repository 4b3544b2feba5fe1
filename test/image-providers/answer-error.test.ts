import fc from "fast-check";
import t from "tap";
import { readAnswerError, readJson } from "../../src/image-providers/answer-error.ts";

const read = (status: number, body: unknown) => readAnswerError(status, body, JSON.stringify(body));

t.test("every shape in which these APIs write their errors is read", async (t) => {
  t.match(read(400, { error: { message: "m", type: "t", code: "c" } }), {
    status: 400,
    message: "m",
    type: "t",
    code: "c",
  });
  t.match(read(200, { error: { code: 502, message: "m" } }), { status: 502, message: "m" }, "inside a success");
  t.match(read(200, { choices: [{ error: { code: "403", message: "m" } }] }), { status: 403, message: "m" });
  t.match(read(200, { error: "None", choices: [{ error: { code: 502, message: "m" } }] }), { status: 502 });
  t.match(read(400, { error: { message: "m", type: "None", code: "401" } }), { status: 401, type: "" }, "as texts");
  t.match(read(500, { error: "m" }), { status: 500, message: "m" });
  t.match(read(422, { detail: [{ loc: ["a"], msg: "x" }, { msg: "y" }] }), { status: 422, message: "x; y" });
  t.match(read(503, { detail: "m" }), { message: "m" });
  t.match(read(500, { message: "m" }), { message: "m" });
  t.match(read(200, { error: { message: "m" } }), { status: 500 }, "an error without a number");
  t.match(read(400, { error: { message: '{"error":{"message":"inner"}}' } }), { message: "inner" });
  t.match(readAnswerError(502, undefined, "<html>Bad gateway</html>"), {
    message: "<html>Bad gateway</html>",
    structured: false,
  });
});

t.test("a success is none, whatever empty errors stand in it", async (t) => {
  for (const body of [
    {},
    { error: null },
    { error: "None" },
    { error: "" },
    { error: {} },
    { choices: [{ error: "None" }] },
    { choices: [] },
    { choices: [{ error: null }] },
    { detail: "m" },
    [],
    "x",
    undefined,
  ]) {
    t.equal(readAnswerError(200, body, ""), null, JSON.stringify(body));
  }
});

t.test("no answer, however odd, breaks the reading", async (t) => {
  const key = fc.constantFrom("error", "choices", "0", "message", "code", "type", "detail", "msg");
  fc.assert(
    fc.property(fc.oneof(fc.object({ key }), fc.anything()), fc.constantFrom(200, 400, 500), (body, status) => {
      const error = readAnswerError(status, body, "raw");
      t.ok(error === null ? status === 200 : error.status >= 400);
    }),
    { numRuns: 300 },
  );
});

t.test("what is no JSON is undefined", async (t) => {
  t.equal(readJson(Buffer.from("{")), undefined);
  t.equal(readJson(Buffer.alloc(0)), undefined);
  t.same(readJson(Buffer.from("[1]")), [1]);
});
