/** The picture that a generation starts from: found and judged when it is asked for, read by the worker. */
import { buffer } from "node:stream/consumers";
import type { InputImageLimits } from "../image-providers/capabilities.ts";
import type { InputImage } from "../image-providers/provider.ts";
import type { Db, Transact } from "../infra/db.ts";
import { NotFoundError, type ValidationIssue } from "../infra/errors.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import { isLost } from "./mark-lost-images.ts";

const columns = {
  ...{ id: true, status: true, failureClass: true, trashedAt: true },
  ...{ sha256: true, extension: true, mime: true, bytes: true, width: true, height: true },
} as const;

/** A picture of the workspace that somebody wants to start from. */
export type FoundInputImage = Awaited<ReturnType<typeof findInputImage>>;

/** Finds it in the workspace; throws a {@link NotFoundError} for a foreign or missing one, which look alike. */
export async function findInputImage(db: Db, workspaceId: string, imageId: string) {
  const image = await db.image.findFirst({ where: { id: imageId, workspaceId }, select: columns });
  if (image === null) throw new NotFoundError("image in this workspace");
  return image;
}

/** Why a model that takes such pictures cannot start from this one, if so. */
export function inputImageIssues(image: FoundInputImage, limits: InputImageLimits, label: string): ValidationIssue[] {
  const issue = (code: string, message: string) => [{ path: ["inputImageId"], code, message }];
  if (image.trashedAt !== null)
    return issue("IN_TRASH", "The picture to start from is in the trash. Restore it first.");
  if (isLost(image)) return issue("FILE_LOST", "The file of the picture to start from is lost from the storage.");
  const { mime, bytes } = image;
  if (mime === null || bytes === null) {
    return issue("NOT_READY", `The picture to start from is ${image.status}. Only finished pictures have a file.`);
  }
  if (!limits.mimes.includes(mime)) {
    return issue(
      "UNSUPPORTED_TYPE",
      `The picture to start from is ${mime}; ${label} reads ${limits.mimes.join(", ")}.`,
    );
  }
  if (bytes > limits.maxBytes) {
    return issue(
      "TOO_LARGE",
      `The picture to start from has ${bytes} bytes; ${label} reads at most ${limits.maxBytes}.`,
    );
  }
  return [];
}

/** What a generation starts from: null for words alone. `ok` is false when its file is gone since it was asked for. */
export type ReadInputImage =
  | { readonly ok: true; readonly inputImage: InputImage | null }
  | { readonly ok: false; readonly message: string };

/** Reads the bytes for the worker. Rejects when the storage fails. */
export async function readInputImage(
  { transact, storage }: { readonly transact: Transact; readonly storage: ObjectStorage },
  {
    parentImageId,
    fromParent,
    strength,
  }: { parentImageId: string | null; fromParent: boolean; strength: number | null },
): Promise<ReadInputImage> {
  if (!fromParent) return { ok: true, inputImage: null };
  const gone = { ok: false, message: "The picture to start from is no longer there. Choose another one." } as const;
  if (parentImageId === null) return gone;
  const parent = await transact((tx) => tx.image.findUnique({ where: { id: parentImageId }, select: columns }));
  if (parent === null || parent.sha256 === null || parent.extension === null || parent.mime === null) return gone;
  const object = await storage.open(objectKey(parent.sha256, "original", parent.extension));
  if (object === null) return gone;
  const bytes = await buffer(object.stream);
  return { ok: true, inputImage: { bytes, mime: parent.mime, ...(strength !== null && { strength }) } };
}
