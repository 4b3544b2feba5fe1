import type { DigitalSourceType } from "../infra/pictures/digital-source-type.ts";
import { renderUnfinished } from "../infra/pictures/render-unfinished.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { unfinishedKey, unfinishedVariant } from "./unfinished-file.ts";

/** Shortest time between two stored previews, in milliseconds. */
const interval = 1_000;

/** More than one attempt ever keeps: it ends after ten minutes. */
const mostOfAttempt = 1_000;

/** Where previews go, and who hears of them. */
export interface PreviewKeeperOptions {
  readonly storage: ObjectStorage;
  readonly imageId: string;
  /** Of the attempt: two of them never write the same file. */
  readonly fence: number;
  readonly provenance: DigitalSourceType;
  /** Hears of each that is stored. */
  readonly show: (number: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Keeps the newest unfinished picture of one attempt. */
export interface PreviewKeeper {
  /** Takes a stranger's bytes: the newest counts, at most one a second. */
  take(bytes: Buffer): void;
  /** Waits for what is being stored; what is taken after that is not kept. */
  end(): Promise<void>;
  /** The newest number; null where nothing was stored. */
  newest(): number | null;
  /** Removes what is left of its files. */
  remove(): Promise<void>;
}

/** Makes one. A preview is worth less than the picture: whatever fails is handed to `onError`, and everything goes on. */
export function createPreviewKeeper(options: PreviewKeeperOptions): PreviewKeeper {
  const { storage, imageId, fence, provenance, show, onError } = options;
  const kept: number[] = [];
  let count = 0;
  let waiting: Buffer | null = null;
  let timer: NodeJS.Timeout | null = null;
  let busy = false;
  let lastBegin = Number.NEGATIVE_INFINITY;
  let working: Promise<void> = Promise.resolve();
  let ended = false;

  const keep = async (bytes: Buffer) => {
    const small = await renderUnfinished(bytes, provenance);
    if (small === null || count + 1 >= mostOfAttempt) return;
    count += 1;
    const number = fence * mostOfAttempt + count;
    kept.push(number);
    await storage.put(unfinishedKey(imageId, unfinishedVariant(number)), small, { contentType: "image/webp" });
    show(number);
    // The one before may be on its way to somebody still.
    const [old] = kept.length > 2 ? kept.splice(0, 1) : [];
    if (old !== undefined) await storage.delete(unfinishedKey(imageId, unfinishedVariant(old)));
  };
  const arm = () => {
    if (ended || busy || timer !== null || waiting === null) return;
    timer = setTimeout(begin, Math.max(0, lastBegin + interval - performance.now()));
  };
  const begin = () => {
    timer = null;
    if (waiting === null) return;
    busy = true;
    lastBegin = performance.now();
    const bytes = waiting;
    waiting = null;
    working = keep(bytes)
      .catch(onError)
      .then(() => {
        busy = false;
        arm();
      });
  };

  return {
    take: (bytes) => {
      waiting = bytes;
      arm();
    },
    end: async () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
    newest: () => kept.at(-1) ?? null,
    remove: async () => {
      for (const number of kept.splice(0)) await storage.delete(unfinishedKey(imageId, unfinishedVariant(number)));
    },
  };
}
