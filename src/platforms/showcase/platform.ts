/**
 * The built-in platform: a public gallery page per handle, served by this very server. Its outside is our own database, so
 * a send is one insert keyed by the target: sending twice shows once.
 */
import { z } from "zod";
import type { AccountSession, CheckOutcome, ConnectionForm, ConnectionOutcome, RemoteAccount } from "../connection.ts";
import type { PlatformContext, PlatformDefinition } from "../platform.ts";
import type { PublishRequest, VerifyOutcome } from "../publication.ts";
import { handlePattern } from "./handle.ts";
import { measure, measuring } from "./measure.ts";
import { showcaseRoutes } from "./routes.ts";
import { entryUrl, galleryUrl } from "./urls.ts";
import { createViewTally } from "./view-tally.ts";

const connectionFields = z.object({
  handle: z
    .string()
    .trim()
    .toLowerCase()
    .regex(handlePattern, {
      error: (issue) =>
        `"${String(issue.input)}" is no handle. Use 3 to 30 lower-case letters, digits and hyphens, without a hyphen at either end.`,
    }),
  name: z
    .string()
    .trim()
    .min(1, "The gallery's name is empty.")
    .max(80, "The gallery's name is longer than 80 characters."),
  /** Absent keeps what is there; empty takes it away. */
  bio: z.string().trim().max(500, "The text about the gallery is longer than 500 characters.").optional(),
});

async function connect(
  { db, publicUrl }: PlatformContext,
  { fields, workspaceId }: ConnectionForm,
): Promise<ConnectionOutcome> {
  const parsed = connectionFields.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: "refused",
      field: String(issue?.path[0] ?? "handle"),
      code: "INVALID",
      message: issue?.message ?? "Not valid.",
    };
  }
  const { handle, name, bio } = parsed.data;
  const profile = { name, ...(bio !== undefined && { bio: bio === "" ? null : bio }) };
  // The handle is the primary key: of two who ask at once, one gets it.
  await db.showcaseGallery.createMany({ data: [{ handle, workspaceId, ...profile }], skipDuplicates: true });
  const mine = await db.showcaseGallery.updateMany({ where: { handle, workspaceId }, data: profile });
  if (mine.count === 0) {
    return {
      kind: "refused",
      field: "handle",
      code: "TAKEN",
      message: `The handle "${handle}" is taken on this server. Choose another one.`,
    };
  }
  const account = accountOf(publicUrl, { handle, name });
  return { kind: "connected", accounts: [{ account, credentials: {}, expiresAt: null, scopes: [] }] };
}

const accountOf = (publicUrl: string, { handle, name }: { handle: string; name: string }): RemoteAccount => ({
  ...{ remoteId: handle, handle, name, url: galleryUrl(publicUrl, handle), method: "showcase", details: {} },
});

const galleryGone = (handle: string) => ({
  kind: "unauthorized" as const,
  message: `The gallery "${handle}" is gone. Connect the account again.`,
});

async function check({ db, publicUrl }: PlatformContext, { account }: AccountSession): Promise<CheckOutcome> {
  const handle = account.remoteId;
  const gallery = await db.showcaseGallery.findUnique({ where: { handle }, select: { handle: true, name: true } });
  if (gallery === null) return galleryGone(handle);
  return { kind: "alive", account: accountOf(publicUrl, gallery), scopes: null };
}

async function publish({ db, publicUrl, clock }: PlatformContext, request: PublishRequest) {
  const handle = request.session.account.remoteId;
  const gallery = await db.showcaseGallery.findUnique({ where: { handle }, select: { handle: true } });
  if (gallery === null) return galleryGone(handle);
  const images = request.images.map(({ sha256, extension, mime, width, height, alt, dominantColour, provenance }) => ({
    ...{ sha256, extension, mime, width, height, alt, dominantColour, provenance },
  }));
  const entry = { id: request.key, handle, caption: request.caption, images, publishedAt: clock.now() };
  await db.showcaseEntry.createMany({ data: [entry], skipDuplicates: true });
  return { kind: "published" as const, externalId: request.key, permalink: entryUrl(publicUrl, handle, request.key) };
}

async function reconcile({ db, publicUrl }: PlatformContext, request: PublishRequest) {
  const entry = await db.showcaseEntry.findUnique({ where: { id: request.key }, select: { id: true, handle: true } });
  if (entry === null) return { kind: "absent" as const, certain: true, message: "The gallery does not show it." };
  return { kind: "present" as const, externalId: entry.id, permalink: entryUrl(publicUrl, entry.handle, entry.id) };
}

async function verify({ db, publicUrl }: PlatformContext, externalId: string): Promise<VerifyOutcome> {
  const entry = await db.showcaseEntry.findUnique({ where: { id: externalId }, select: { id: true, handle: true } });
  if (entry === null) return { kind: "gone", message: "The gallery no longer shows it." };
  return { kind: "there", permalink: entryUrl(publicUrl, entry.handle, entry.id) };
}

async function shownFiles({ db }: PlatformContext, hashes: readonly string[]): Promise<readonly string[]> {
  const shown = await db.$queryRaw<{ sha256: string }[]>`
    select distinct image->>'sha256' as sha256 from showcase_entry, jsonb_array_elements(images) as image
    where image->>'sha256' = any(${[...hashes]})`;
  return shown.map(({ sha256 }) => sha256);
}

/** The showcase: a public page with a feed, on this server. */
export const showcase: PlatformDefinition = {
  name: "showcase",
  label: "Showcase",
  description:
    "A public gallery page with an Atom feed, served by this server, which counts how often entries are looked at.",
  variables: {},
  rules: {
    caption: { max: 5_000, unit: "characters", measure: (caption) => [...caption].length },
    images: {
      ...{ min: 1, max: 10, mimes: ["image/png", "image/jpeg", "image/webp"], maxBytes: 50_000_000 },
      ...{ maxWidth: null, maxHeight: null, minWidth: 1, ratio: null, oneRatio: false },
    },
    altText: { required: false, max: 1_500 },
  },
  options: [],
  methods: [
    {
      ...{ name: "showcase", kind: "FORM", label: "Showcase gallery" },
      description: "A gallery on this server.",
      fields: [
        {
          name: "handle",
          required: true,
          description:
            "Its place on this server: `/showcase/<handle>`. 3 to 30 lower-case letters, digits and hyphens.",
        },
        { name: "name", required: true, description: "The gallery's title, at most 80 characters." },
        { name: "bio", required: false, description: "A few words about it, at most 500 characters." },
      ],
    },
  ],
  ...{ refresh: null, quota: null, spacing: 0, resendsAfterListedAbsence: false },
  ...{ needsPublicUrl: false, declaresAi: false, measuring },
  open(context) {
    const tally = createViewTally(context.db);
    return {
      capabilityOf: () => "keyed",
      // Our own database answers at once and for certain.
      settleWindow: 0,
      connect: (form) => connect(context, form),
      check: (session) => check(context, session),
      publish: (request) => publish(context, request),
      reconcile: (request) => reconcile(context, request),
      verify: (_session, externalId) => verify(context, externalId),
      measure: (session, externalIds) => measure(context, tally, session, externalIds),
      keptFiles: (hashes) => shownFiles(context, hashes),
      routes: showcaseRoutes(context, tally),
    };
  },
};
