/** The few operations of S3 that are used, each with its failures in our words. */
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { StorageError, s3Error, s3Fault } from "./s3-error.ts";
import { type ByteRange, isObjectKey, type ListedObject, type ObjectFacts, type OpenedObject } from "./storage.ts";

/** A bucket, and what it is called in messages. */
export interface S3Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly where: string;
}

const partBytes = 8 * 1024 * 1024;

const failing =
  ({ where }: S3Bucket, what: string) =>
  (error: unknown) => {
    throw s3Error(error, what, where);
  };

/** Null when there is no such object. */
export async function statObject(bucket: S3Bucket, key: string): Promise<ObjectFacts | null> {
  try {
    // NOTE The answer to HEAD has no body, so a missing bucket cannot be told from a missing object here; `check` can.
    return toFacts(await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key })));
  } catch (error) {
    if (s3Fault(error).status === 404) return null;
    throw s3Error(error, `HeadObject of ${key}`, bucket.where);
  }
}

/** Puts content that is there. */
export async function putBytes(bucket: S3Bucket, key: string, content: Uint8Array, contentType: string): Promise<void> {
  const command = new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: content, ContentType: contentType });
  await bucket.client.send(command).catch(failing(bucket, `PutObject of ${key}`));
}

/** Puts content that is still coming; what is longer than one part goes up in parts, which are dropped on failure. */
export async function putStream(bucket: S3Bucket, key: string, content: Readable, contentType: string): Promise<void> {
  const params = { Bucket: bucket.name, Key: key, ContentType: contentType, Body: content };
  try {
    await new Upload({ client: bucket.client, params, partSize: partBytes, queueSize: 1 }).done();
  } catch (error) {
    // The source broke, not the storage.
    if (content.errored === error) throw error;
    content.destroy();
    throw s3Error(error, `upload of ${key}`, bucket.where);
  }
}

/** Null when there is no such object. @throws RangeError when the range lies outside. */
export async function openObject(bucket: S3Bucket, key: string, range?: ByteRange): Promise<OpenedObject | null> {
  if (range && !runsForward(range)) {
    const facts = await statObject(bucket, key);
    if (facts === null) return null;
    throw outsideOf(range, `an object of ${facts.bytes} bytes`);
  }
  const part = range && { Range: `bytes=${range.start}-${range.end ?? ""}` };
  try {
    return toOpened(await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key, ...part })), range);
  } catch (error) {
    const { status, code } = s3Fault(error);
    if (status === 404 && code !== "NoSuchBucket") return null;
    if (range && status === 416) throw outsideOf(range, "the object");
    throw s3Error(error, `GetObject of ${key}`, bucket.where);
  }
}

/** A missing object is fine. */
export async function deleteObject(bucket: S3Bucket, key: string): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: key });
  await bucket.client.send(command).catch(failing(bucket, `DeleteObject of ${key}`));
}

/** Page by page, as it is read. */
export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const next = token === undefined ? {} : { ContinuationToken: token };
    const command = new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, ...next });
    const page = await bucket.client.send(command).catch(failing(bucket, "ListObjectsV2"));
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

function toOpened(answer: Answer, range: ByteRange | undefined): OpenedObject {
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

const outsideOf = ({ start, end }: ByteRange, what: string) =>
  new RangeError(`Bytes ${start}-${end ?? ""} of ${what} cannot be read.`);
