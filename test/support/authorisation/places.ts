/** Where the matrix asks for things: a workspace that the cast shares, one of somebody else, and one that is gone. */
import { randomUUID } from "node:crypto";
import type { Role } from "../../../src/generated/prisma/enums.ts";
import { encodeGlobalId } from "../../../src/graphql/ids.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import type { Services } from "../../../src/services.ts";
import { invitationTokenHash, newInvitationToken } from "../../../src/workspaces/invitation-token.ts";
import { goneMeasured, type MeasuredThings, measuredThings } from "./places-analytics.ts";
import { goneReviewed, type ReviewedThings, reviewedThings } from "./places-approval.ts";
import { goneThings, type ToldThings, toldThings } from "./places-notifications.ts";
import { goneSchedules, type ScheduledThings, scheduledThings } from "./places-schedules.ts";
import { sessionOf } from "./session-of.ts";

/** A workspace and fresh things in it, by their public ids. In the deleted one every id is of something that was there once. */
export interface Place extends ToldThings, ReviewedThings, MeasuredThings, ScheduledThings {
  readonly name: "own" | "other's" | "deleted";
  readonly workspaceId: string;
  /** A generated picture. */
  image(): Promise<string>;
  /** A picture that was made from another. */
  derivedImage(): Promise<string>;
  tag(): Promise<string>;
  /** One of the workspace's own. */
  style(): Promise<string>;
  styleVersion(): Promise<string>;
  /** A decision about a picture. */
  decision(): Promise<string>;
  /** A comment on a picture. */
  comment(): Promise<string>;
  /** A call to a provider for a picture. */
  attempt(): Promise<string>;
  /** The receipt of a clean-up. */
  cleanUpRun(): Promise<string>;
  /** A draft with an approved picture and one target. */
  post(): Promise<string>;
  target(): Promise<string>;
  socialAccount(): Promise<string>;
  /** An attempt to connect that a user began in the session of an access token, or, for nobody and scripts, another's. */
  connection(userId: string, token: string | null): Promise<string>;
  /** Somebody's membership, in the role of a viewer. */
  member(): Promise<string>;
  /** An open invitation. */
  invitation(): Promise<string>;
  /** The secret of an open invitation: for an address, or, where the place is somebody else's, for another. */
  invitationToken(email: string): Promise<string>;
  /** An archive of a user's data, or, where the place is somebody else's, of another. */
  dataExport(userId: string): Promise<string>;
  /** An API token of a user, or, where the place is somebody else's, of another. */
  apiToken(userId: string): Promise<string>;
  /** A sign-in of a user, or, where the place is somebody else's, of another. */
  session(userId: string): Promise<string>;
  /** An entry of a user's audit log, or of another's. */
  securityEvent(userId: string): Promise<string>;
}

const picture = {
  ...({ status: "GENERATED", progressKind: "MEASURED" } as const),
  ...{ prompt: "a kite", promptSent: "a kite", provider: "sketch", model: "sketch-1", progress: 1 },
  ...{ requestedWidth: 64, requestedHeight: 64, requestedSeed: 1 },
  ...{
    sha256: "0".repeat(64),
    mime: "image/png",
    extension: "png",
    bytes: 1_000,
    width: 64,
    height: 64,
    altText: "A kite",
  },
};

