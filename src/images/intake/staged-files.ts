/**
 * Where an uploaded file lies between the request that brought it and the worker that takes it in. It is a stranger's bytes as
 * they came: it is served to nobody, and gone as soon as its picture has an end.
 */

import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ObjectStorage } from "../../infra/storage.ts";

/** What every key of a staged file begins with. */
export const stagedPrefix = "staged/";

const stagedKey = (imageId: string) => `${stagedPrefix}${imageId}`;

/** The picture that a staged file is for. */
export const stagedImageId = (key: string): string => key.slice(stagedPrefix.length);

/** Puts a file aside for its picture. */
export async function stageFile(storage: ObjectStorage, imageId: string, content: Readable): Promise<void> {
  await storage.put(stagedKey(imageId), content, { contentType: "application/octet-stream" });
}

/** The whole file; null when it is not there. Its size was judged before it was staged. */
export async function readStagedFile(storage: ObjectStorage, imageId: string): Promise<Buffer | null> {
  const object = await storage.open(stagedKey(imageId));
  return object && buffer(object.stream);
}

/** Removes a staged file; one that is not there is fine. */
export async function removeStagedFile(storage: ObjectStorage, imageId: string): Promise<void> {
  await storage.delete(stagedKey(imageId));
}
