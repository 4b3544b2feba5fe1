/**
 * Object storage in a bucket of any S3-compatible server.
 *
 * An object appears whole or not at all, because that is how S3 works; a stream of unknown length goes up in parts of 8 MiB, so
 * that memory stays bounded, and its parts are dropped when it fails. What is put carries its SHA-256 under the signature: the
 * server refuses bytes that changed on the way.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Clock } from "./clock.ts";
import { StorageError, s3Error, s3Fault } from "./s3-error.ts";
import {
  assertKeyPrefix,
  assertObjectKey,
  type ByteRange,
  isObjectKey,
  type ListedObject,
  type ObjectFacts,
  type ObjectStorage,
  type OpenedObject,
} from "./storage.ts";

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Null: Amazon's own, by region. */
  readonly endpoint: string | null;
  /** Where browsers and platforms reach the same bucket; null: at `endpoint`. Only presigned addresses use it. */
  readonly publicEndpoint: string | null;
  /** `host/bucket/key` instead of `bucket.host/key`. */
  readonly pathStyle: boolean;
  /** Null: what the machine provides (role, profile), as the AWS SDK looks for it. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** Whether `presign` makes addresses, or answers null. */
  readonly presignedReads: boolean;
  readonly clock: Clock;
  /** Milliseconds without a byte, before the answer and inside it, after which a request has failed. Default 20,000. */
  readonly idleTimeout?: number;
}

const partBytes = 8 * 1024 * 1024;
const connectTimeout = 5_000;
/** Tries of one request: S3 asks its clients to repeat 5xx and `SlowDown`, and every request here may be repeated. */
const attempts = 3;

/** Opens the bucket; nothing is asked of the server yet. `close` cuts what is still open. */
export function createS3Storage(settings: S3Settings): ObjectStorage & { close(): Promise<void> } {
  const { bucket: Bucket } = settings;
  const client = createClient(settings, settings.endpoint);
  const publicClient = createClient(settings, settings.publicEndpoint ?? settings.endpoint);
  const where = `The bucket ${Bucket} at ${settings.endpoint ?? `Amazon S3 (${settings.region})`}`;
  const failed = (error: unknown, what: string) => s3Error(error, what, where);

  const stat = async (key: string): Promise<ObjectFacts | null> => {
    assertObjectKey(key);
    try {
      // NOTE The answer to HEAD has no body, so a missing bucket cannot be told from a missing object here; `check` can.
      return toFacts(await client.send(new HeadObjectCommand({ Bucket, Key: key })));
    } catch (error) {
      if (s3Fault(error).status === 404) return null;
      throw failed(error, `HeadObject of ${key}`);
    }
  };
  const putBytes = async (key: string, content: Uint8Array, contentType: string) => {
    const command = new PutObjectCommand({ Bucket, Key: key, Body: content, ContentType: contentType });
    await client.send(command).catch((error: unknown) => {
      throw failed(error, `PutObject of ${key}`);
    });
  };
  const remove = async (key: string) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key: key })).catch((error: unknown) => {
      throw failed(error, `DeleteObject of ${key}`);
    });
  };

  return {
    stat,
    async put(key, content, { contentType }) {
      assertObjectKey(key);
      if (!(content instanceof Readable)) return putBytes(key, content, contentType);
      await putStream(client, { Bucket, Key: key, ContentType: contentType }, content, (error) =>
        failed(error, `upload of ${key}`),
      );
    },
    async open(key, range) {
      assertObjectKey(key);
      if (range && !runsForward(range)) {
        const facts = await stat(key);
        if (facts === null) return null;
        throw outsideOf(range, facts.bytes);
      }
      const Range = range && `bytes=${range.start}-${range.end ?? ""}`;
      const command = new GetObjectCommand({ Bucket, Key: key, ...(Range !== undefined && { Range }) });
      try {
        return opened(await client.send(command), range);
      } catch (error) {
        const { status, code } = s3Fault(error);
        if (status === 404 && code !== "NoSuchBucket") return null;
        if (range && status === 416) throw outsideOf(range, null);
        throw failed(error, `GetObject of ${key}`);
      }
    },
    async delete(key) {
      assertObjectKey(key);
      await remove(key);
    },
    list(prefix) {
      assertKeyPrefix(prefix);
      return listObjects(client, Bucket, prefix, (error) => failed(error, "ListObjectsV2"));
    },
    async presign(key, { expiresInSeconds, contentType, disposition, cacheControl }) {
      assertObjectKey(key);
      if (!settings.presignedReads) return null;
      const command = new GetObjectCommand({
        ...{ Bucket, Key: key },
        ...{ ResponseContentType: contentType, ResponseContentDisposition: disposition },
        ResponseCacheControl: cacheControl,
      });
      const step = (expiresInSeconds * 1000) / 2;
      const signingDate = new Date(Math.floor(settings.clock.now().getTime() / step) * step);
      return getSignedUrl(publicClient, command, { expiresIn: expiresInSeconds, signingDate }).catch(
        (error: unknown) => {
          throw failed(error, `signing for ${key}`);
        },
      );
    },
    async check() {
      const probe = `tmp/${randomUUID()}`;
      try {
        await putBytes(probe, Buffer.from("probe"), "text/plain");
        // Without the permission to list, S3 says 403 instead of 404 for what is not there, and nothing here would work.
        const command = new ListObjectsV2Command({ Bucket, Prefix: probe, MaxKeys: 1 });
        await client.send(command).catch((error: unknown) => {
          throw failed(error, "ListObjectsV2");
        });
        await remove(probe);
        return { ok: true };
      } catch (error) {
        if (error instanceof StorageError) return { ok: false, message: error.message };
        throw error;
      }
    },
    async close() {
      client.destroy();
      publicClient.destroy();
    },
  };
}

