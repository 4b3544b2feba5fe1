/** A server whose schema takes files, and forms to send to it, as damaged as a test wants them. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import type { UploadedFile } from "../../src/infra/uploaded-file.ts";
import { schema as product } from "../../src/schema.ts";
import { buildServer } from "../../src/server.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";

/** `operations` for one file. */
export const single = JSON.stringify({
  query: "mutation ($file: Upload!) { measure(file: $file) }",
  variables: { file: null },
});

/** A running server of the upload schema. */
export interface UploadDesk {
  readonly atelier: Atelier;
  readonly ada: Person;
  readonly url: string;
  /** What resolvers were given. */
  readonly seen: UploadedFile[];
  /** Sends a body as a form with Ada's token, in one piece. */
  send(body: Buffer, headers?: Readonly<Record<string, string>>): Promise<Heard>;
  /** Begins a form with Ada's token and leaves the rest to the test; `closed` comes when the connection is gone. */
  begin(headers?: Readonly<Record<string, string>>): {
    readonly request: ClientRequest;
    readonly heard: Promise<Heard>;
  };
}

/** What a server answered. */
export interface Heard {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
  readonly body: any;
}

/** Opens it. `measure` answers `name type bytes sha256` of a file, `measureAll` of several, `held` ends when it is told. */
export async function openUploadDesk(
  t: Teardown,
  environment: Readonly<Record<string, string>> = {},
  work: (file: UploadedFile) => Promise<string> = describe,
): Promise<UploadDesk> {
  await ownTemporaryFolder(t);
  const atelier = await openAtelier(t, { environment });
  const ada = await atelier.signUp("Ada");
  const seen: UploadedFile[] = [];
  const app = await buildServer(atelier.services, uploadSchema(seen, work));
  t.teardown(() => app.close());
  const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/graphql`;
  const begin = (headers: Readonly<Record<string, string>> = {}) => {
    const request = httpRequest(url, {
      method: "POST",
      headers: {
        ...{ "content-type": `multipart/form-data; boundary=${boundary}`, "graphql-require-preflight": "1" },
        ...{ authorization: `Bearer ${ada.token}`, ...headers },
      },
    });
    const heard = new Promise<Heard>((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (response) => void read(response).then(resolve, reject));
    });
    heard.catch(() => undefined);
    return { request, heard };
  };
  return {
    ...{ atelier, ada, url, seen, begin },
    send: (body, headers = {}) => {
      const { request, heard } = begin({ "content-length": String(body.byteLength), ...headers });
      request.end(body);
      return heard;
    },
  };
}

/** Other test files upload at the same time: what they have open is not ours to count. */
async function ownTemporaryFolder(t: Teardown): Promise<void> {
  const before = process.env["TMPDIR"];
  const folder = await mkdtemp(path.join(tmpdir(), "atelier-uploads-"));
  process.env["TMPDIR"] = folder;
  t.teardown(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    return rm(folder, { recursive: true, force: true });
  });
}

async function read(response: IncomingMessage): Promise<Heard> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

async function describe(file: UploadedFile): Promise<string> {
  const content = await file.bytes(100_000_000);
  return `${file.filename} ${file.mimetype} ${file.size} ${sha256(content)}`;
}

/** In hexadecimal. */
export const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

function uploadSchema(seen: UploadedFile[], work: (file: UploadedFile) => Promise<string>): GraphQLSchema {
  const upload = product.getType("Upload");
  if (!(upload instanceof GraphQLScalarType)) throw new Error("The product has the scalar Upload.");
  const measure = (file: UploadedFile) => {
    seen.push(file);
    return work(file);
  };
  const text = new GraphQLNonNull(GraphQLString);
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: { answer: { type: GraphQLInt, args: { file: { type: upload } }, resolve: () => 42 } },
    }),
    mutation: new GraphQLObjectType({
      name: "Mutation",
      fields: {
        measure: {
          type: GraphQLString,
          args: { file: { type: new GraphQLNonNull(upload) } },
          resolve: (_root, { file }) => measure(file),
        },
        measureAll: {
          type: new GraphQLList(text),
          args: { files: { type: new GraphQLNonNull(new GraphQLList(upload)) }, note: { type: GraphQLString } },
          resolve: (_root, { files }) =>
            Promise.all(files.map((file: UploadedFile | null) => (file === null ? "none" : measure(file)))),
        },
      },
    }),
  });
}

/** The boundary of every form here. */
const boundary = "----a-form-of-a-test";

/** The content type of every form here. */
export const formType = `multipart/form-data; boundary=${boundary}`;

/** A part of a form. With a `filename` it is a file. */
export interface Part {
  readonly name: string;
  readonly value: string | Uint8Array;
  readonly filename?: string;
  readonly type?: string;
}

/** The bytes of a form up to its end, or without the end. */
export function form(parts: readonly Part[], { ends = true } = {}): Buffer {
  const written = parts.flatMap(({ name, value, filename, type }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
    filename === undefined ? "" : `; filename="${filename}"`,
    type === undefined ? "" : `\r\ncontent-type: ${type}`,
    "\r\n\r\n",
    value,
    "\r\n",
  ]);
  const all = ends ? [...written, `--${boundary}--\r\n`] : written;
  return Buffer.concat(all.map((piece) => Buffer.from(piece)));
}

/** The form of one file. */
export const formOf = (file: Part, operations = single): Buffer =>
  form([
    { name: "operations", value: operations },
    { name: "map", value: JSON.stringify({ [file.name]: ["variables.file"] }) },
    file,
  ]);

/** What uploads have left in the temporary folder, and what this process still holds open of them (where Linux tells). */
export async function leftovers(): Promise<readonly string[]> {
  const named = (await readdir(tmpdir())).filter((name) => name.startsWith("atelier-upload-"));
  const held = process.platform === "linux" ? await readdir("/proc/self/fd") : [];
  const targets = await Promise.all(held.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return [...named, ...targets.filter((target) => target.includes("atelier-upload-"))];
}
