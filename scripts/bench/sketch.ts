/**
 * Measures what the built-in provider costs: CPU time per picture, also in multiples of a yardstick taken in the same run,
 * so that figures of different machines and loads can be compared. Run with: node scripts/run.ts bench:sketch [side] [rounds]
 */
import { renderAsync } from "@resvg/resvg-js";
import sharp from "sharp";
import { sketch } from "../../src/image-providers/sketch/provider.ts";
import { scenes } from "../../src/image-providers/sketch/scenes/registry.ts";
import { styles } from "../../src/image-providers/sketch/styles/registry.ts";
import type { OutboundHttp } from "../../src/infra/outbound-http.ts";

const closedNetwork = {
  request: () => {
    throw new Error("The sketch provider must not use the network.");
  },
  close: () => Promise.resolve(),
} satisfies OutboundHttp;

/** Milliseconds of all threads, and of the clock on the wall. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Prints a line for each scene and each style, and the median and the worst of all. */
export async function benchSketch([side = "1024", rounds = "3"]: readonly string[]): Promise<number> {
  const size = Number(side);
  const times = Number(rounds);
  if (!(Number.isInteger(size) && size >= 256 && size <= 2048 && Number.isInteger(times) && times >= 1)) {
    process.stderr.write("Usage: bench:sketch [side, 256 to 2048] [rounds, 1 or more]\n");
    return 2;
  }
  await draw("warming up", 256, 1);
  const yardstick = await median(times, () => plainPicture(size));
  process.stdout.write(
    `Yardstick: one gradient drawn by resvg and written by sharp, ${size}²: ${ms(yardstick.cpu)} CPU\n`,
  );
  const prompts = [
    ...scenes.map(({ words }) => `${words[0]} with three foxes`),
    ...styles.map(({ words }) => `a boat on a lake, ${words[0]}`),
  ];
  const costs: Cost[] = [];
  for (const prompt of prompts) {
    const cost = await median(times, (round) => draw(prompt, size, round));
    costs.push(cost);
    process.stdout.write(`${ms(cost.cpu)} CPU ${ms(cost.wall)} wall ${factor(cost, yardstick)}  ${prompt}\n`);
  }
  const ranked = costs.toSorted((first, second) => first.cpu - second.cpu);
  const [middle, worst] = [ranked[Math.floor(ranked.length / 2)], ranked.at(-1)];
  if (middle !== undefined && worst !== undefined) {
    process.stdout.write(
      `Median ${ms(middle.cpu)} CPU, ${factor(middle, yardstick)}; worst ${ms(worst.cpu)} CPU, ${factor(worst, yardstick)}\n`,
    );
  }
  return 0;
}

async function draw(prompt: string, size: number, seed: number): Promise<void> {
  const outcome = await sketch.generate(
    { prompt, negativePrompt: "", model: "sketch-1", width: size, height: size, seed },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onRemoteId: async () => {},
      http: closedNetwork,
    },
  );
  if (!outcome.ok) throw new Error(`${prompt}: ${outcome.message}`);
}

/** What any picture of that size costs at least: one full render and one PNG. */
async function plainPicture(size: number): Promise<void> {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><defs><radialGradient id="g">` +
    '<stop offset="0" stop-color="#fc8"/><stop offset="1" stop-color="#246"/></radialGradient></defs>' +
    '<rect width="100%" height="100%" fill="url(#g)"/></svg>';
  const { pixels } = await renderAsync(svg, { font: { loadSystemFonts: false }, logLevel: "off" });
  await sharp(pixels, { raw: { width: size, height: size, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer();
}

async function median(rounds: number, work: (round: number) => Promise<void>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 1; round <= rounds; round++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    await work(round);
    const used = process.cpuUsage(cpu);
    costs.push({ cpu: (used.user + used.system) / 1000, wall: performance.now() - wall });
  }
  const ranked = costs.toSorted((first, second) => first.cpu - second.cpu);
  return ranked[Math.floor(ranked.length / 2)] ?? { cpu: 0, wall: 0 };
}

function ms(value: number): string {
  return `${value.toFixed(0).padStart(5)} ms`;
}

function factor(cost: Cost, yardstick: Cost): string {
  return `${(cost.cpu / yardstick.cpu).toFixed(1).padStart(5)}×`;
}
