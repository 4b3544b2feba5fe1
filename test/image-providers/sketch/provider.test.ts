import sharp from "sharp";
import t from "tap";
import type {
  GenerationOutcome,
  GenerationProgress,
  GenerationRequest,
} from "../../../src/image-providers/provider.ts";
import { sketch } from "../../../src/image-providers/sketch/provider.ts";
import type { OutboundHttp } from "../../../src/infra/outbound-http.ts";

const closedNetwork = {
  request: () => {
    throw new Error("The sketch provider must not use the network.");
  },
  close: () => Promise.resolve(),
} satisfies OutboundHttp;

function generate(
  prompt: string,
  change: Partial<GenerationRequest> = {},
  watch: { signal?: AbortSignal; onProgress?: (progress: GenerationProgress) => void } = {},
): Promise<GenerationOutcome> {
  return sketch.generate(
    { prompt, negativePrompt: "", model: "sketch-1", width: 256, height: 256, seed: 1, ...change },
    {
      ...{ signal: new AbortController().signal, http: closedNetwork },
      ...{ onProgress: () => undefined, onRemoteId: () => Promise.resolve(), ...watch },
    },
  );
}

async function draw(prompt: string, change: Partial<GenerationRequest> = {}): Promise<Buffer> {
  const outcome = await generate(prompt, change);
  if (!outcome.ok) {
    throw new Error(`${prompt}: ${outcome.failure}`);
  }
  return outcome.bytes;
}

/** Mean red, green and blue, 0–255. */
async function meanColour(png: Buffer): Promise<[number, number, number]> {
  const { channels } = await sharp(png).stats();
  const [red, green, blue] = channels;
  return [red?.mean ?? 0, green?.mean ?? 0, blue?.mean ?? 0];
}

const lightness = async (png: Buffer): Promise<number> =>
  (await meanColour(png)).reduce((sum, value) => sum + value) / 3;

/** Mean distance of grey values, 0–255, of two pictures seen small. */
async function distance(first: Buffer, second: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [first, second].map((png) => sharp(png).resize(16, 16).greyscale().raw().toBuffer()),
  );
  return [...(a ?? [])].reduce((sum, value, index) => sum + Math.abs(value - (b?.[index] ?? 0)), 0) / 256;
}

t.test("the same request gives the same bytes, another seed another picture", async (t) => {
  const prompt = "a lighthouse by the sea at sunset";
  const [first, again, other] = [await draw(prompt), await draw(prompt), await draw(prompt, { seed: 2 })];
  t.ok(first.equals(again));
  t.ok((await distance(first, other)) > 3, "visibly another layout");
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
  const pictures = await Promise.all(prompts.map((prompt) => draw(prompt)));
  for (const [i, first] of pictures.entries()) {
    for (const [j, second] of pictures.entries()) {
      if (i < j) {
        t.ok((await distance(first, second)) > 8, `${prompts[i]} / ${prompts[j]}`);
      }
    }
  }
});

t.test("unknown words change the picture too", async (t) => {
  const [first, second] = [await draw("blorbish mountains"), await draw("zarniwoop mountains")];
  t.ok((await distance(first, second)) > 3);
});

t.test("night is darker than noon, everywhere", async (t) => {
  for (const scene of ["mountains", "sea", "forest", "city", "desert", "meadow"]) {
    const [night, noon] = [await draw(`${scene} at night`), await draw(`${scene} at noon`)];
    t.ok((await lightness(night)) + 40 < (await lightness(noon)), scene);
  }
});

t.test("colour words move the colours", async (t) => {
  const [r1, g1, b1] = await meanColour(await draw("the sea in shades of red"));
  const [r2, g2, b2] = await meanColour(await draw("the sea in shades of green"));
  const [r3, g3, b3] = await meanColour(await draw("the sea in shades of blue"));
  t.ok(r1 > g1 && r1 > b1, "red");
  t.ok(g2 > r2 && g2 > b2, "green");
  t.ok(b3 > r3 && b3 > g3, "blue");
});

t.test("a negation changes only what it rules out", async (t) => {
  const prompt = "meadow at noon with a lighthouse";
  const [whole, without, elsewhere] = [
    await draw(prompt),
    await draw(prompt, { negativePrompt: "lighthouse" }),
    await draw(prompt, { negativePrompt: "spaceships, blurry" }),
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
    for (const prompt of ["two boats on a mountain lake in the fog", "city at dusk", "abstract"]) {
      const png = await draw(prompt, { width, height });
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
  await generate("a boat on a lake", {}, { onProgress: (progress) => seen.push(progress) });
  const fractions = seen.map((progress) => progress.fraction);
  t.ok((fractions[0] ?? 0) > 0);
  t.equal(fractions.at(-1), 1);
  t.same(
    fractions,
    fractions.toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    "never falling",
  );
  t.ok(fractions.length >= 8);
  t.ok(seen.every((progress) => /^[A-Z][a-z ]+$/.test(progress.phase)));
  t.equal(seen[0]?.phase, "Reading the prompt");
});

t.test("an aborted call answers cancelled and paints no further", async (t) => {
  t.match(await generate("sea", {}, { signal: AbortSignal.abort() }), { ok: false, failure: "cancelled" });
  const controller = new AbortController();
  const phases: string[] = [];
  const outcome = await generate(
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
  t.ok((await generate("a cat in the city")).ok);
});

t.test("it describes itself honestly", async (t) => {
  t.equal(sketch.digitalSourceType, "algorithmicMedia");
  t.notMatch(sketch.label, /\bAI\b/);
  const [{ sizes, price }] = sketch.capabilities.models;
  t.ok(sizes.width.max * sizes.height.max <= sizes.maxPixels);
  t.equal(price.amount, 0);
});
