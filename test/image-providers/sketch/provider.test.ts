import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import sharp from "sharp";
import t from "tap";
import type { GenerationProgress } from "../../../src/image-providers/provider.ts";
import { planPicture } from "../../../src/image-providers/sketch/plan-picture.ts";
import { sketch } from "../../../src/image-providers/sketch/provider.ts";
import { scenes } from "../../../src/image-providers/sketch/scenes/registry.ts";
import { distance, drawSketch, generateSketch, lightness, meanColour } from "../../support/sketches.ts";

t.test("the same request gives the same bytes, another seed another picture", async (t) => {
  const prompt = "a lighthouse by the sea at sunset";
  const [first, again, other] = [
    await drawSketch(prompt),
    await drawSketch(prompt),
    await drawSketch(prompt, { seed: 2 }),
  ];
  t.ok(first.equals(again));
  t.ok((await distance(first, other)) > 3, "visibly another layout");
});

t.test("another process draws the same bytes", async (t) => {
  const support = new URL("../../support/sketches.ts", import.meta.url).href;
  const program = `
    import { createHash } from "node:crypto";
    const { drawSketch } = await import(${JSON.stringify(support)});
    for (const prompt of JSON.parse(process.argv[1])) {
      console.log(createHash("sha256").update(await drawSketch(prompt)).digest("hex"));
    }`;
  const prompts = ["portrait of a fox, oil painting", "two boats on a lake in the rain", "a dragon, pixel art", "joy"];
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    program,
    JSON.stringify(prompts),
  ]);
  const here = await Promise.all(prompts.map((prompt) => drawSketch(prompt)));
  t.same(
    stdout.trim().split("\n"),
    here.map((png) => createHash("sha256").update(png).digest("hex")),
  );
});

t.test("another seed is visibly another picture of the same thing, in every scene", async (t) => {
  for (const scene of scenes) {
    const prompt = `two foxes, ${scene.words[0]}`;
    const [first, second] = await Promise.all([1, 2].map((seed) => drawSketch(prompt, { seed })));
    t.ok((await distance(first ?? Buffer.alloc(0), second ?? Buffer.alloc(0))) > 3, scene.name);
  }
});

t.test("different prompts give clearly different pictures", async (t) => {
  const prompts = [
    "mountains at dawn",
    "a calm sea at noon",
    "city at night",
    "desert at dusk",
    "misty forest",
    "outer space",
    "quarterly synergy",
  ];
  const pictures = await Promise.all(prompts.map((prompt) => drawSketch(prompt)));
  for (const [i, first] of pictures.entries()) {
    for (const [j, second] of pictures.entries()) {
      if (i < j) {
        t.ok((await distance(first, second)) > 8, `${prompts[i]} / ${prompts[j]}`);
      }
    }
  }
});

t.test("unknown words change the picture too", async (t) => {
  const [first, second] = [await drawSketch("blorbish mountains"), await drawSketch("zarniwoop mountains")];
  t.ok((await distance(first, second)) > 3);
});

t.test("night is darker than noon, everywhere", async (t) => {
  for (const scene of ["mountains", "sea", "forest", "city", "desert", "meadow"]) {
    const [night, noon] = [await drawSketch(`${scene} at night`), await drawSketch(`${scene} at noon`)];
    t.ok((await lightness(night)) + 40 < (await lightness(noon)), scene);
  }
});

t.test("colour words move the colours", async (t) => {
  const [r1, g1, b1] = await meanColour(await drawSketch("the sea in shades of red"));
  const [r2, g2, b2] = await meanColour(await drawSketch("the sea in shades of green"));
  const [r3, g3, b3] = await meanColour(await drawSketch("the sea in shades of blue"));
  t.ok(r1 > g1 && r1 > b1, "red");
  t.ok(g2 > r2 && g2 > b2, "green");
  t.ok(b3 > r3 && b3 > g3, "blue");
});

t.test("a negation changes only what it rules out", async (t) => {
  const prompt = "meadow at noon with a lighthouse";
  const [whole, without, elsewhere] = [
    await drawSketch(prompt),
    await drawSketch(prompt, { negativePrompt: "lighthouse" }),
    await drawSketch(prompt, { negativePrompt: "spaceships, blurry" }),
  ];
  t.notOk(whole.equals(without));
  t.ok((await distance(whole, without)) < 8, "the rest of the picture stays");
  t.ok(whole.equals(elsewhere));
});