function createClient({ region, pathStyle, credentials, idleTimeout = 20_000 }: S3Settings, endpoint: string | null) {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== null && { endpoint }),
    ...(credentials !== null && { credentials }),
    maxAttempts: attempts,
    // The signature covers the content's hash. The newer checksum headers add nothing to that, and older servers refuse them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectTimeout,
      requestTimeout: idleTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: idleTimeout,
      httpAgent: { maxSockets: 64 },
      httpsAgent: { maxSockets: 64 },
    },
  });
}

async function putStream(
  client: S3Client,
  target: { readonly Bucket: string; readonly Key: string; readonly ContentType: string },
  content: Readable,
  failed: (error: unknown) => Error,
): Promise<void> {
  try {
    await new Upload({ client, params: { ...target, Body: content }, partSize: partBytes, queueSize: 1 }).done();
  } catch (error) {
    // The source broke, not the storage.
    if (content.errored === error) throw error;
    content.destroy();
    throw failed(error);
  }
}

async function* listObjects(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  failed: (error: unknown) => Error,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      ...{ Bucket, Prefix },
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const page = await client.send(command).catch((error: unknown) => {
      throw failed(error);
    });
    for (const { Key: key, Size: bytes, LastModified: modifiedAt } of page.Contents ?? []) {
      // A bucket may hold what others put there; it is not ours to see.
      if (key === undefined || bytes === undefined || modifiedAt === undefined || !isObjectKey(key)) continue;
      yield { key, bytes, modifiedAt };
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

interface Answer {
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly Body?: unknown;
}

function opened(answer: Answer, range: ByteRange | undefined): OpenedObject {
  const { Body: stream } = answer;
  if (!(stream instanceof Readable)) throw new StorageError("The answer has no body to read.", "NoBody");
  try {
    const facts = toFacts(answer);
    if (!range) return { ...facts, stream };
    const total = /^bytes \d+-\d+\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
    // A proxy that ignores ranges would hand over the wrong bytes.
    if (total === undefined) throw new StorageError("A range was asked for, and the whole was sent.", "RangeIgnored");
    return { ...facts, bytes: Number(total), stream };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function toFacts({ ContentLength: bytes, LastModified: modifiedAt }: Answer): ObjectFacts {
  if (bytes === undefined || modifiedAt === undefined) {
    throw new StorageError("The answer says neither how long the object is nor how old.", "IncompleteAnswer");
  }
  return { bytes, modifiedAt };
}

const runsForward = ({ start, end }: ByteRange) => start >= 0 && (end === undefined || end >= start);

function outsideOf({ start, end }: ByteRange, bytes: number | null): RangeError {
  const whole = bytes === null ? "the object" : `an object of ${bytes} bytes`;
  return new RangeError(`Bytes ${start}-${end ?? ""} of ${whole} cannot be read.`);
}
