import { randomUUID } from "node:crypto";
import type { Config } from "../config.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { unreachableBecause } from "../infra/public-reach.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { about, type Finding } from "./finding.ts";

/** What is looked at. */
export interface StorageServices {
  readonly config: Config;
  readonly storage: ObjectStorage;
  readonly http: OutboundHttp;
}

/** Writes a file, reads it back by every way there is, and removes it. */
export async function lookAtStorage(
  services: StorageServices,
  fetchers: readonly string[],
): Promise<readonly Finding[]> {
  const { config, storage } = services;
  const { ok, problem } = about("Storage");
  const isBucket = config.S3_BUCKET !== undefined;
  const place = isBucket ? `The bucket ${config.S3_BUCKET}` : `The folder ${config.DATA_DIR}`;
  const advice = isBucket
    ? "Check S3_BUCKET, S3_ENDPOINT, S3_REGION and the access key: it must be allowed to list, read, write and delete."
    : "Make the folder writable for this user, or name another one in DATA_DIR, with space left.";
  const key = `doctor/${randomUUID()}.txt`;
  const text = `probe ${key}`;
  try {
    const check = await storage.check();
    if (!check.ok) return [problem(check.message, advice)];
    await storage.put(key, Buffer.from(text), { contentType: "text/plain" });
    try {
      const opened = await storage.open(key);
      const read = Buffer.concat((await opened?.stream.toArray()) ?? []).toString();
      if (read !== text) return [problem(`${place} gave back something else than was written.`, advice)];
      const direct = await lookAtDirectAddress(services, { key, text, fetchers });
      return [ok(`${place} can be written, read and cleared.`), ...direct];
    } finally {
      await storage.delete(key);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [problem(`${place} cannot be used: ${why}`, advice)];
  }
}

interface Probe {
  readonly key: string;
  readonly text: string;
  readonly fetchers: readonly string[];
}

/** With presigned reads, people and platforms are sent to the bucket itself: it must be reachable as well. */
async function lookAtDirectAddress(
  { storage, http }: StorageServices,
  { key, text, fetchers }: Probe,
): Promise<Finding[]> {
  const options = { expiresInSeconds: 600, contentType: "text/plain", disposition: "inline", cacheControl: "no-store" };
  const address = await storage.presign(key, options);
  if (address === null) return [];
  const { ok, warning, problem } = about("Picture addresses");
  const { origin } = new URL(address);
  const result = await http.request({ url: address, deadlineMs: 10_000, trustedOrigin: origin });
  const fits = result.ok && result.status === 200 && result.body.toString() === text;
  const advice = "Set S3_PUBLIC_ENDPOINT to where browsers reach the bucket, or S3_PRESIGNED_READS=false.";
  if (!fits) {
    const why = result.ok ? `it answers ${result.status}` : result.message;
    return [problem(`Pictures are read from ${origin}, and from there the probe cannot be: ${why}`, advice)];
  }
  const why = unreachableBecause(origin);
  if (why === null) return [ok(`Pictures are read from ${origin}, which answers.`)];
  const found = `Pictures are read from ${origin}, which others cannot reach: ${why}.`;
  if (fetchers.length === 0) return [warning(found, advice)];
  return [problem(`${found} ${fetchers.join(" and ")} must fetch them.`, advice)];
}
