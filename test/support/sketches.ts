/** Draws with the sketch provider as Atelier does, and compares what came out as an eye would from afar. */
import sharp from "sharp";
import type { GenerationOutcome, GenerationProgress, GenerationRequest } from "../../src/image-providers/provider.ts";
import { sketch } from "../../src/image-providers/sketch/provider.ts";
import type { OutboundHttp } from "../../src/infra/outbound-http.ts";

const closedNetwork = {
  request: () => {
    throw new Error("The sketch provider must not use the network.");
  },
  close: () => Promise.resolve(),
} satisfies OutboundHttp;

/** One call, small and with seed 1 unless the test says otherwise. */
export function generateSketch(
  prompt: string,
  change: Partial<GenerationRequest> = {},
  watch: { signal?: AbortSignal; onProgress?: (progress: GenerationProgress) => void } = {},
): Promise<GenerationOutcome> {
  return sketch.generate(
    { prompt, negativePrompt: "", model: "sketch-1", width: 256, height: 256, seed: 1, ...change },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onRemoteId: async () => {},
      http: closedNetwork,
      ...watch,
    },
  );
}

/** The PNG. */
export async function drawSketch(prompt: string, change: Partial<GenerationRequest> = {}): Promise<Buffer> {
  const outcome = await generateSketch(prompt, change);
  if (!outcome.ok) {
    throw new Error(`${prompt}: ${outcome.failure}`);
  }
  return outcome.bytes;
}

/** Mean red, green and blue, 0–255. */
export async function meanColour(png: Buffer): Promise<[number, number, number]> {
  const { channels } = await sharp(png).stats();
  const [red, green, blue] = channels;
  return [red?.mean ?? 0, green?.mean ?? 0, blue?.mean ?? 0];
}

/** Mean of all channels, 0–255. */
export async function lightness(png: Buffer): Promise<number> {
  return (await meanColour(png)).reduce((sum, value) => sum + value) / 3;
}

/** Mean distance of grey values, 0–255, of two pictures seen small. */
export async function distance(first: Buffer, second: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [first, second].map((png) => sharp(png).resize(16, 16).greyscale().raw().toBuffer()),
  );
  return [...(a ?? [])].reduce((sum, value, index) => sum + Math.abs(value - (b?.[index] ?? 0)), 0) / 256;
}
