import { z } from "zod";
import { workspaceFolder } from "../../infra/storage.ts";
import { eraseFiles } from "./erase-files.ts";
import type { ErasureContext, ErasureServices } from "./erasure-services.ts";

const batchSize = 100;

/** What an entry of the showcase shows. */
const shownImages = z.array(z.object({ sha256: z.string() }));

/**
 * Erases a workspace that is one person's alone: first its access to other networks, then what the public sees, posts, pictures with
 * their files, and the rest.
 * Nothing else is in the way of its jobs: they find no row, and end. False when files were too young to be removed: go on later.
 */
export async function eraseWorkspace(
  services: ErasureServices,
  workspaceId: string,
  context: ErasureContext,
): Promise<boolean> {
  const { db, crashPoint } = services;
  const { signal } = context;
  await services.endWorkspaceAccess(workspaceId, context);
  await crashPoint("erasure:access");
  await db.invitation.deleteMany({ where: { workspaceId } });
  const shown = await eraseShowcase(services, workspaceId, signal);
  await crashPoint("erasure:showcase");
  for (;;) {
    signal.throwIfAborted();
    const posts = await db.post.findMany({ where: { workspaceId }, select: { id: true }, take: batchSize });
    if (posts.length === 0) break;
    await db.post.deleteMany({ where: { id: { in: posts.map(({ id }) => id) } } });
    await crashPoint("erasure:posts");
  }
  for await (const { key } of services.storage.list(workspaceFolder(workspaceId))) await services.storage.delete(key);
  const pictures = await eraseImages(services, workspaceId, signal);
  if (!shown || !pictures) return false;
  await db.workspace.deleteMany({ where: { id: workspaceId } });
  return true;
}

async function eraseShowcase(services: ErasureServices, workspaceId: string, signal: AbortSignal): Promise<boolean> {
  const { db, crashPoint } = services;
  return everyBatch(signal, async (after) => {
    const entries = await db.showcaseEntry.findMany({
      where: { gallery: { workspaceId }, ...after },
      select: { id: true, images: true },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    const hashesOf = (images: unknown) => shownImages.parse(images).map(({ sha256 }) => sha256);
    const waiting = await eraseFiles(
      services,
      workspaceId,
      entries.flatMap(({ images }) => hashesOf(images)),
    );
    await crashPoint("erasure:showcase-files");
    const done = entries.filter(({ images }) => !hashesOf(images).some((hash) => waiting.has(hash)));
    await db.showcaseEntry.deleteMany({ where: { id: { in: done.map(({ id }) => id) } } });
    return { ids: entries.map(({ id }) => id), whole: done.length === entries.length };
  });
}

async function eraseImages(services: ErasureServices, workspaceId: string, signal: AbortSignal): Promise<boolean> {
  const { db, crashPoint } = services;
  return everyBatch(signal, async (after) => {
    const images = await db.image.findMany({
      where: { workspaceId, ...after },
      select: { id: true, sha256: true },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    const waiting = await eraseFiles(
      services,
      workspaceId,
      images.flatMap(({ sha256 }) => sha256 ?? []),
    );
    await crashPoint("erasure:image-files");
    const done = images.filter(({ sha256 }) => sha256 === null || !waiting.has(sha256));
    await db.image.deleteMany({ where: { id: { in: done.map(({ id }) => id) } } });
    await crashPoint("erasure:images");
    return { ids: images.map(({ id }) => id), whole: done.length === images.length };
  });
}

/** Goes through a list a batch at a time, in order of ids; whether every batch was dealt with as a whole. */
async function everyBatch(
  signal: AbortSignal,
  step: (after: { id?: { gt: string } }) => Promise<{ readonly ids: readonly string[]; readonly whole: boolean }>,
): Promise<boolean> {
  let last: string | undefined;
  let all = true;
  for (;;) {
    signal.throwIfAborted();
    const { ids, whole } = await step(last === undefined ? {} : { id: { gt: last } });
    if (!whole) all = false;
    last = ids.at(-1);
    if (ids.length < batchSize) return all;
  }
}
