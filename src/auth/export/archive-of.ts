/** Everything that is one person's, as the files of an archive. A new table with something of theirs gets its file here. */
import { Readable } from "node:stream";
import type { Db } from "../../infra/db.ts";
import { type ObjectStorage, objectKey } from "../../infra/storage.ts";
import type { ArchiveEntry } from "../../infra/zip-archive.ts";
import { avatarKey } from "../avatar/avatar-files.ts";
import { inPages } from "./in-pages.ts";
import { jsonList, jsonText } from "./json-text.ts";
import { readme } from "./readme.ts";

/** What an archive is read from. */
export interface ArchiveSources {
  readonly db: Db;
  readonly storage: ObjectStorage;
}

/** The archive's files, the small ones first. Rows are read in pages, pictures one after the other. */
export async function* archiveOf(sources: ArchiveSources, userId: string, madeAt: Date): AsyncGenerator<ArchiveEntry> {
  const { db } = sources;
  const json = (path: string, content: Readable) => ({ path, modifiedAt: madeAt, content, compress: true });
  const { avatarId, ...account } = await db.user.findUniqueOrThrow({
    where: { id: userId },
    omit: { passwordHash: true, emailKey: true },
  });
  yield json("README.txt", Readable.from([readme(account, madeAt)], { objectMode: false }));
  yield json("account.json", jsonText(account));
  if (avatarId !== null) yield* pictureFile(sources, "avatar.webp", avatarKey(avatarId, 512), account.updatedAt);
  yield json("sessions.json", jsonList(sessionsOf(db, userId)));
  yield json("security-events.json", jsonList(securityEventsOf(db, userId)));
  yield json("api-tokens.json", jsonList(apiTokensOf(db, userId)));
  yield json("memberships.json", jsonText(await membershipsOf(db, userId)));
  yield json("invitations-sent.json", jsonList(invitationsBy(db, userId)));
  yield json("social-accounts.json", jsonList(socialAccountsOf(db, userId)));
  yield json("posts.json", jsonList(postsBy(db, userId)));
  yield json("posting-schedules.json", jsonList(postingSchedulesOf(db, userId)));
  yield json("publish-decisions.json", jsonList(publishDecisionsOf(db, userId)));
  yield json("post-decisions.json", jsonList(postDecisionsBy(db, userId)));
  yield json("post-comments.json", jsonList(postCommentsBy(db, userId)));
  yield json("review-links.json", jsonList(reviewLinksBy(db, userId)));
  yield json("styles.json", jsonList(stylesBy(db, userId)));
  yield json("comments.json", jsonList(commentsBy(db, userId)));
  yield json("reviews.json", jsonList(reviewsBy(db, userId)));
  yield json("notifications.json", jsonList(notificationsOf(db, userId)));
  yield json("notification-settings.json", jsonText(await notificationSettingsOf(db, userId)));
  yield json("webhooks.json", jsonList(webhooksBy(db, userId)));
  yield json("metric-exports.json", jsonList(metricExportsBy(db, userId)));
  yield json("images.json", jsonList(imagesBy(db, userId)));
  for await (const { id, sha256, extension, generatedAt } of imagesBy(db, userId)) {
    if (sha256 === null || extension === null) continue;
    const key = objectKey(sha256, "original", extension);
    yield* pictureFile(sources, `images/${id}.${extension}`, key, generatedAt ?? madeAt);
  }
}

async function* pictureFile({ storage }: ArchiveSources, path: string, key: string, modifiedAt: Date) {
  const object = await storage.open(key);
  if (object !== null) {
    yield { path, modifiedAt, content: object.stream, compress: false };
    return;
  }
  const content = Readable.from(["This picture's file is not in storage any more.\n"], { objectMode: false });
  yield { path: `${path}.missing.txt`, modifiedAt, content, compress: true };
}

const inOrder = { orderBy: { id: "asc" } } as const;

const sessionsOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.session.findMany({
      ...{ where: { userId, ...after }, take, ...inOrder },
      omit: { userId: true, familyHash: true, tokenHash: true, parentHash: true, childSalt: true },
    }),
  );

/** Where somebody else was who did something to the account, and by which sign-in, is not its owner's to have. */
const securityEventsOf = (db: Db, userId: string) =>
  inPages(async ({ after, take }) => {
    const entries = await db.auditEntry.findMany({
      where: { userId, ...after },
      take,
      ...inOrder,
      omit: { userId: true },
    });
    const nobodys = { address: null, device: null, sessionId: null, apiTokenId: null };
    return entries.map(({ actorId, ...entry }) =>
      actorId === null || actorId === userId ? entry : { ...entry, ...nobodys },
    );
  });

const apiTokensOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.apiToken.findMany({ where: { userId, ...after }, take, ...inOrder, omit: { userId: true, hash: true } }),
  );

