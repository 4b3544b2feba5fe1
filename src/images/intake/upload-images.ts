import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { v7 as newId } from "uuid";
import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { ValidationError, type ValidationIssue } from "../../infra/errors.ts";
import { idempotencyKey, once } from "../../infra/idempotency.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { judgeStart } from "../../infra/pictures/read-picture.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { tagNames } from "../tags/tag-name.ts";
import { createIntake, type IntakeBatch, intakeBatch } from "./create-intake.ts";
import { removeStagedFile, stageFile } from "./staged-files.ts";

/** A file that was sent; what its sender calls it is a claim. */
interface SentFile {
  readonly filename: string | null;
  /** Bytes. */
  readonly size: number;
  /** From its start at every call. */
  stream(): Readable;
}

const sentFile = z.custom<SentFile>((value) => value instanceof Object && "stream" in value);

const upload = z.object({
  workspaceId: z.uuid(),
  files: z.array(sentFile).min(1, "Send at least one file.").max(10, "Send at most 10 files at a time."),
  tags: tagNames.default([]),
  idempotencyKey: idempotencyKey.nullish(),
});

/** What uploading touches. */
export interface UploadImagesServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly storage: ObjectStorage;
  readonly config: Pick<Config, "MAX_UPLOAD_BYTES">;
}

/**
 * Takes files: judges them by size and first bytes, puts them aside, and writes their rows (PENDING), jobs and events in one
 * transaction, all or none; a worker decodes them. Throws a `ValidationError` at `files` and their position, a `NotFoundError`
 * for a foreign workspace, a `ForbiddenError` for a role that makes no pictures, a `ConflictError` for too many tags, an
 * `IdempotencyKeyReusedError` for a key that came with other files, tags or another workspace before.
 */
export async function uploadImages(
  services: UploadImagesServices,
  viewer: Actor,
  unchecked: z.input<typeof upload>,
): Promise<IntakeBatch> {
  const { workspaceId, files, tags, idempotencyKey: key = null } = parseInput(upload, unchecked);
  const { db, transact, storage, config } = services;
  const access = { workspaceId, permission: "images:create" } as const;
  // Asked before anything is stored, and again with the write: a membership can end meanwhile.
  await requireMember(db, viewer, access);
  await requirePictures(files, config.MAX_UPLOAD_BYTES);
  // What a file is called does not matter: the same bytes are the same picture.
  const input = { workspaceId, tags, files: key === null ? [] : await contentHashes(files) };
  const arrivals = files.map((file) => ({ file, id: newId() }));
  let kept: ReadonlySet<string> = new Set();
  try {
    for (const { file, id } of arrivals) await stageFile(storage, id, file.stream());
    const pictures = arrivals.map(({ file, id }) => ({ id, title: titleOf(file.filename), sourceUrl: null }));
    const batch = await transact(async (tx) => {
      await requireMember(tx, viewer, access);
      const request = { userId: viewer.userId, operation: "uploadImages", key, input };
      return once(tx, request, intakeBatch, () =>
        createIntake(tx, { workspaceId, createdById: viewer.userId, origin: "UPLOADED", pictures, tags }),
      );
    });
    kept = new Set(batch.imageIds);
    return batch;
  } finally {
    // Those of a failure, or of a repetition. What stays behind because this process dies, `forgetStagedFiles` finds.
    const left = arrivals.filter(({ id }) => !kept.has(id));
    await Promise.allSettled(left.map(({ id }) => removeStagedFile(storage, id)));
  }
}

/** Of each file's whole content, in hexadecimal. */
async function contentHashes(files: readonly SentFile[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const file of files) {
    const hash = createHash("sha256");
    for await (const piece of file.stream()) hash.update(piece);
    hashes.push(hash.digest("hex"));
  }
  return hashes;
}

async function requirePictures(files: readonly SentFile[], maxBytes: number): Promise<void> {
  const issues: ValidationIssue[] = [];
  for (const [index, file] of files.entries()) {
    const judged = judgeStart({ size: file.size, head: await readHead(file) }, maxBytes);
    if (!judged.ok) issues.push({ path: ["files", String(index)], code: judged.code, message: judged.message });
  }
  if (issues.length > 0) throw new ValidationError(issues);
}

/** The first piece of a file, which is all that its kind shows in. */
async function readHead(file: SentFile): Promise<Buffer> {
  for await (const piece of file.stream()) return piece;
  return Buffer.alloc(0);
}

/** What a file is called, without its extension; null when that says nothing. */
function titleOf(filename: string | null): string | null {
  const name = (filename ?? "").normalize("NFC").replace(/\.[a-z0-9]{1,5}$/i, "");
  const title = name.replaceAll(/[\p{Cc}\s_]+/gu, " ").trim();
  return title === "" ? null : [...title].slice(0, 200).join("");
}