/** A place in a workspace that exists. `authorId` writes its posts. */
export function placeIn(
  services: Services,
  { name, workspaceId, authorId }: { name: Place["name"]; workspaceId: string; authorId: string },
): Place {
  const { db, clock } = services;
  const image = async (reviewState: "PENDING" | "APPROVED") =>
    (await db.image.create({ data: { ...picture, workspaceId, reviewState, batchId: randomUUID() } })).id;
  const derivedImage = async () => {
    const parentImageId = await image("PENDING");
    const data = { ...picture, workspaceId, parentImageId, fromParent: true, batchId: randomUUID() };
    return (await db.image.create({ data })).id;
  };
  const tag = async () => {
    const names = { name: randomUUID(), nameKey: randomUUID() };
    return (await db.tag.create({ data: { workspaceId, ...names, colour: "#336699" } })).id;
  };
  const style = async () => {
    const versions = { create: { number: 1, template: "{prompt}, ink" } };
    const names = { workspaceId, name: randomUUID(), nameKey: randomUUID() };
    return db.style.create({ data: { ...names, versions }, include: { versions: true } });
  };
  const decision = async () =>
    (
      await db.reviewDecision.create({
        data: { imageId: await image("APPROVED"), state: "APPROVED", userId: authorId },
      })
    ).id;
  const comment = async () =>
    (await db.imageComment.create({ data: { imageId: await image("PENDING"), text: "Higher!", userId: authorId } })).id;
  const attempt = async () => {
    const names = { provider: "sketch", model: "sketch-1", number: 1, startedAt: clock.now() };
    return (await db.generationAttempt.create({ data: { workspaceId, imageId: await image("PENDING"), ...names } })).id;
  };
  const cleanUpRun = async () => {
    const counts = { removed: 0, kept: 0, bytes: 0n, details: { keptBecause: {} } };
    return (await db.cleanUpRun.create({ data: { workspaceId, at: clock.now(), ...counts } })).id;
  };
  const socialAccount = async () => {
    const handle = `h${randomUUID().slice(0, 8)}`;
    const profile = { remoteId: handle, handle, name: handle };
    return (
      await db.socialAccount.create({ data: { workspaceId, method: "showcase", platform: "showcase", ...profile } })
    ).id;
  };
  const connection = async (userId: string, token: string | null) => {
    const sessionId = sessionOf(token) ?? randomUUID();
    const way = { platform: "showcase", method: "showcase", redirectUri: "http://atelier.test/", sessionId };
    const expiresAt = addMilliseconds(clock.now(), 1_000_000);
    const owner = userId === "" ? authorId : userId;
    return (await db.connectionAttempt.create({ data: { workspaceId, userId: owner, ...way, expiresAt } })).id;
  };
  const post = async () =>
    db.post.create({
      data: {
        ...{ workspaceId, authorId, caption: "A kite." },
        images: { create: { position: 0, imageId: await image("APPROVED") } },
        targets: { create: { position: 0, workspaceId, socialAccountId: await socialAccount() } },
      },
      include: { targets: true },
    });
  const member = async () =>
    (await db.member.create({ data: { workspaceId, userId: await newUser(db), role: "VIEWER" } })).id;
  const invitation = async (email: string = `${randomUUID()}@example.org`) => {
    const secret = newInvitationToken();
    const offer = { workspaceId, email, emailKey: email, role: "VIEWER", invitedById: authorId } as const;
    // One open invitation for an address: the one before is taken back.
    await db.invitation.deleteMany({ where: { workspaceId, emailKey: email } });
    const { id } = await db.invitation.create({
      data: { ...offer, secretHash: invitationTokenHash(secret), expiresAt: addMilliseconds(clock.now(), 1_000_000) },
    });
    return { id, secret };
  };
  const whose = (userId: string) => (name === "own" && userId !== "" ? userId : authorId);
  const apiToken = async (userId: string) => {
    const names = { name: "Script", hash: randomUUID(), hint: "atl_0000", scopes: ["images:read"] };
    const expiresAt = addMilliseconds(clock.now(), 1_000_000);
    return (await db.apiToken.create({ data: { userId: whose(userId), ...names, expiresAt } })).id;
  };
  // One that failed: of those that wait there may be one at a time.
  const dataExport = async (userId: string) =>
    (await db.dataExport.create({ data: { userId: whose(userId), status: "FAILED" } })).id;
  const session = async (userId: string) => {
    const hashes = { familyHash: randomUUID(), tokenHash: randomUUID() };
    const expiresAt = addMilliseconds(clock.now(), 1_000_000);
    return (await db.session.create({ data: { userId: whose(userId), ...hashes, expiresAt } })).id;
  };
  const securityEvent = async (userId: string) =>
    (await db.auditEntry.create({ data: { userId: whose(userId), action: "SIGNED_IN" } })).id;
  return {
    ...toldThings(services, { workspaceId, whose }),
    ...reviewedThings(services, { workspaceId, authorId, postId: async () => (await post()).id }),
    ...measuredThings(services, { workspaceId, target: async () => (await post()).targets[0]?.id ?? "" }),
    ...scheduledThings(services, {
      ...{ workspaceId, socialAccount, image: () => image("PENDING") },
      ...{ style: async () => (await style()).id, post: async () => (await post()).id },
    }),
    name,
    workspaceId: encodeGlobalId("Workspace", workspaceId),
    image: async () => encodeGlobalId("Image", await image("PENDING")),
    derivedImage: async () => encodeGlobalId("Image", await derivedImage()),
    tag: async () => encodeGlobalId("Tag", await tag()),
    style: async () => encodeGlobalId("Style", (await style()).id),
    styleVersion: async () => encodeGlobalId("StyleVersion", (await style()).versions[0]?.id ?? ""),
    decision: async () => encodeGlobalId("ImageDecision", await decision()),
    comment: async () => encodeGlobalId("ImageComment", await comment()),
    attempt: async () => encodeGlobalId("GenerationAttempt", await attempt()),
    cleanUpRun: async () => encodeGlobalId("CleanUpRun", await cleanUpRun()),
    post: async () => encodeGlobalId("Post", (await post()).id),
    target: async () => encodeGlobalId("PostTarget", (await post()).targets[0]?.id ?? ""),
    socialAccount: async () => encodeGlobalId("SocialAccount", await socialAccount()),
    connection: async (userId, token) => encodeGlobalId("ConnectionAttempt", await connection(userId, token)),
    member: async () => encodeGlobalId("Member", await member()),
    invitation: async () => encodeGlobalId("Invitation", (await invitation()).id),
    invitationToken: async (email) => (await invitation(name === "own" ? email : undefined)).secret,
    apiToken: async (userId) => encodeGlobalId("ApiToken", await apiToken(userId)),
    dataExport: async (userId) => encodeGlobalId("DataExport", await dataExport(userId)),
    session: async (userId) => encodeGlobalId("Session", await session(userId)),
    securityEvent: async (userId) => encodeGlobalId("SecurityEvent", await securityEvent(userId)),
  };
}

