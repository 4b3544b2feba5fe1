import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";

/** What a zip file holds, checked against its checksums. */
export async function unzip(zip: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(zip)])), { checkSignature: true });
  const files = new Map<string, Buffer>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    files.set(entry.filename, Buffer.from(await entry.getData(new Uint8ArrayWriter())));
  }
  return files;
}
