import t from "tap";
import { parsePrompt } from "../../../src/image-providers/sketch/parse-prompt.ts";

const named = (prompt: string, negativePrompt = ""): (readonly [string, number | null])[] =>
  parsePrompt(prompt, negativePrompt).subjects.map(({ name, count }) => [name, count] as const);

t.test("counts belong to the noun that follows them", async (t) => {
  t.same(named("three foxes and a lighthouse"), [
    ["fox", 3],
    ["lighthouse", 1],
  ]);
  t.same(named("two small red birds over 4 boats"), [
    ["bird", 2],
    ["boat", 4],
  ]);
  t.same(named("a pair of wolves, a flock of geese"), [
    ["wolf", 2],
    ["bird", 14],
  ]);
  t.same(named("horses"), [["horse", null]], "a bare plural leaves the number open");
  t.same(named("two dozen balloons"), [["balloon", 24]]);
  t.same(named("900 rabbits"), [["rabbit", 24]], "no more than can be seen");
  t.same(named("in 1984 three cats"), [["cat", 3]]);
});

t.test("a noun that is its own plural leaves the number open, unless one is said", async (t) => {
  t.same(named("tropical fish and sheep"), [
    ["tropical fish", null],
    ["sheep", null],
  ]);
  t.same(named("a fish and two deer"), [
    ["fish", 1],
    ["deer", 2],
  ]);
});

t.test("what is a colour alone is a thing in the plural", async (t) => {
  t.same(named("three roses and oranges"), [
    ["rose", 3],
    ["tangerine", null],
  ]);
  t.same(named("a rose sky, an orange cat"), [["cat", 1]]);
});

t.test("the longest phrase wins", async (t) => {
  t.same(named("a hot air balloon and a pirate ship"), [
    ["balloon", 1],
    ["ship", 1],
  ]);
  t.equal(parsePrompt("golden hour").time, "golden");
  t.same(parsePrompt("golden hour").colours, []);
});

t.test("scene, time and weather are found in any order and case", async (t) => {
  const reading = parsePrompt("Sunset — FOGGY Alps!");
  t.match(reading, { scene: "mountains", time: "dusk", weather: "fog" });
  t.match(parsePrompt("a lake in winter at midnight"), { scene: "mountains", time: "night", wintry: true });
});

t.test("a colour belongs to the noun behind it, else to the picture", async (t) => {
  const reading = parsePrompt("a red fox under green mountains, in shades of purple");
  t.equal(reading.subjects[0]?.colour?.h, 27);
  t.equal(reading.sceneColour?.h, 146);
  t.same(
    reading.colours.map((colour) => colour.h),
    [306],
  );
});

t.test("negations rule out, and only what they reach", async (t) => {
  t.same(named("a fox, no birds"), [["fox", 1]]);
  t.same(named("a fox and a bird", "birds"), [["fox", 1]]);
  const reading = parsePrompt("forest without trees or clouds in the rain");
  t.ok(reading.excluded.has("tree"));
  t.ok(reading.excluded.has("cloud"));
  t.equal(reading.weather, "rain");
  t.same(named("no trees but a cactus"), [["cactus", 1]]);
  t.same(named("a fox without a bird, a cat"), [
    ["fox", 1],
    ["cat", 1],
  ]);
  t.same(named("a fox without the birds or any cats"), [["fox", 1]]);
  t.same(named("a meadow with no birds, a horse in the sun"), [["horse", 1]]);
  t.equal(parsePrompt("mountains, no lake").scene, "mountains");
  t.ok(parsePrompt("mountains, no lake").excluded.has("lake"));
});

t.test("a style is found, the last one counts, and it can be ruled out", async (t) => {
  const style = (prompt: string, negative = ""): string | null => parsePrompt(prompt, negative).style;
  t.equal(style("A fox, 8-bit"), "pixel art");
  t.equal(style("a fox, oil painting"), "oil");
  t.equal(style("oil painting of a watercolour box, as a watercolour"), "watercolour");
  t.equal(style("a fox, not a photo"), null);
  t.equal(style("an oil painting of a fox, watercolour", "watercolour"), "oil");
  t.equal(style("a fox"), null);
});

t.test("close-ups and wide shots are told apart", async (t) => {
  t.equal(parsePrompt("close-up of a fox").framing, "close");
  t.equal(parsePrompt("wide shot of a fox").framing, "wide");
  t.equal(parsePrompt("a fox").framing, null);
});

t.test("every word counts for the hash, its spelling does not", async (t) => {
  const hash = (prompt: string, negative = ""): number => parsePrompt(prompt, negative).hash;
  t.equal(hash("Quiet  Mountains!"), hash("quiet mountain"));
  t.not(hash("blorbish mountains"), hash("zarniwoop mountains"));
  t.equal(hash("mountains", "people"), hash("mountains"), "what is ruled out leaves the rest where it was");
});

t.test("any text can be read", async (t) => {
  for (const prompt of [
    "",
    "   ",
    "<svg onload=x>",
    "🦊🦊🦊",
    "ñandú Ωmega 雪山",
    "no",
    "not, without",
    "\u0000",
    "a ".repeat(1000),
  ]) {
    t.ok(Number.isInteger(parsePrompt(prompt, prompt).hash), JSON.stringify(prompt).slice(0, 30));
  }
});
