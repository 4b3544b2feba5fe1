import t from "tap";
import { createDrawing } from "../../../src/image-providers/sketch/drawing.ts";
import { type PicturePlan, planPicture } from "../../../src/image-providers/sketch/plan-picture.ts";
import { scenes } from "../../../src/image-providers/sketch/scenes/registry.ts";
import { subjects } from "../../../src/image-providers/sketch/subjects/registry.ts";

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

t.test("every scene is found by each of its words", async (t) => {
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
