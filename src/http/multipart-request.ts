/**
 * The GraphQL multipart request form (github.com/jaydenseric/graphql-multipart-request-spec): a form with `operations`, then
 * `map`, then the files. Files go to disk as they come; the operation runs when all are there, and then they are gone.
 */
import type { Readable } from "node:stream";
import multipart, { type Multipart, type MultipartFile } from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import { receiveFile, type UploadedFile } from "../infra/uploaded-file.ts";
import { FormRefusal, quoted, readUploadMap } from "./upload-map.ts";

/** Most files of one request. */
const mostFiles = 10;
/** What boundaries and part headers may add to the contents. */
const formOverhead = 65_536;

const contentTooLarge = { code: "LIMIT_EXCEEDED", status: 413 } as const;

type FormLimits = Pick<Config, "MAX_BODY_BYTES" | "MAX_UPLOAD_BYTES">;

/** Registers the parser of forms. Its own limits lie just behind ours, which are told better. */
export async function registerMultipart(app: FastifyInstance, config: FormLimits): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      ...{ fileSize: config.MAX_UPLOAD_BYTES + 1, files: mostFiles + 1 },
      ...{ fieldSize: config.MAX_BODY_BYTES + 1, fields: 3, fieldNameSize: 100 },
      ...{ parts: mostFiles + 4, headerPairs: 20, headerSize: 8_192 },
    },
  });
}

/**
 * Reads the form of a request, its files in their places, and answers what `work` makes of it; the files live until then.
 * Throws a {@link FormRefusal}, before `work` begins, when the form is not as it should be.
 */
export async function withUploads<T>(
  request: FastifyRequest,
  config: FormLimits,
  work: (operations: unknown) => Promise<T>,
): Promise<T> {
  const files: UploadedFile[] = [];
  try {
    return await work(await readForm(request, config, files));
  } finally {
    await Promise.all(files.map((file) => file.discard()));
  }
}

async function readForm(request: FastifyRequest, config: FormLimits, files: UploadedFile[]): Promise<unknown> {
  const form = openForm(request, 2 * config.MAX_BODY_BYTES + mostFiles * config.MAX_UPLOAD_BYTES + formOverhead);
  try {
    const operations = await readJson(request, await form.next(), "operations", config);
    const placements = readUploadMap(operations, await readJson(request, await form.next(), "map", config), mostFiles);
    const awaited = new Map(placements);
    for (let part = await form.next(); part !== null; part = await form.next()) {
      const name = quoted(part.fieldname);
      if (part.type !== "file") throw new FormRefusal(`The part ${name} is no file: a file's part has a \`filename\`.`);
      const place = awaited.get(part.fieldname);
      if (place === undefined) {
        const again = placements.has(part.fieldname);
        throw new FormRefusal(again ? `The file ${name} comes twice.` : `The file ${name} is not in \`map\`.`);
      }
      const file = await receivePart(part, config.MAX_UPLOAD_BYTES);
      files.push(file);
      place(file);
      awaited.delete(part.fieldname);
    }
    if (awaited.size > 0) {
      throw new FormRefusal(`\`map\` names files that did not come: ${[...awaited.keys()].map(quoted).join(", ")}.`);
    }
    return operations;
  } finally {
    form.leave();
  }
}

async function receivePart(part: MultipartFile, maxBytes: number): Promise<UploadedFile> {
  const claims = { filename: part.filename ?? null, mimetype: part.mimetype.toLowerCase() };
  const file = await receiveFile(telling(part.file), claims, maxBytes);
  if (file !== null) return file;
  throw new FormRefusal(
    `The file ${quoted(part.fieldname)} is larger than the ${maxBytes} bytes this server allows.`,
    contentTooLarge,
  );
}

/** What goes wrong in reading a part is the form's fault, and apart from what goes wrong in writing it. */
async function* telling(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw asRefusal(error);
  }
}

const asRefusal = (error: unknown): FormRefusal =>
  error instanceof FormRefusal
    ? error
    : new FormRefusal("The form cannot be read: it ends early, or is not as its content type says.");

async function readJson(
  request: FastifyRequest,
  part: Multipart | null,
  name: string,
  config: FormLimits,
): Promise<unknown> {
  if (part?.type !== "field" || part.fieldname !== name) {
    const found = part === null ? "the form ends" : `${part.type} ${quoted(part.fieldname)} comes`;
    throw new FormRefusal(
      `The form needs the fields \`operations\` and \`map\`, then files: ${found} before \`${name}\`.`,
    );
  }
  const { value, valueTruncated } = part;
  if (valueTruncated || (typeof value === "string" && Buffer.byteLength(value) > config.MAX_BODY_BYTES)) {
    const message = `\`${name}\` is larger than the ${config.MAX_BODY_BYTES} bytes this server allows.`;
    throw new FormRefusal(message, contentTooLarge);
  }
  // A field that declares to be JSON has been read already, by the same rules.
  return typeof value === "string" ? parseJson(request, name, value) : value;
}

/** JSON as in the body of a plain request, which has no keys that would lead to a prototype. */
function parseJson(request: FastifyRequest, name: string, text: string): Promise<unknown> {
  const parse = request.server.getDefaultJsonParser("error", "error");
  return new Promise((resolve, reject) => {
    void parse(request, text, (error, value: unknown) => {
      if (error === null) resolve(value);
      else reject(new FormRefusal(`\`${name}\` must be JSON, without keys such as \`__proto__\`.`));
    });
  });
}

/** A form as it comes. */
interface Form {
  /** The next part, null at the end. Throws a {@link FormRefusal} when the form is damaged or larger than it may be. */
  next(): Promise<Multipart | null>;
  /** Nobody reads on: what still comes is thrown away, so that the sender gets to hear the answer. */
  leave(): void;
}

function openForm(request: FastifyRequest, maxBytes: number): Form {
  const { raw } = request;
  const refusal = new FormRefusal(`The request is larger than the ${maxBytes} bytes this server allows for a form.`, {
    ...contentTooLarge,
    unread: true,
  });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw refusal;
  const parts = request.parts();
  const tooLarge = Promise.withResolvers<never>();
  // Nobody may be waiting for a part when it happens.
  tooLarge.promise.catch(() => undefined);
  let file: Readable | null = null;
  let received: number | null = null;
  let left = false;

  const count = (piece: Buffer) => {
    received = (received ?? 0) + piece.byteLength;
    if (received <= maxBytes) return;
    // Whoever goes on for so long after the answer does not listen.
    if (left) raw.destroy();
    tooLarge.reject(refusal);
    file?.destroy(refusal);
  };
  const next = async (): Promise<Multipart | null> => {
    const coming = parts.next();
    // Not earlier: a listener before the parser's own would take the first bytes from it.
    if (received === null) raw.on("data", count);
    received ??= 0;
    const { done, value } = await Promise.race([coming, tooLarge.promise]);
    if (done === true) return null;
    file = value.type === "file" ? value.file : null;
    return value;
  };
  return {
    next: () => next().catch((error: unknown) => Promise.reject(asRefusal(error))),
    leave: () => {
      left = true;
      raw.unpipe();
      if ((received ?? 0) > maxBytes) raw.pause();
      else raw.resume();
    },
  };
}
