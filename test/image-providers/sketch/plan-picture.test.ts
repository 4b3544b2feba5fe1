import fc from "fast-check";
import t from "tap";
import { createDrawing } from "../../../src/image-providers/sketch/drawing.ts";
import { parsePrompt } from "../../../src/image-providers/sketch/parse-prompt.ts";
import { type PicturePlan, planPicture } from "../../../src/image-providers/sketch/plan-picture.ts";
import { scenes } from "../../../src/image-providers/sketch/scenes/registry.ts";
import { subjects } from "../../../src/image-providers/sketch/subjects/registry.ts";
import { vocabulary } from "../../../src/image-providers/sketch/vocabulary.ts";

const plan = (
  prompt: string,
  change: { negativePrompt?: string; seed?: number; width?: number; height?: number } = {},
): PicturePlan => planPicture({ prompt, negativePrompt: "", seed: 1, width: 512, height: 512, ...change });

const placed = (prompt: string, change = {}): string[] =>
  plan(prompt, change).placements.map(({ subject }) => subject.name);

const markup = ({ layers, stage }: PicturePlan): string =>
  layers
    .map((layer) => {
      const drawing = createDrawing();
      if ("paint" in layer) {
        layer.paint(drawing, stage);
      }
      return drawing.toSvg(stage.width, stage.height, stage.width, stage.height);
    })
    .join("\n");

t.test("as many figures are placed as the prompt counts", async (t) => {
  t.same(placed("a fox"), ["fox"]);
  t.same(placed("three foxes"), ["fox", "fox", "fox"]);
  t.same(placed("two birds over a lighthouse").toSorted(), ["bird", "bird", "lighthouse"]);
  const some = placed("horses").length;
  t.ok(some >= 3 && some <= 5, "a bare plural is a few");
});

t.test("a row, a table, a reef and a frame hold as many as they are asked to", async (t) => {
  for (const place of ["meadow", "table", "coral reef", "portrait", "living room", "sea"]) {
    for (const count of [1, 2, 7, 24]) {
      const { placements, stage } = plan(`${count} dragons, ${place}`);
      t.equal(placements.length, count, `${count} in ${place}`);
      t.ok(
        placements.every(({ x, y, height }) => x > 0 && x < stage.width && y > 0 && y <= stage.height && height > 1),
        `all of ${count} are inside ${place}`,
      );
    }
  }
});

t.test("a close-up shows its subject larger, a wide shot smaller", async (t) => {
  const height = (prompt: string): number => plan(prompt).placements[0]?.height ?? 0;
  t.ok(height("close-up of a snail in a meadow") > height("a snail in a meadow") * 1.3);
  t.ok(height("wide shot of a snail in a meadow") < height("a snail in a meadow") * 0.8);
});

t.test("a portrait shows the face that the word calls for", async (t) => {
  const face = (prompt: string): string | null | undefined => plan(prompt).placements[0]?.face;
  t.equal(face("portrait of a panda"), "panda");
  t.equal(face("portrait of a wizard"), "man-mage");
  t.equal(face("portrait of a lighthouse"), null, "what has no face is shown whole");
  t.equal(face("a panda in a meadow"), null);
});

t.test("scenes that need somebody find somebody, and never whom the prompt rules out", async (t) => {
  for (let seed = 0; seed < 40; seed++) {
    t.equal(placed("portrait", { seed, negativePrompt: "fox, cat" }).filter((name) => /fox|cat/.test(name)).length, 0);
    const table = placed("still life, no pears", { seed });
    t.ok(table.length >= 3);
    t.notOk(table.includes("pear"));
  }
});

t.test("what is ruled out is not placed", async (t) => {
  t.same(placed("a fox and a bird, no birds"), ["fox"]);
  t.same(placed("a vixen and a gull, no seagulls"), ["fox"], "another word for the same drawing");
  t.same(placed("a fox and a bird", { negativePrompt: "bird" }), ["fox"]);
});

t.test("every subject finds its words, a scene that suits it, and room in every format", async (t) => {
  for (const subject of subjects) {
    for (const [width, height] of [
      [512, 512],
      [2048, 256],
      [256, 2048],
    ] as const) {
      const picture = plan(`two ${subject.words[0]}`, { width, height });
      t.equal(picture.scene, subject.home);
      t.same(
        picture.placements.map((placement) => placement.subject.name),
        [subject.name, subject.name],
      );
      for (const { x, y } of picture.placements) {
        t.ok(x > 0 && x < width && y > 0 && y < height, `${subject.name} stands inside ${width}×${height}`);
      }
    }
  }
});

