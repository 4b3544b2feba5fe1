import fc from "fast-check";
import t from "tap";
import { downloadName } from "../../src/images/download-name.ts";

const named = (prompt: string, title: string | null = null) => downloadName({ title, prompt }, "png");
const both = (name: string) => ({ name: `${name}.png`, fallback: `${name}.png` });

t.test("a name is made of the words of the title, or else of the prompt", async (t) => {
  t.strictSame(named("Three foxes, in a misty   forest!"), both("three-foxes-in-a-misty-forest"));
  t.strictSame(named("a prompt", "The Fox’s Den"), both("the-foxs-den"));
  t.strictSame(named("a prompt", "  "), both("a-prompt"));
  t.strictSame(named("Crème brûlée"), { name: "crème-brûlée.png", fallback: "creme-brulee.png" });
  t.strictSame(named("三匹の狐"), { name: "三匹の狐.png", fallback: "image.png" });
  t.strictSame(named("क्षितिज"), { name: "क्षितिज.png", fallback: "image.png" }, "marks belong to their letters");
});

t.test("what says nothing or means a device gets a name all the same", async (t) => {
  t.strictSame(named("!!! 🦊"), both("image"));
  t.strictSame(named("", ""), both("image"));
  t.strictSame(named("CON"), both("con-image"));
  t.strictSame(named("../../etc/passwd"), both("etc-passwd"));
});

t.test("a long one ends at a word", async (t) => {
  const prompt = "a painting of a very long sentence that goes on and on about foxes in the rain";
  t.strictSame(named(prompt), both("a-painting-of-a-very-long-sentence-that-goes-on-and-on-about"));
  t.strictSame(named("x".repeat(100)), both("x".repeat(60)));
});

t.test("whatever the prompt, the name fits every file system and one header", async () => {
  const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 200 }), fc.string({ unit: "binary", maxLength: 200 }));
  fc.assert(
    fc.property(text, (prompt) => {
      const { name, fallback } = named(prompt);
      const fits = Buffer.byteLength(name) <= 255;
      const plain = !/[\p{C}\s/\\:*?"<>|]/u.test(name) && !/^[.-]|[-]\./.test(name);
      return fits && plain && /^[a-z0-9-]+\.png$/.test(fallback);
    }),
    { numRuns: 2000 },
  );
});
