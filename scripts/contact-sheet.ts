/**
 * Draws the README's contact sheet of the built-in provider: 24 prompts, each picture with its prompt below it.
 * Run with: node scripts/run.ts contact-sheet [file]
 */
import path from "node:path";
import { type RenderedImage, renderAsync } from "@resvg/resvg-js";
import sharp, { type OverlayOptions } from "sharp";
import { sketch } from "../src/image-providers/sketch/provider.ts";
import type { OutboundHttp } from "../src/infra/outbound-http.ts";
import { createProgress } from "./progress.mjs";
import { root } from "./run-tool.ts";

const seed = 7;
const columns = 4;
/** Pixels of the sheet: a picture's side, the space around it, the height of its caption. */
const side = 288;
const space = 14;
const captionHeight = 44;
const background = "#f6f3ec";

const prompts = [
  "a lighthouse by the sea at sunset",
  "portrait of a fox",
  "five penguins on the beach",
  "a cat by the fireplace in a cosy living room",
  "a sailing boat on a calm lake at sunrise, watercolour",
  "a coral reef with tropical fish and an octopus",
  "a village in the snow at dusk",
  "a castle on a hill, oil painting",
  "a rocket and a ringed planet, pixel art",
  "still life with a teapot, pears and grapes",
  "hot air balloons above mountains, comic",
  "aurora above snowy mountains, a cabin",
  "a dinosaur in the forest at sunrise, low poly",
  "three foxes in a misty forest at dawn",
  "a cat in front of the city at night, neon",
  "a phoenix above a volcano at dusk",
  "a windmill in a meadow, pencil sketch",
  "cherry blossom trees in spring, a torii",
  "a blue dragon under two moons",
  "a ship on the sea at sunset, stained glass",
  "a rainy night in a library, a dog",
  "a rainbow over green hills with sheep",
  "an elephant in the savanna at golden hour, photo",
  "joy in orange and teal",
] as const;

const closedNetwork = {
  request: () => {
    throw new Error("The sketch provider must not use the network.");
  },
  close: () => Promise.resolve(),
} satisfies OutboundHttp;

/** Writes `docs/sketch.png`, or the file that is named. */
export async function drawContactSheet([file = "docs/sketch.png"]: readonly string[]): Promise<number> {
  const progress = createProgress();
  const tiles: OverlayOptions[] = [];
  await progress.step("Drawing 24 pictures", async () => {
    for (const [index, prompt] of prompts.entries()) {
      const left = space + (index % columns) * (side + space);
      const top = space + Math.floor(index / columns) * (side + captionHeight + space);
      const captioned = await caption(prompt);
      const raw = { width: captioned.width, height: captioned.height, channels: 4, premultiplied: true } as const;
      tiles.push({ input: await draw(prompt), left, top }, { input: captioned.pixels, raw, left, top: top + side });
    }
  });
  const rows = Math.ceil(prompts.length / columns);
  const width = space + columns * (side + space);
  const height = space + rows * (side + captionHeight + space);
  await progress.step(`Writing ${file}`, () =>
    sharp({ create: { width, height, channels: 3, background } })
      .composite(tiles)
      .png({ palette: true, colours: 256, dither: 0.6, effort: 10 })
      .toFile(path.resolve(root, file)),
  );
  return 0;
}

async function draw(prompt: string): Promise<Buffer> {
  const outcome = await sketch.generate(
    { prompt, negativePrompt: "", model: "sketch-1", width: 1024, height: 1024, seed },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onRemoteId: async () => {},
      http: closedNetwork,
    },
  );
  if (!outcome.ok) throw new Error(`${prompt}: ${outcome.message}`);
  return sharp(outcome.bytes).resize(side, side).png().toBuffer();
}

/** The prompt in up to two lines, in a font of this machine. */
async function caption(prompt: string): Promise<RenderedImage> {
  const lines = prompt.split(" ").reduce<string[]>((sofar, word) => {
    const last = sofar.at(-1);
    return last !== undefined && last.length + word.length < 40
      ? [...sofar.slice(0, -1), `${last} ${word}`]
      : [...sofar, word];
  }, []);
  const text = lines.map((line, index) => `<text x="2" y="${17 + index * 17}">${line}</text>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${captionHeight}" font-size="13.5" fill="#3b362e">${text}</svg>`;
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    logLevel: "off",
  });
  if (image.pixels.every((value) => value === 0)) throw new Error("This machine has no font to write captions with.");
  return image;
}
