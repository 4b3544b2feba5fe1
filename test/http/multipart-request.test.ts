import { randomBytes } from "node:crypto";
import t from "tap";
import { eventually } from "../support/eventually.ts";
import { form, formOf, leftovers, openUploadDesk, type Part, sha256, single } from "../support/uploads.ts";

const nothingLeft = () => eventually("nothing is left of uploads", async () => (await leftovers()).length === 0);
const file = { name: "0", filename: "a.png", type: "image/png", value: "bytes" };
const several = (note: unknown = null) =>
  JSON.stringify({
    query: "mutation ($files: [Upload]!, $note: String) { measureAll(files: $files, note: $note) }",
    variables: { files: [null, null], note },
  });

t.test("files arrive whole, as their sender names them", async (t) => {
  const { url, ada, send, seen } = await openUploadDesk(t);
  t.teardown(nothingLeft);
  const content = randomBytes(3_000_000);

  t.test("with a browser's own form", async (t) => {
    const body = new FormData();
    body.set("operations", single);
    body.set("map", JSON.stringify({ 0: ["variables.file"] }));
    body.set("0", new Blob([content], { type: "image/PNG" }), "Größe 😀.png");
    const headers = { authorization: `Bearer ${ada.token}`, "graphql-require-preflight": "1" };
    const answer = await fetch(url, { method: "POST", body, headers });
    t.equal(answer.status, 200);
    t.same(await answer.json(), { data: { measure: `Größe 😀.png image/png 3000000 ${sha256(content)}` } });
    await nothingLeft();
    await t.rejects(async () => seen[0]?.bytes(10_000_000), "and is gone when the request is over");
  });

  t.test("several files, one in two places, one empty, one without a type", async (t) => {
    const answer = await send(
      form([
        { name: "operations", value: several().replace("[null,null]", "[null,null,null]") },
        {
          name: "map",
          value: JSON.stringify({ a: ["variables.files.0", "variables.files.2"], b: ["variables.files.1"] }),
        },
        { name: "b", filename: "../../etc/empty", value: "" },
        { name: "a", filename: "x", type: "text/plain; charset=utf-8", value: content },
      ]),
    );
    const large = `x text/plain 3000000 ${sha256(content)}`;
    t.same(answer.body, {
      data: { measureAll: [large, `empty text/plain 0 ${sha256(Buffer.alloc(0))}`, large] },
    });
  });

  t.test("a form without files, and fields that say they are JSON", async (t) => {
    const parts = [
      { name: "operations", type: "application/json", value: '{"query":"{ answer }"}' },
      { name: "map", type: "application/json", value: "{}" },
    ];
    t.same((await send(form(parts))).body, { data: { answer: 42 } });
  });
});

