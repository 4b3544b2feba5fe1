/** A zip file as a stream: it holds one piece of one entry at a time, however large the whole becomes. */
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { configure, ZipWriter } from "@zip.js/zip.js";

// Its threads are for browsers' pages. NOTE Without them too it lets only so many archives go on at once as there are cores, and
// one that is read slowly holds up all others; how many there are is for the queue of jobs to say.
configure({ useWebWorkers: false, maxWorkers: 1_000 });

/** One file of an archive. */
export interface ArchiveEntry {
  /** Names joined by slashes. */
  readonly path: string;
  readonly modifiedAt: Date;
  /** Read to its end, or destroyed, before the next entry is asked for. */
  readonly content: Readable;
  /** False for what is compressed already, such as pictures. */
  readonly compress: boolean;
}

/**
 * Writes entries into a zip file as they come; the next one is asked for when the one before has been read. The stream fails
 * as an entry or its content does; destroying it ends the entries as well.
 */
export function zipArchive(entries: AsyncIterable<ArchiveEntry>): Readable {
  let fail: (error: unknown) => void = () => undefined;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      fail = (error) => controller.error(error);
    },
  });
  // NOTE Iterators lead in and out. Node's own adapters, `toWeb` and `fromWeb`, throw where nobody can catch it when a stream
  // is given up halfway.
  const writer = new ZipWriter(writable, { keepOrder: true, bufferedWrite: false });
  const write = async () => {
    for await (const { path, modifiedAt, content, compress } of entries) {
      try {
        await writer.add(path, ReadableStream.from(content), { lastModDate: modifiedAt, level: compress ? 6 : 0 });
      } finally {
        content.destroy();
      }
    }
    await writer.close();
  };
  write().catch(fail);
  return Readable.from(readable, { objectMode: false });
}
