import { randomUUID } from "node:crypto";
import type { SignedInViewer } from "../../graphql/context.ts";
import type { Door } from "../../infra/bounded-door.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { enqueue } from "../../infra/jobs.ts";
import { decodeFailure, type IngestFailure } from "../../infra/pictures/decode-image.ts";
import { readPicture, tooLarge } from "../../infra/pictures/read-picture.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { avatarKey } from "./avatar-files.ts";
import { forgetAvatarJob } from "./jobs.ts";
import { renderAvatar } from "./render-avatar.ts";
import { setAvatar } from "./set-avatar.ts";

/** Largest file, in bytes. */
const maxAvatarBytes = 5_000_000;

/** No upload takes this long, in milliseconds: files that are nobody's by then never will be somebody's. */
const longestUpload = 10 * 60_000;

/** A file that was sent. */
export interface AvatarFile {
  /** Bytes. */
  readonly size: number;
  bytes(maxBytes: number): Promise<Buffer>;
}

/** What uploading an avatar touches. */
export interface UploadAvatarServices {
  readonly storage: ObjectStorage;
  readonly transact: Transact;
  readonly clock: Clock;
  /** Pictures are decoded behind it, here where their owner waits. */
  readonly pictureDoor: Door;
}

/**
 * Makes a picture somebody's avatar: judged, squared, shrunk, and encoded here, so that nothing hidden in the file survives.
 * Throws a `ValidationError` at `file` for what is no usable picture of at most 5 MB, and an `OverloadedError` when too many
 * wait for the same.
 */
export async function uploadAvatar(
  services: UploadAvatarServices,
  viewer: SignedInViewer,
  file: AvatarFile,
): Promise<void> {
  const { storage, transact, clock, pictureDoor } = services;
  // Judged by its size before anybody waits for it or reads it.
  if (file.size > maxAvatarBytes) throw refused(tooLarge(file.size, maxAvatarBytes));
  const files = await pictureDoor.run(async () => {
    const read = await readPicture(await file.bytes(maxAvatarBytes), maxAvatarBytes);
    if (!read.ok) throw refused(read);
    const rendered = await renderAvatar(read).catch(decodeFailure);
    if ("code" in rendered) throw refused(rendered);
    return rendered;
  });
  const avatarId = randomUUID();
  // Asked for before there are files: should this process die before the row points to them, they are removed all the same.
  await transact((tx) =>
    enqueue(tx, forgetAvatarJob, [{ payload: { avatarId }, runAt: addMilliseconds(clock.now(), longestUpload) }]),
  );
  for (const [size, content] of files) {
    await storage.put(avatarKey(avatarId, size), content, { contentType: "image/webp" });
  }
  await transact((tx) => setAvatar(tx, services, viewer, avatarId));
}

const refused = ({ code, message }: IngestFailure) => new ValidationError([{ path: ["file"], code, message }]);