t.test("what is no such form is told, and nothing runs", async (t) => {
  const { send, seen, url, ada } = await openUploadDesk(t, { MAX_UPLOAD_BYTES: "2048", MAX_BODY_BYTES: "1024" });
  t.teardown(nothingLeft);
  const operations = { name: "operations", value: single };
  const map = { name: "map", value: '{"0":["variables.file"]}' };
  const mapped = (value: unknown) => [operations, { name: "map", value: JSON.stringify(value) }, file];
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, [`variables.files.${n}`]]));
  const cases: readonly (readonly [string, readonly Part[], RegExp, number?, string?])[] = [
    ["an empty form", [], /^The form needs the fields .*: the form ends before `operations`\.$/],
    ["a file first", [file, operations, map], /file "0" comes before `operations`/],
    ["the map first", [map, operations, file], /field "map" comes before `operations`/],
    ["no map", [operations, file], /file "0" comes before `map`/],
    ["operations as a file", [{ ...operations, filename: "blob" }, map], /file "operations" comes before `operations`/],
    ["operations that are no JSON", [{ ...operations, value: "{" }, map, file], /^`operations` must be JSON/],
    ["empty operations", [{ ...operations, value: "" }, map, file], /^`operations` must be JSON/],
    ["no JSON, though it says so", [{ ...operations, type: "application/json", value: "{" }], /cannot be read/],
    ["a batch", [{ ...operations, value: `[${single}]` }, map, file], /batches are not taken/],
    ["no query", [{ ...operations, value: '{"variables":{"file":null}}' }, map, file], /^`query` must be a text/],
    ["a map that is no JSON", [operations, { ...map, value: "0" }, file], /^`map` must be a JSON object/],
    ["a map of texts", mapped({ 0: "variables.file" }), /^`map` must be a JSON object/],
    ["a file for no place", mapped({ 0: [] }), /^`map` must be a JSON object/],
    ["a path outside", mapped({ 0: ["query"] }), /^`map` has the path "query"; a path begins with "variables\."/],
    ["a path to all variables", mapped({ 0: ["variables"] }), /a path begins with "variables\."/],
    ["a path to nothing", mapped({ 0: ["variables.image"] }), /^The path "variables.image" of `map` leads to nothing/],
    ["a path through nothing", mapped({ 0: ["variables.file.0"] }), /leads to nothing/],
    ["a path to __proto__", mapped({ 0: ["variables.__proto__.polluted"] }), /leads to nothing/],
    ["a path to a constructor", mapped({ 0: ["variables.constructor.prototype"] }), /leads to nothing/],
    ["a path twice", mapped({ 0: ["variables.file", "variables.file"] }), /has the path "variables.file" twice/],
    ["two files for a place", mapped({ 0: ["variables.file"], 1: ["variables.file"] }), /twice; a place has one file/],
    ["a file called map", mapped({ map: ["variables.file"] }), /^No file can be called "map"/],
    ["a file called constructor", mapped({ constructor: ["variables.file"] }), /^No file can be called "constructor"/],
    [
      "a map with __proto__",
      [operations, { ...map, value: '{"__proto__":["variables.file"]}' }],
      /^`map` must be JSON/,
    ],
    [
      "variables with __proto__",
      [{ ...operations, value: '{"__proto__":{"x":null}}' }, map],
      /^`operations` must be JSON/,
    ],
    ["a part called __proto__", [operations, map, { ...file, name: "__proto__" }], /cannot be read/],
    [
      "too many files",
      [
        { ...operations, value: several() },
        { name: "map", value: JSON.stringify(eleven) },
      ],
      /^`map` names 11 files; this server takes 10/,
      400,
      "LIMIT_EXCEEDED",
    ],
    ["a file that does not come", [operations, map], /^`map` names files that did not come: "0"\.$/],
    ["a file that nobody awaits", [operations, map, { ...file, name: "1" }], /^The file "1" is not in `map`\.$/],
    ["a file twice", [operations, map, file, file], /^The file "0" comes twice\.$/],
    ["a text instead of a file", [operations, map, { name: "0", value: "bytes" }], /^The part "0" is no file/],
    [
      "large operations",
      [{ ...operations, value: single + " ".repeat(1_024) }, map, file],
      /^`operations` is larger than the 1024 bytes/,
      413,
      "LIMIT_EXCEEDED",
    ],
    [
      "a large map",
      [operations, { ...map, value: map.value + " ".repeat(1_024) }, file],
      /^`map` is larger than the 1024 bytes/,
      413,
      "LIMIT_EXCEEDED",
    ],
    [
      "a large file",
      [operations, map, { ...file, value: "x".repeat(2_049) }],
      /^The file "0" is larger than the 2048 bytes this server allows\.$/,
      413,
      "LIMIT_EXCEEDED",
    ],
    [
      "a text with NUL",
      [
        { ...operations, value: several("a\0") },
        { ...map, value: "{}" },
      ],
      /U\+0000/,
      200,
    ],
    [
      "a file for a text",
      [{ ...operations, value: several() }, { ...map, value: '{"0":["variables.note"]}' }, file],
      /^Variable "\$note" got invalid value/,
      200,
      "BAD_USER_INPUT",
    ],
  ];
  for (const [what, parts, message, status = 400, code = "BAD_REQUEST"] of cases) {
    const answer = await send(form(parts));
    t.match(answer.body?.errors, [{ message, extensions: { code } }], what);
    t.equal(answer.status, status, what);
    t.equal(answer.headers["connection"], "keep-alive", "the connection goes on");
    t.notOk("data" in answer.body);
  }
  t.same(seen, []);
  t.equal(Reflect.get({}, "polluted"), undefined);

  t.test("exactly as large as allowed is not too large", async (t) => {
    const value = "x".repeat(2_048);
    t.match((await send(formOf({ ...file, value }))).body, { data: { measure: / 2048 / } });
    const operationsOfLimit = { ...operations, value: single + " ".repeat(1_024 - single.length) };
    t.match((await send(form([operationsOfLimit, map, file]))).body, { data: { measure: / 5 / } });
  });

  t.test("a form that ends early, or has no boundary, or is something else", async (t) => {
    for (const body of [
      Buffer.from("what"),
      form([operations], { ends: false }),
      form([operations, map, file], { ends: false }),
      formOf(file).subarray(0, -60),
    ]) {
      const answer = await send(body);
      t.match([answer.status, answer.body], [400, { errors: [{ message: /^The form cannot be read/ }] }]);
    }
    const answer = await send(formOf(file), { "content-type": "multipart/form-data" });
    t.match([answer.status, answer.body], [400, { errors: [{ message: /^The form cannot be read/ }] }]);
  });

  t.test("a form larger than all that it may hold is refused before it is read", async (t) => {
    const answer = await send(formOf({ ...file, value: "x".repeat(200_000) }));
    t.match(answer, {
      status: 413,
      headers: { connection: "close" },
      body: {
        errors: [{ message: /^The request is larger than the 88064 bytes/, extensions: { code: "LIMIT_EXCEEDED" } }],
      },
    });
  });

  t.test("files are no part of JSON or of a document", async (t) => {
    const post = async (body: object) => {
      const headers = { authorization: `Bearer ${ada.token}`, "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
    };
    const { query } = JSON.parse(single);
    for (const value of ["data:image/png;base64,AAAA", { filename: "a.png", mimetype: "image/png", size: 3 }, 7]) {
      t.match(await post({ query, variables: { file: value } }), {
        errors: [{ message: /send the request as `multipart\/form-data`/, extensions: { code: "BAD_USER_INPUT" } }],
      });
    }
    t.match(await post({ query: 'mutation { measure(file: "x") }' }), {
      errors: [{ message: /send the request as `multipart\/form-data`/ }],
    });
  });
});