t.test("every size comes out exactly, opaque and painted to the edges", async (t) => {
  const sizes = [
    [256, 256],
    [2048, 256],
    [256, 2048],
    [1000, 504],
    [520, 1024],
  ] as const;
  for (const [width, height] of sizes) {
    for (const prompt of [
      "two boats on a mountain lake in the fog",
      "city at dusk",
      "abstract",
      "portrait of a cat",
      "a dog in a cosy room",
      "a table in a village",
      "turtles above a coral reef",
    ]) {
      const png = await drawSketch(prompt, { width, height });
      const metadata = await sharp(png).metadata();
      t.match(metadata, { format: "png", width, height, hasAlpha: false }, `${prompt} ${width}×${height}`);
      const edges = {
        left: { left: 0, top: 0, width: 1, height },
        right: { left: width - 1, top: 0, width: 1, height },
      };
      for (const [name, edge] of Object.entries(edges)) {
        const { channels } = await sharp(await sharp(png).extract(edge).toBuffer()).stats();
        t.ok(
          channels.some((channel) => channel.max > 12),
          `${prompt} ${width}×${height}: the ${name} edge is not empty`,
        );
      }
    }
  }
});

t.test("progress rises from above 0 to 1 and tells what is being done", async (t) => {
  const seen: GenerationProgress[] = [];
  await generateSketch("a boat on a lake", {}, { onProgress: (progress) => seen.push(progress) });
  const fractions = seen.map((progress) => progress.fraction ?? Number.NaN);
  t.ok((fractions[0] ?? 0) > 0);
  t.equal(fractions.at(-1), 1);
  t.same(
    fractions,
    fractions.toSorted((a, b) => a - b),
    "never falling",
  );
  t.equal(new Set(fractions).size, fractions.length, "each step is further on");
  const { layers } = planPicture({ prompt: "a boat on a lake", negativePrompt: "", seed: 1, width: 256, height: 256 });
  t.same(
    seen.map((progress) => progress.phase),
    ["Reading the prompt", "Mixing the palette", ...layers.map((layer) => layer.phase), "Writing the file", "Finished"],
    "one step for each layer",
  );
  t.ok(seen.every((progress) => /^[A-Z][a-z ]+$/.test(progress.phase)));
  t.equal(seen[0]?.phase, "Reading the prompt");
});

t.test("a large picture is shown twice while it is drawn, a small one not at all", async (t) => {
  const previews = async (side: number) => {
    const seen: Buffer[] = [];
    const onProgress = ({ preview }: GenerationProgress) => void (preview && seen.push(preview));
    await generateSketch("a boat on a lake", { width: side * 2, height: side }, { onProgress });
    return seen;
  };
  t.same(await previews(256), []);
  const [first, second, ...more] = await previews(512);
  if (first === undefined || second === undefined) return void t.fail("two previews");
  t.same(more, []);
  for (const preview of [first, second]) t.match(await sharp(preview).metadata(), { width: 256, height: 128 });
  const whole = await drawSketch("a boat on a lake", { width: 1024, height: 512 });
  t.ok((await distance(second, whole)) < (await distance(first, whole)), "it gets nearer to the picture");
});

t.test("an aborted call answers cancelled and paints no further", async (t) => {
  t.match(await generateSketch("sea", {}, { signal: AbortSignal.abort() }), { ok: false, failure: "cancelled" });
  const controller = new AbortController();
  const phases: string[] = [];
  const outcome = await generateSketch(
    "sea",
    {},
    {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        phases.push(phase);
        if (phase === "Painting the sky") {
          controller.abort();
        }
      },
    },
  );
  t.match(outcome, { ok: false, failure: "cancelled" });
  t.equal(phases.at(-1), "Painting the sky");
});

t.test("it draws while every image loader is blocked, as where untrusted files are read", async (t) => {
  sharp.block({ operation: ["VipsForeignLoad"] });
  t.teardown(() => sharp.unblock({ operation: ["VipsForeignLoad"] }));
  t.ok((await generateSketch("a cat in the city")).ok);
});

t.test("it describes itself honestly", async (t) => {
  t.equal(sketch.digitalSourceType, "algorithmicMedia");
  t.notMatch(sketch.label, /\bAI\b/);
  const [{ sizes, price }] = sketch.capabilities.models;
  t.ok(sizes.width.max * sizes.height.max <= sizes.maxPixels);
  t.equal(price.amount, 0);
});
