import type { Readable } from "node:stream";
import { v7 as newId } from "uuid";
import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { ValidationError, type ValidationIssue } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { judgeStart } from "../../infra/pictures/read-picture.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { tagNames } from "../tags/tag-name.ts";
import { createIntake, type IntakeBatch } from "./create-intake.ts";
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
 * for a foreign workspace, a `ForbiddenError` for a role that makes no pictures, a `ConflictError` for too many tags.
 */
export async function uploadImages(
  services: UploadImagesServices,
  viewer: Actor,
  unchecked: z.input<typeof upload>,
): Promise<IntakeBatch> {
  const { workspaceId, files, tags } = parseInput(upload, unchecked);
  const { db, transact, storage, config } = services;
  const request = { workspaceId, permission: "images:create" } as const;
  // Asked before anything is stored, and again with the write: a membership can end meanwhile.
  await requireMember(db, viewer, request);
  await requirePictures(files, config.MAX_UPLOAD_BYTES);
  const arrivals = files.map((file) => ({ file, id: newId() }));
  try {
    for (const { file, id } of arrivals) await stageFile(storage, id, file.stream());
    const pictures = arrivals.map(({ file, id }) => ({ id, title: titleOf(file.filename), sourceUrl: null }));
    return await transact(async (tx) => {
      await requireMember(tx, viewer, request);
      return createIntake(tx, { workspaceId, createdById: viewer.userId, origin: "UPLOADED", pictures, tags });
    });
  } catch (error) {
    // Whatever stays behind because this process dies, or the storage is away, `forgetStagedFiles` finds.
    await Promise.allSettled(arrivals.map(({ id }) => removeStagedFile(storage, id)));
    throw error;
  }
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