t.test("who may send files", async (t) => {
  const { send, begin, seen, ada } = await openUploadDesk(t);
  t.teardown(nothingLeft);
  const good = formOf(file);

  t.test("no page of another site", async (t) => {
    const { request, heard } = begin({ "content-length": String(good.byteLength) });
    request.removeHeader("graphql-require-preflight");
    request.end(good);
    const answer = await heard;
    t.match([answer.status, answer.body.errors], [400, [{ message: /needs the header `graphql-require-preflight/ }]]);
  });

  t.test("nobody who is not signed in: they hear it before they have sent the file", async (t) => {
    for (const authorization of ["", "Bearer nonsense", "Basic x"]) {
      const { request, heard } = begin({ authorization });
      request.write(form([{ name: "operations", value: single }], { ends: false }));
      const answer = await heard;
      t.match([answer.status, answer.body.errors], [401, [{ extensions: { code: "UNAUTHENTICATED" } }]]);
      t.same(await leftovers(), []);
      request.destroy();
    }
  });

  t.test("whoever is, with any value of the header", async (t) => {
    t.same(seen, []);
    t.equal((await send(good)).status, 200);
    t.equal((await send(good, { "graphql-require-preflight": "", authorization: `bearer ${ada.token}` })).status, 200);
  });
});
