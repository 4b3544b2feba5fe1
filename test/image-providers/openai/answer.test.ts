import fc from "fast-check";
import t from "tap";
import { createStreamReader, readImagesAnswer, type StreamEvent } from "../../../src/image-providers/openai/answer.ts";

const bytes = Buffer.from("a picture");
const b64_json = bytes.toString("base64");
const event = (data: object) => `event: x\r\ndata: ${JSON.stringify(data)}\r\n\r\n`;
const stream = Buffer.from(
  [
    ": a comment – with wide characters 🛶\n\n",
    event({ type: "image_generation.partial_image", b64_json, partial_image_index: 1 }),
    "data: [DONE]\n\n",
    event({ type: "something.new", b64_json }),
    event({ type: "error", message: "naïve façade 🛶", code: "moderation_blocked" }),
    event({ type: "image_edit.completed", b64_json, usage: { input_tokens: 1, output_tokens: 2 } }),
  ].join(""),
);

t.test("a stream says the same wherever the network cuts it", async (t) => {
  const cuts = fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (places) => {
      const heard: StreamEvent[] = [];
      const read = createStreamReader((each) => void heard.push(each));
      const at = [0, ...places.toSorted((a, b) => a - b), stream.length];
      for (const [index, start] of at.slice(0, -1).entries()) read(stream.subarray(start, at[index + 1]));
      t.strictSame(heard, [
        { kind: "PARTIAL", bytes, index: 1 },
        { kind: "ERROR", body: { type: "error", message: "naïve façade 🛶", code: "moderation_blocked" } },
        {
          kind: "COMPLETED",
          picture: { kind: "BYTES", bytes },
          usage: { input_tokens: 1, output_tokens: 2 },
        },
      ]);
    }),
    { numRuns: 200 },
  );
});

t.test("an event without an end is not collected for ever", async (t) => {
  const heard: StreamEvent[] = [];
  const read = createStreamReader((each) => void heard.push(each));
  read(Buffer.from(event({ type: "image_generation.partial_image", b64_json })));
  read(Buffer.from('data: {"type":"image_generation.partial_image","b64_json":"'));
  const part = Buffer.alloc(1024 * 1024, "A");
  for (let megabytes = 0; megabytes < 60; megabytes += 1) read(part);
  read(Buffer.from(`"}\n\n${event({ type: "image_generation.completed", b64_json })}`));
  t.same(heard, [{ kind: "PARTIAL", bytes, index: 0 }]);
});

t.test("no answer, however odd, breaks the reading", async (t) => {
  const key = fc.constantFrom("data", "0", "b64_json", "url", "usage", "input_tokens");
  fc.assert(
    fc.property(fc.oneof(fc.object({ key, maxDepth: 4 }), fc.anything()), (body) => {
      const answer = readImagesAnswer(body);
      t.ok(answer === null || answer.picture === null || answer.picture.kind.length > 0);
    }),
    { numRuns: 300 },
  );
});
