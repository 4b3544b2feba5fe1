/** Reads what the public pages show. */
import { z } from "zod";
import type { ShowcaseEntry as EntryRow } from "../../generated/prisma/client.ts";
import type { PlatformContext } from "../platform.ts";
import { handlePattern } from "./handle.ts";
import type { ShowcaseEntry, ShowcaseGallery, ShowcaseImage } from "./pages/model.ts";
import { entryUrl, galleryUrl, pictureUrl } from "./urls.ts";

const entriesPerPage = 24;

/** A picture as an entry stores it. */
const storedImage = z.object({
  sha256: z.string(),
  extension: z.string(),
  mime: z.string(),
  width: z.number(),
  height: z.number(),
  alt: z.string(),
  dominantColour: z.string(),
  provenance: z.enum(["algorithmicMedia", "trainedAlgorithmicMedia"]).nullable().catch(null),
});
const storedImages = z.tuple([storedImage], storedImage);

/** A gallery by its handle; null when nobody has it. */
export async function readGallery({ db, publicUrl }: PlatformContext, handle: string): Promise<ShowcaseGallery | null> {
  if (!handlePattern.test(handle)) return null;
  const gallery = await db.showcaseGallery.findUnique({ where: { handle } });
  return gallery === null ? null : { handle, name: gallery.name, bio: gallery.bio, url: galleryUrl(publicUrl, handle) };
}

/** One page of a gallery, newest first, behind the entry `after`; an id that is not there starts from the first page. */
export async function pageOf({ db, publicUrl }: PlatformContext, handle: string, after: string | undefined) {
  const start = after === undefined ? null : await findRow(db, handle, after);
  const rows = await db.showcaseEntry.findMany({
    where: start === null ? { handle } : { handle, ...older(start) },
    orderBy: newestFirst,
    take: entriesPerPage + 1,
  });
  const shown = rows.slice(0, entriesPerPage);
  const url = galleryUrl(publicUrl, handle);
  const last = shown.at(-1);
  return {
    entries: shown.map((row) => toEntry(publicUrl, row)),
    nextPageUrl: rows.length > entriesPerPage && last !== undefined ? `${url}?after=${last.id}` : null,
    pageUrl: start === null ? undefined : `${url}?after=${start.id}`,
  };
}

/** One entry with its pictures as stored, and the ids of its neighbours in time; null when there is none. */
export async function readEntry({ db, publicUrl }: PlatformContext, handle: string, id: string) {
  const row = await findRow(db, handle, id);
  if (row === null) return null;
  const select = { id: true };
  const [before, behind] = await Promise.all([
    db.showcaseEntry.findFirst({ where: { handle, ...older(row) }, orderBy: newestFirst, select }),
    db.showcaseEntry.findFirst({
      where: { handle, ...newer(row) },
      orderBy: [{ publishedAt: "asc" }, { id: "asc" }],
      select,
    }),
  ]);
  const stored: readonly z.output<typeof storedImage>[] = storedImages.parse(row.images);
  return { entry: toEntry(publicUrl, row), stored, olderId: before?.id ?? null, newerId: behind?.id ?? null };
}

const newestFirst = [{ publishedAt: "desc" as const }, { id: "desc" as const }];

const older = ({ publishedAt, id }: EntryRow) => ({
  publishedAt: { lte: publishedAt },
  OR: [{ publishedAt: { lt: publishedAt } }, { publishedAt, id: { lt: id } }],
});

const newer = ({ publishedAt, id }: EntryRow) => ({
  publishedAt: { gte: publishedAt },
  OR: [{ publishedAt: { gt: publishedAt } }, { publishedAt, id: { gt: id } }],
});

async function findRow(db: PlatformContext["db"], handle: string, id: string): Promise<EntryRow | null> {
  return handlePattern.test(handle) && z.uuid().safeParse(id).success
    ? db.showcaseEntry.findFirst({ where: { handle, id } })
    : null;
}

function toEntry(publicUrl: string, row: EntryRow): ShowcaseEntry {
  const [cover, ...others] = storedImages.parse(row.images);
  const picture = (image: z.output<typeof storedImage>, position: number): ShowcaseImage => ({
    url: pictureUrl(publicUrl, row.handle, row.id, `${position}.${image.extension}`),
    previewUrl: pictureUrl(publicUrl, row.handle, row.id, `${position}.preview.webp`),
    thumbUrl: pictureUrl(publicUrl, row.handle, row.id, `${position}.thumb.webp`),
    width: image.width,
    height: image.height,
    alt: image.alt,
    dominantColour: image.dominantColour,
  });
  return {
    id: row.id,
    caption: row.caption,
    publishedAt: row.publishedAt,
    url: entryUrl(publicUrl, row.handle, row.id),
    provenance: cover.provenance,
    images: [picture(cover, 0), ...others.map((image, index) => picture(image, index + 1))],
  };
}
