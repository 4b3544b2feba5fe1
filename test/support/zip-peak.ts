/** Writes a zip file of as many megabytes as it is told to nowhere, and prints the most memory this process held, in MB. */
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { zipArchive } from "../../src/infra/zip-archive.ts";

const piece = Buffer.alloc(65_536, 7);
const pieces = 160;
const count = Math.ceil((Number(process.argv[2]) * 1_000_000) / (piece.length * pieces));
const content = function* () {
  for (let sent = 0; sent < pieces; sent += 1) yield piece;
};
const entries = async function* () {
  for (let number = 0; number < count; number += 1) {
    const stream = Readable.from(content(), { objectMode: false });
    yield { path: `${number}.png`, modifiedAt: new Date(), content: stream, compress: false };
  }
};
await pipeline(zipArchive(entries()), new Writable({ write: (_chunk, _encoding, done) => done() }));
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1_024)));