t.test("what scenes draw by themselves can be ruled out too", async (t) => {
  const less = (scene: string, thing: string): boolean =>
    markup(plan(scene, { negativePrompt: thing })).length < markup(plan(scene)).length;
  t.ok(less("forest", "trees"));
  t.ok(less("meadow", "trees"));
  t.ok(less("village", "trees"));
  t.ok(less("meadow at noon", "flowers"));
  t.ok(less("coral reef", "fish"));
  t.ok(less("outer space", "planet"));
  t.ok(less("city at night", "stars"));
  t.ok(less("the sea at noon", "clouds"));
  t.equal(plan("mountains at sunset without a sun").stage.light.count, 0);
  t.ok(plan("mountains at sunset").stage.light.count > 0);
});

t.test("fish that are said to be in the sea are below its surface", async (t) => {
  t.equal(plan("a shark in the ocean").scene, "underwater");
  t.equal(plan("a whale in the ocean").scene, "sea");
});

t.test("no weather falls into a room", async (t) => {
  const phases = (prompt: string): string =>
    plan(prompt)
      .layers.map(({ phase }) => phase)
      .join();
  t.match(phases("meadow in the rain"), /rain/);
  t.notMatch(phases("living room in the rain"), /rain/);
});

t.test("any prompt of known words can be laid out, with every figure it counts", async () => {
  const words = fc.constantFrom(...vocabulary.keys(), "and", "with", ",", "in", "no");
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 12 }), fc.integer({ min: 0 }), async (prompt, seed) => {
      const { placements, layers } = plan(prompt.join(" "), { seed });
      const asked = parsePrompt(prompt.join(" ")).subjects.reduce((sum, { count }) => sum + (count ?? 3), 0);
      return layers.length > 0 && placements.length >= asked;
    }),
    { numRuns: 300 },
  );
});

t.test("every scene is found by each of its words", async (t) => {
  t.ok(scenes.length >= 10);
  for (const scene of scenes) {
    for (const word of scene.words) {
      t.equal(plan(word).scene, scene.name, word);
    }
  }
});

t.test("a prompt that names nothing drawable becomes an abstract picture", async (t) => {
  t.equal(plan("quarterly synergy").scene, "abstract");
  t.equal(plan("").scene, "abstract");
  t.not(plan("sunset").scene, "abstract", "a time of day calls for a place");
});

t.test("the seed moves figures and hills; the prompt's own choices stay", async (t) => {
  const [first, second] = [plan("a fox in a forest at dawn"), plan("a fox in a forest at dawn", { seed: 2 })];
  t.match(second, { scene: first.scene, time: first.time });
  t.not(first.placements[0]?.x, second.placements[0]?.x);
  t.not(first.stage.horizon, second.stage.horizon);
});

t.test("no text of the user reaches the drawing", async (t) => {
  const drawn = markup(plan('a fox "/><image href="file:///etc/passwd"/> zanzibarian <text>hello</text>'));
  t.notMatch(drawn, /passwd|zanzibarian|hello|<image|<text|href/);
});

t.test("numbers in the drawing are numbers, in every scene, light and weather", async (t) => {
  const weathers = ["clear", "cloudy", "rain", "snow", "fog", "storm"];
  const times = ["dawn", "noon", "golden hour", "sunset", "twilight", "night"];
  for (const scene of scenes) {
    for (const [index, weather] of weathers.entries()) {
      const picture = plan(`${scene.name} ${times[index]} ${weather} aurora, three boats, birds, a cabin`, {
        seed: index,
      });
      t.notMatch(markup(picture), /NaN|Infinity|undefined/, `${scene.name} ${weather}`);
    }
  }
});

t.test("what a prompt asks of the sky and the land is painted", async (t) => {
  const phases = (prompt: string): string =>
    plan(prompt)
      .layers.map(({ phase }) => phase)
      .join();
  t.match(phases("a rainbow over the hills"), /rainbow/);
  t.notMatch(phases("hills, no rainbow"), /rainbow/);
  t.match(phases("the sea in a storm"), /lightning/);
  t.match(phases("a volcano at dusk"), /volcano/);
  t.match(phases("aurora over a lake"), /northern lights/);
  t.notMatch(phases("the sea at noon"), /rainbow|lightning|northern lights/);
});
