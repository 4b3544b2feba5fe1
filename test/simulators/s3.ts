/**
 * An S3 server over real HTTP, in memory, as strict as the real ones: every request must be signed, bodies must be what was
 * signed, parts must be long enough and complete. What it does not know it refuses instead of guessing.
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Test } from "tap";
import { serve } from "../support/outbound.ts";
import { checkSignature, S3Refusal, type SigningIdentity } from "./sigv4.ts";

interface StoredObject {
  content: Buffer;
  contentType: string;
  modifiedAt: Date;
}

/** What goes wrong, and with which operation: `hang` never answers, `cut` breaks off after half the body. */
export interface S3Fault {
  readonly operation: string;
  readonly how: { readonly status: number; readonly code: string } | "hang" | "stall" | "cut";
}

/** The running server, seen from behind. */
export interface S3Simulator extends SigningIdentity {
  readonly endpoint: string;
  readonly bucket: string;
  readonly objects: Map<string, StoredObject>;
  /** Uploads in parts that nobody has finished or dropped. */
  readonly uploads: Map<string, { key: string; contentType: string; parts: Map<number, Buffer> }>;
  /** Operations in the order they came, as `PutObject images/ab/….png`. */
  readonly requests: string[];
  /** Each is used up by one request of its operation. */
  readonly faults: S3Fault[];
}

interface Call {
  readonly server: S3Simulator;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly key: string;
  readonly body: Buffer;
  readonly pageSize: number;
}

const leastPart = 5 * 1024 * 1024;

/** Starts one with an empty bucket; `pageSize` is how many objects a listing gives at once. */
export async function startS3(t: Test, { pageSize = 1000 } = {}): Promise<S3Simulator> {
  const identity = { accessKeyId: "AKIASIMULATOR", secretAccessKey: `secret/${randomUUID()}`, region: "eu-test-1" };
  const shared = { bucket: "pictures", objects: new Map(), uploads: new Map(), requests: [], faults: [] };
  const server = { ...identity, ...shared } satisfies Omit<S3Simulator, "endpoint">;
  const endpoint = await serve(t, (request, response) => {
    void answer({ ...server, endpoint }, request, response, pageSize).catch((error: unknown) => {
      if (error instanceof S3Refusal) sendError(response, error);
      else response.destroy(error instanceof Error ? error : undefined);
    });
  });
  return { ...server, endpoint };
}

