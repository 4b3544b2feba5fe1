/** An image provider and a social network that do what a test tells them. */
import type { ImageModel } from "../../src/image-providers/capabilities.ts";
import type { GenerationContext, GenerationOutcome, ImageProvider } from "../../src/image-providers/provider.ts";
import { sharp } from "../../src/infra/sharp.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import type {
  CapabilityClass,
  PrepareOutcome,
  PublishOutcome,
  PublishRequest,
  ReconcileOutcome,
} from "../../src/platforms/publication.ts";

const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c04010" } })
  .png()
  .toBuffer();

/** A picture that passes. */
export const picture: GenerationOutcome = {
  ok: true,
  bytes: png,
  model: "easel-1",
  seed: 1,
  cost: { kind: "NONE" },
};

/** What a test may want otherwise. */
interface StandInOptions extends Pick<ImageProvider, "resume" | "cancel"> {
  readonly name?: string;
  /** Of a picture by `easel-1`, in USD; default: four cents. */
  readonly price?: number;
  readonly concurrency?: number;
}

/**
 * A provider called `easel`; `generate` answers each call. Pictures from 16 to 256 pixels, in steps of 8. One with `resume` has
 * remote jobs.
 */
export function standInProvider(
  generate: (context: GenerationContext) => Promise<GenerationOutcome> = () => Promise.resolve(picture),
  { name = "easel", price = 0.04, concurrency = 2, ...jobs }: StandInOptions = {},
): ReadonlyMap<string, ImageProvider> {
  const side = { min: 16, max: 256, step: 8 };
  const easel1: ImageModel = {
    id: "easel-1",
    label: "Easel One",
    sizes: {
      ...{ kind: "RANGE", width: side, height: side, maxPixels: 128 * 256 },
      defaultSize: { width: 64, height: 64 },
    },
    ...{ maxPromptLength: 100, seed: true, negativePrompt: true, inputImage: null, options: [] },
    price: { amount: price, currency: "USD", per: "PICTURE" },
  };
  const easel: ImageProvider = {
    name,
    label: "Easel",
    digitalSourceType: "trainedAlgorithmicMedia",
    capabilities: {
      models: [easel1, { ...easel1, id: "easel-2", label: "Easel Two", price: null }],
      ...{ maxCount: 10, concurrency, progress: "MEASURED", preview: false, cancel: true },
    },
    generate: (_request, context) => generate(context),
    ...jobs,
  };
  return new Map([[easel.name, easel]]);
}

/** A social network in the showcase's place: it keeps what it was sent, and answers what it is told. */
export interface StandInPlatform {
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Everything that arrived, in order; the judge of what went out. */
  readonly arrived: PublishRequest[];
  lookUps: number;
  prepare: (request: PublishRequest, signal: AbortSignal) => Promise<PrepareOutcome>;
  publish: (request: PublishRequest, signal: AbortSignal) => Promise<PublishOutcome>;
  reconcile: (request: PublishRequest) => Promise<ReconcileOutcome>;
}

/** Opens one. Until told otherwise it publishes everything, and finds what arrived; it reads nothing back unless given `reads`. */
export function standInPlatform(
  capability: CapabilityClass = "keyed",
  settleWindow = 0,
  reads: Pick<Platform, "verify" | "quota"> = {},
): StandInPlatform {
  const published = ({ key }: PublishRequest) => ({ externalId: key, permalink: `https://example.org/${key}` });
  const state: StandInPlatform = {
    arrived: [],
    lookUps: 0,
    prepare: () => Promise.resolve({ kind: "ready" }),
    publish: (request) => Promise.resolve({ kind: "published", ...published(request) }),
    reconcile: (request) => {
      const there = state.arrived.some(({ key }) => key === request.key);
      return Promise.resolve(
        there
          ? { kind: "present", ...published(request) }
          : { kind: "absent", certain: true, message: "It is not there." },
      );
    },
    platforms: new Map([
      [
        "showcase",
        {
          capabilityOf: () => capability,
          settleWindow,
          connect: ({ method, fields: { handle = "" } }) => {
            const account = { remoteId: handle, handle, name: handle, url: null, method, details: {} };
            const connectable = { account, credentials: {}, expiresAt: null, scopes: [] };
            return Promise.resolve({ kind: "connected", accounts: [connectable] });
          },
          check: ({ account }) => Promise.resolve({ kind: "alive", account, scopes: null }),
          prepare: (request, signal) => state.prepare(request, signal),
          ...reads,
          publish: (request, signal) => {
            state.arrived.push(request);
            return state.publish(request, signal);
          },
          reconcile: (request) => {
            state.lookUps += 1;
            return state.reconcile(request);
          },
        } satisfies Platform,
      ],
    ]),
  };
  return state;
}