/** A place whose workspace is deleted, with everything that was in it. */
export async function deletedPlace(services: Services, authorId: string): Promise<Place> {
  const { db } = services;
  const workspace = await db.workspace.create({ data: { name: "Gone" } });
  const was = placeIn(services, { name: "deleted", workspaceId: workspace.id, authorId });
  const ids = {
    derivedImage: await was.derivedImage(),
    ...{ tag: await was.tag(), style: await was.style(), styleVersion: await was.styleVersion() },
    ...{ decision: await was.decision(), comment: await was.comment() },
    ...{ image: await was.image(), attempt: await was.attempt(), post: await was.post(), target: await was.target() },
    ...{ socialAccount: await was.socialAccount(), member: await was.member(), invitation: await was.invitation() },
    ...{ apiToken: await was.apiToken(authorId), cleanUpRun: await was.cleanUpRun() },
    dataExport: await was.dataExport(authorId),
    ...{ session: await was.session(authorId), securityEvent: await was.securityEvent(authorId) },
    invitationToken: await was.invitationToken("gone@example.org"),
    connection: await was.connection(authorId, null),
  };
  const [told, measured] = [await goneThings(was, authorId), await goneMeasured(was)];
  const planned = { ...(await goneReviewed(was)), ...(await goneSchedules(was)) };
  await db.post.deleteMany({ where: { workspaceId: workspace.id } });
  await db.workspace.delete({ where: { id: workspace.id } });
  const theirs = { where: { userId: authorId } };
  await Promise.all([db.apiToken.deleteMany(theirs), db.dataExport.deleteMany(theirs)]);
  await Promise.all([db.session.deleteMany(theirs), db.auditEntry.deleteMany(theirs)]);
  const gone = (id: string) => () => Promise.resolve(id);
  return {
    ...{ ...told, ...measured, ...planned },
    ...({ name: "deleted", workspaceId: was.workspaceId } as const),
    ...{ tag: gone(ids.tag), style: gone(ids.style), styleVersion: gone(ids.styleVersion) },
    ...{ decision: gone(ids.decision), comment: gone(ids.comment) },
    ...{ cleanUpRun: gone(ids.cleanUpRun) },
    ...{ image: gone(ids.image), derivedImage: gone(ids.derivedImage) },
    ...{ attempt: gone(ids.attempt), post: gone(ids.post) },
    ...{ target: gone(ids.target), socialAccount: gone(ids.socialAccount), member: gone(ids.member) },
    ...{ invitation: gone(ids.invitation), invitationToken: gone(ids.invitationToken), apiToken: gone(ids.apiToken) },
    ...{ dataExport: gone(ids.dataExport), connection: gone(ids.connection) },
    ...{ session: gone(ids.session), securityEvent: gone(ids.securityEvent) },
  };
}

/** A user with a personal workspace, written down rather than registered: nobody hashes a password for it. */
export async function newUser(db: Services["db"]): Promise<string> {
  const email = `${randomUUID()}@example.org`;
  const { id } = await db.user.create({ data: { email, emailKey: email, displayName: "Kim", passwordHash: "none" } });
  await db.workspace.create({
    data: { name: "Kim's workspace", personalOf: id, members: { create: { userId: id, role: "OWNER" } } },
  });
  return id;
}

/** Makes somebody's role in a workspace what it shall be, whatever happened to it. */
export async function setRole(
  db: Services["db"],
  { workspaceId, userId, role }: { workspaceId: string; userId: string; role: Role },
): Promise<void> {
  const rows = { where: { workspaceId_userId: { workspaceId, userId } }, create: { workspaceId, userId, role } };
  await db.member.upsert({ ...rows, update: { role } });
}