const membershipsOf = (db: Db, userId: string) =>
  db.member.findMany({
    where: { userId },
    select: { role: true, joinedAt: true, workspace: { select: { id: true, name: true, personalOf: true } } },
    orderBy: [{ joinedAt: "asc" }, { workspaceId: "asc" }],
  });

const invitationsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.invitation.findMany({
      ...{ where: { invitedById: userId, ...after }, take, ...inOrder },
      omit: { emailKey: true, invitedById: true, secretHash: true },
    }),
  );

/** Of the personal workspace; those of others belong to the workspace. What opens them is nobody's to read. */
const socialAccountsOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.socialAccount.findMany({
      ...{ where: { workspace: { personalOf: userId }, ...after }, take, ...inOrder },
      select: {
        ...{ id: true, platform: true, method: true, remoteId: true, handle: true, name: true, url: true, state: true },
        ...{ scopes: true, expiresAt: true, lastSuccessAt: true, lastError: true, lastErrorAt: true },
        ...{ pausedAt: true, disconnectedAt: true, createdAt: true },
      },
    }),
  );

const postsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.post.findMany({
      ...{ where: { authorId: userId, ...after }, take, ...inOrder },
      omit: { authorId: true },
      include: {
        images: { select: { imageId: true, altText: true }, orderBy: { position: "asc" } },
        targets: {
          select: {
            ...{ caption: true, status: true, scheduledAt: true, publishedAt: true, permalink: true },
            ...{ metrics: { select: { values: true, syncedAt: true } } },
            ...{ failureMessage: true, socialAccount: { select: { platform: true, handle: true } } },
          },
          orderBy: { position: "asc" },
        },
      },
    }),
  );

const postingSchedulesOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.postingSchedule.findMany({
      ...{ where: { ownerId: userId, ...after }, take, ...inOrder },
      omit: { ownerId: true, activeSince: true, expandedUntil: true },
      include: {
        tag: { select: { name: true } },
        targets: {
          select: { captionTemplate: true, socialAccount: { select: { platform: true, handle: true } } },
          orderBy: { position: "asc" },
        },
      },
    }),
  );

const publishDecisionsOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.publishAttempt.findMany({
      ...{ where: { resolvedById: userId, ...after }, take, ...inOrder },
      select: { id: true, targetId: true, number: true, state: true, sentAt: true },
    }),
  );

const postDecisionsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.postDecision.findMany({ where: { userId, ...after }, take, ...inOrder, omit: { userId: true } }),
  );

const postCommentsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.postComment.findMany({ where: { userId, ...after }, take, ...inOrder, omit: { userId: true } }),
  );

/** Without their secrets, which no archive holds. */
const reviewLinksBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.reviewLink.findMany({
      ...{ where: { createdById: userId, ...after }, take, ...inOrder },
      omit: { createdById: true, secretHash: true },
    }),
  );

const stylesBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.styleVersion.findMany({
      ...{ where: { createdById: userId, ...after }, take, ...inOrder },
      omit: { createdById: true },
      include: { style: { select: { name: true, workspaceId: true, deletedAt: true } } },
    }),
  );

const commentsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.imageComment.findMany({ where: { userId, ...after }, take, ...inOrder, omit: { userId: true } }),
  );

const reviewsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.reviewDecision.findMany({ where: { userId, ...after }, take, ...inOrder, omit: { userId: true } }),
  );

const notificationsOf = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.notification.findMany({
      ...{ where: { userId, ...after }, take, ...inOrder },
      omit: { userId: true, groupKey: true },
    }),
  );

const notificationSettingsOf = async (db: Db, userId: string) => ({
  settings: await db.notificationSettings.findUnique({
    where: { userId },
    omit: { userId: true, mailLeaseUntil: true },
  }),
  preferences: await db.notificationPreference.findMany({
    ...{ where: { userId }, omit: { userId: true } },
    orderBy: [{ kind: "asc" }, { channel: "asc" }],
  }),
});

/** Without their secrets, which no archive holds, and what they sent, which is the workspace's. */
const webhooksBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.webhook.findMany({
      ...{ where: { createdById: userId, ...after }, take, ...inOrder },
      omit: { createdById: true, secret: true, previousSecret: true, leaseUntil: true, fence: true },
    }),
  );

/** That they were asked for; the numbers are the workspace's. */
const metricExportsBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.metricExport.findMany({
      ...{ where: { requestedById: userId, ...after }, take, ...inOrder },
      select: { id: true, workspaceId: true, format: true, from: true, to: true, status: true, createdAt: true },
    }),
  );

const imagesBy = (db: Db, userId: string) =>
  inPages(({ after, take }) =>
    db.image.findMany({
      ...{ where: { createdById: userId, ...after }, take, ...inOrder },
      omit: { createdById: true, leaseUntil: true, fence: true, statusVersion: true, reviewedById: true },
      include: { tags: { select: { tag: { select: { name: true } } } } },
    }),
  );
