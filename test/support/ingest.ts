/** Pictures and an empty storage for tests of ingesting. */
import { buffer } from "node:stream/consumers";
import type { Test } from "tap";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";
import { type IngestRequest, ingestImage } from "../../src/infra/pictures/ingest-image.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { objectKey } from "../../src/infra/storage.ts";

/** The colour of every `canvas`. */
export const orange = { r: 240, g: 120, b: 16 };
export const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: orange } });

/** An empty storage and ways to ingest into it; `accept` also reads back what was stored. */
export async function setUp(t: Test) {
  const storage = await createDiskStorage({ folder: t.testdir() });
  const keys = async () => {
    const found: string[] = [];
    for await (const { key } of storage.list("")) found.push(key);
    return found.toSorted();
  };
  return {
    storage,
    keys,
    ingest: (bytes: Buffer, options: Partial<IngestRequest> = {}) =>
      ingestImage({ storage }, { bytes, maxBytes: 10_000_000, provenance: null, ...options }),
    async accept(bytes: Buffer, options: Partial<IngestRequest> = {}) {
      const outcome = await ingestImage({ storage }, { bytes, maxBytes: 10_000_000, provenance: null, ...options });
      if (!outcome.ok) throw new Error(outcome.message);
      const read = async (variant: "original" | "preview" | "thumb") => {
        const opened = await storage.open(objectKey(outcome.image.sha256, variant, outcome.image.extension));
        if (!opened) throw new Error(`no ${variant}`);
        return buffer(opened.stream);
      };
      return {
        image: outcome.image,
        original: await read("original"),
        preview: await read("preview"),
        thumb: await read("thumb"),
      };
    },
  };
}
