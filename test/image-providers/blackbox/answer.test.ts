import fc from "fast-check";
import t from "tap";
import { picturesInText, readChatAnswer } from "../../../src/image-providers/blackbox/answer.ts";

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const address = fc
  .tuple(
    fc.constantFrom("https://", "http://"),
    word,
    fc.array(word, { maxLength: 3 }),
    fc.constantFrom("", "?x=1&y=%20", ".webp"),
  )
  .map(([scheme, host, path, end]) => `${scheme}${host}.example/${path.join("/")}${end}`);

t.test("any number of addresses glued together come apart again", async (t) => {
  fc.assert(
    fc.property(
      fc.array(address, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("", " ", "\n", ", "),
      (urls, glue) => {
        t.strictSame(picturesInText(urls.join(glue)), urls);
      },
    ),
    { numRuns: 200 },
  );
});

t.test("an address is found in prose, without the marks around it", async (t) => {
  fc.assert(
    fc.property(
      address,
      fc.constantFrom(["(", ")."], ["<", ">"], ['"', '"'], ["**", "**"], ["[", "]!"], ["see ", ", please"], ["`", "`"]),
      (url, [before = "", after = ""]) => {
        t.strictSame(picturesInText(`Here: ${before}${url}${after} Enjoy.`), [url]);
      },
    ),
    { numRuns: 200 },
  );
});

t.test("Markdown pictures count before plain links", async (t) => {
  const text = "From https://example.org: ![a](https://a.example/1.png) and ![b](<data:image/png;base64,AAAA> 'b')";
  t.strictSame(picturesInText(text), ["https://a.example/1.png", "data:image/png;base64,AAAA"]);
});

t.test("no answer, however odd, breaks the reading", async (t) => {
  const key = fc.constantFrom(
    "choices",
    "message",
    "content",
    "data",
    "url",
    "images",
    "image_url",
    "usage",
    "cost",
    "0",
  );
  const odd = fc.object({
    key,
    maxDepth: 5,
    values: [fc.constant(null), fc.string(), fc.double(), fc.constant("None"), fc.constant([])],
  });
  fc.assert(
    fc.property(fc.oneof(odd, fc.anything()), (body) => {
      const answer = readChatAnswer(body);
      t.ok(answer === null || Array.isArray(answer.pictures));
    }),
    { numRuns: 300 },
  );
});

t.test("nothing is made of nothing", async (t) => {
  for (const content of ["None", "", " ", null, undefined, 7, []]) {
    t.match(readChatAnswer({ choices: [{ message: { content } }] }), { pictures: [], text: "" }, String(content));
  }
  t.equal(readChatAnswer("text"), null);
  t.equal(readChatAnswer(null), null);
});