async function answer(server: S3Simulator, request: IncomingMessage, response: ServerResponse, pageSize: number) {
  const url = new URL(request.url ?? "/", server.endpoint);
  const body = await buffer(request);
  checkSignature(request, url, body, server);
  const [, bucket = "", ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const key = rest.join("/");
  if (bucket !== server.bucket) throw new S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
  const operation = operationOf(request.method ?? "", url, key);
  server.requests.push(`${operation} ${key}`.trim());
  const at = server.faults.findIndex((fault) => fault.operation === operation);
  const [fault] = at < 0 ? [] : server.faults.splice(at, 1);
  if (fault?.how === "hang") return;
  if (fault !== undefined && typeof fault.how === "object") {
    throw new S3Refusal(fault.how.status, fault.how.code, "As the test wants it.");
  }
  const call: Call = { server, request, response, url, key, body, pageSize };
  if (operation === "GetObject" || operation === "HeadObject") read(call, fault?.how);
  else operations[operation]?.(call);
}

const own = /^(x-id|X-Amz-.+|response-(content-type|content-disposition|cache-control))$/;

function operationOf(method: string, { searchParams }: URL, key: string): string {
  const names = [...searchParams.keys()].filter((name) => !own.test(name)).toSorted();
  const asked = `${method} ${key === "" ? "bucket" : "object"} ${names.join(" ")}`.trim();
  if (/^GET bucket( continuation-token)? list-type( max-keys)? prefix$/.test(asked)) return "ListObjectsV2";
  const known: Readonly<Record<string, string>> = {
    "PUT object": "PutObject",
    "GET object": "GetObject",
    "HEAD object": "HeadObject",
    "DELETE object": "DeleteObject",
    "POST object uploads": "CreateMultipartUpload",
    "PUT object partNumber uploadId": "UploadPart",
    "POST object uploadId": "CompleteMultipartUpload",
    "DELETE object uploadId": "AbortMultipartUpload",
  };
  const operation = known[asked];
  if (operation === undefined) throw new S3Refusal(501, "NotImplemented", `This server does not know: ${asked}`);
  return operation;
}

const operations: Readonly<Record<string, (call: Call) => void>> = {
  PutObject: ({ server, request, response, key, body }) => {
    const contentType = request.headers["content-type"] ?? "binary/octet-stream";
    server.objects.set(key, { content: body, contentType, modifiedAt: new Date() });
    response.writeHead(200, { etag: etagOf(body) }).end();
  },
  DeleteObject: ({ server, response, key }) => {
    server.objects.delete(key);
    response.writeHead(204).end();
  },
  CreateMultipartUpload: ({ server, request, response, key }) => {
    const id = randomUUID();
    const contentType = request.headers["content-type"] ?? "binary/octet-stream";
    server.uploads.set(id, { key, contentType, parts: new Map() });
    const fields = `<Bucket>${server.bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId>`;
    sendXml(response, `<InitiateMultipartUploadResult>${fields}</InitiateMultipartUploadResult>`);
  },
  UploadPart: (call) => {
    const number = Number(call.url.searchParams.get("partNumber"));
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw new S3Refusal(400, "InvalidArgument", "Part.");
    uploadOf(call).parts.set(number, call.body);
    call.response.writeHead(200, { etag: etagOf(call.body) }).end();
  },
  CompleteMultipartUpload: (call) => {
    const { parts, contentType, key } = uploadOf(call);
    const named = [...call.body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(.*?)</.exec(part)?.[1]?.replaceAll("&quot;", '"'),
    }));
    const contents = named.map(({ number, etag }, index) => {
      const content = parts.get(number);
      if (content === undefined || etagOf(content) !== etag) throw new S3Refusal(400, "InvalidPart", "No such part.");
      if (number !== index + 1) throw new S3Refusal(400, "InvalidPartOrder", "The parts are not in order.");
      if (index < named.length - 1 && content.length < leastPart) {
        throw new S3Refusal(400, "EntityTooSmall", "A part is smaller than 5 MiB.");
      }
      return content;
    });
    if (contents.length === 0) throw new S3Refusal(400, "MalformedXML", "There are no parts.");
    const content = Buffer.concat(contents);
    call.server.objects.set(key, { content, contentType, modifiedAt: new Date() });
    call.server.uploads.delete(String(call.url.searchParams.get("uploadId")));
    const fields = `<Bucket>${call.server.bucket}</Bucket><Key>${key}</Key><ETag>${etagOf(content)}</ETag>`;
    sendXml(call.response, `<CompleteMultipartUploadResult>${fields}</CompleteMultipartUploadResult>`);
  },
  AbortMultipartUpload: (call) => {
    uploadOf(call);
    call.server.uploads.delete(String(call.url.searchParams.get("uploadId")));
    call.response.writeHead(204).end();
  },
  ListObjectsV2: ({ server, response, url, pageSize }) => {
    const { searchParams } = url;
    const prefix = searchParams.get("prefix") ?? "";
    const after = Buffer.from(searchParams.get("continuation-token") ?? "", "base64").toString();
    const keys = [...server.objects.keys()].toSorted().filter((key) => key.startsWith(prefix) && key > after);
    const size = Math.min(pageSize, Number(searchParams.get("max-keys") ?? 1000));
    const page = keys.slice(0, size);
    const more = page.length < keys.length;
    const contents = page.map((key) => {
      const object = server.objects.get(key);
      const time = object?.modifiedAt.toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><Size>${object?.content.length}</Size></Contents>`;
    });
    const next = Buffer.from(page.at(-1) ?? "").toString("base64");
    const tail = more ? `<NextContinuationToken>${next}</NextContinuationToken>` : "";
    const head = `<Name>${server.bucket}</Name><Prefix>${prefix}</Prefix><IsTruncated>${more}</IsTruncated>`;
    sendXml(response, `<ListBucketResult>${head}${contents.join("")}${tail}</ListBucketResult>`);
  },
};

function uploadOf({ server, url, key }: Call) {
  const upload = server.uploads.get(String(url.searchParams.get("uploadId")));
  if (upload?.key !== key) throw new S3Refusal(404, "NoSuchUpload", "The specified upload does not exist.");
  return upload;
}

function read({ server, request, response, url, key }: Call, fault: S3Fault["how"] | undefined): void {
  const object = server.objects.get(key);
  if (object === undefined) throw new S3Refusal(404, "NoSuchKey", "The specified key does not exist.");
  const size = object.content.length;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  if (request.headers.range !== undefined && asked === null) throw new S3Refusal(400, "InvalidArgument", "Range.");
  const start = Number(asked?.[1] ?? 0);
  const end = Math.min(asked?.[2] ? Number(asked[2]) : size - 1, size - 1);
  if (asked !== null && start > end) throw new S3Refusal(416, "InvalidRange", "The range cannot be satisfied.");
  const override = (name: string) => url.searchParams.get(`response-${name}`);
  response.statusCode = asked === null ? 200 : 206;
  response.setHeader("content-length", end - start + 1);
  response.setHeader("content-type", override("content-type") ?? object.contentType);
  response.setHeader("last-modified", object.modifiedAt.toUTCString());
  response.setHeader("etag", etagOf(object.content));
  for (const name of ["content-disposition", "cache-control"]) {
    const value = override(name);
    if (value !== null) response.setHeader(name, value);
  }
  if (asked !== null) response.setHeader("content-range", `bytes ${start}-${end}/${size}`);
  if (request.method === "HEAD") return void response.end();
  const content = object.content.subarray(start, end + 1);
  if (fault !== "cut" && fault !== "stall") return void response.end(content);
  response.write(content.subarray(0, content.length / 2), () => {
    if (fault === "cut") response.destroy();
  });
}

const etagOf = (content: Buffer) => `"${createHash("md5").update(content).digest("hex")}"`;

function sendXml(response: ServerResponse, xml: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function sendError(response: ServerResponse, { status, code, message }: S3Refusal): void {
  if (response.headersSent) return void response.destroy();
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(response.req.method === "HEAD" ? "" : xml);
}
