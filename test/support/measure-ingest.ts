/**
 * A process of its own that ingests picture files and tells how much memory that took at most:
 * `measure-ingest.ts <folder for the storage> <how many at once> <file>…` prints `{ aboveIdle, codes }`, in MB.
 */
import { readFile } from "node:fs/promises";
import { ingestImage } from "../../src/images/ingest-image.ts";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";
import { sharp } from "../../src/infra/sharp.ts";

const [folder = "", atOnce = "1", ...files] = process.argv.slice(2);
const storage = await createDiskStorage({ folder });
const ingest = async (bytes: Buffer) => {
  const outcome = await ingestImage({ storage }, { bytes, maxBytes: 32 * 1024 * 1024, provenance: null });
  return outcome.ok ? `OK ${outcome.image.mime}` : outcome.code;
};
// Idle is a worker that has made a picture before: code and libraries are loaded.
const ordinary = sharp({ create: { width: 64, height: 64, channels: 3, background: "#c04010" } });
for (const format of ["png", "jpeg", "webp"] as const) await ingest(await ordinary.clone().toFormat(format).toBuffer());
const idle = process.memoryUsage.rss() / 1e6;

const codes: string[] = [];
const waiting = [...files];
const work = async () => {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    codes[files.indexOf(file)] = await ingest(await readFile(file));
  }
};
await Promise.all(Array.from({ length: Number(atOnce) }, work));
process.stdout.write(JSON.stringify({ aboveIdle: Math.round((await peak()) - idle), codes }));

/** NOTE On Linux `maxRSS` begins with that of the process that forked this one. */
async function peak(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kibibytes = /VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return (Number(kibibytes) * 1024) / 1e6;
}
