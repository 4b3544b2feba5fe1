/**
 * Object storage in a bucket of any S3-compatible server.
 *
 * An object appears whole or not at all, because that is how S3 works; a stream of unknown length goes up in parts of 8 MiB, so
 * that memory stays bounded, and its parts are dropped when it fails. What is put carries its SHA-256 under the signature: the
 * server refuses bytes that changed on the way.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createS3Client, type S3Settings } from "./s3-client.ts";
import { StorageError, s3Error } from "./s3-error.ts";
import { deleteObject, listObjects, openObject, putBytes, putStream, type S3Bucket, statObject } from "./s3-objects.ts";
import { assertKeyPrefix, assertObjectKey, type ObjectStorage, type PresignOptions } from "./storage.ts";

/** Opens the bucket; nothing is asked of the server yet. `close` cuts what is still open. */
export function createS3Storage(settings: S3Settings): ObjectStorage & { close(): Promise<void> } {
  const client = createS3Client(settings, settings.endpoint);
  const where = `The bucket ${settings.bucket} at ${settings.endpoint ?? `Amazon S3 (${settings.region})`}`;
  const bucket: S3Bucket = { client, name: settings.bucket, where };
  const outside = { ...bucket, client: createS3Client(settings, settings.publicEndpoint ?? settings.endpoint) };
  return {
    async put(key, content, { contentType }) {
      assertObjectKey(key);
      if (content instanceof Readable) await putStream(bucket, key, content, contentType);
      else await putBytes(bucket, key, content, contentType);
    },
    async open(key, range) {
      assertObjectKey(key);
      return openObject(bucket, key, range);
    },
    async stat(key) {
      assertObjectKey(key);
      return statObject(bucket, key);
    },
    async delete(key) {
      assertObjectKey(key);
      await deleteObject(bucket, key);
    },
    list(prefix) {
      assertKeyPrefix(prefix);
      return listObjects(bucket, prefix);
    },
    async presign(key, options) {
      assertObjectKey(key);
      return settings.presignedReads ? presign(outside, key, options, settings.clock.now()) : null;
    },
    check: () => checkBucket(bucket),
    async close() {
      client.destroy();
      outside.client.destroy();
    },
  };
}

/** Signed as of the beginning of the current half of its life, so that the address stays the same for so long. */
async function presign(bucket: S3Bucket, key: string, options: PresignOptions, now: Date): Promise<string> {
  const { expiresInSeconds, contentType, disposition, cacheControl } = options;
  const command = new GetObjectCommand({
    ...{ Bucket: bucket.name, Key: key, ResponseContentType: contentType },
    ...{ ResponseContentDisposition: disposition, ResponseCacheControl: cacheControl },
  });
  const half = (expiresInSeconds * 1000) / 2;
  const signingDate = new Date(Math.floor(now.getTime() / half) * half);
  try {
    return await getSignedUrl(bucket.client, command, { expiresIn: expiresInSeconds, signingDate });
  } catch (error) {
    throw s3Error(error, `signing for ${key}`, bucket.where);
  }
}

async function checkBucket(bucket: S3Bucket): ReturnType<ObjectStorage["check"]> {
  const probe = `tmp/${randomUUID()}`;
  try {
    await putBytes(bucket, probe, Buffer.from("probe"), "text/plain");
    // Without the permission to list, S3 says 403 instead of 404 for what is not there, and nothing here would work.
    await listObjects(bucket, probe).next();
    await deleteObject(bucket, probe);
    return { ok: true };
  } catch (error) {
    if (error instanceof StorageError) return { ok: false, message: error.message };
    throw error;
  }
}
