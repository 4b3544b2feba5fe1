import type { Platform } from "../../src/platforms/platform.ts";
import type { CapabilityClass } from "../../src/platforms/publication.ts";
import { beginSending } from "../../src/publishing/begin-sending.ts";
import { type Claim, type ClaimedAttempt, claimTarget } from "../../src/publishing/claim-target.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { type StandInPlatform, standInPlatform, standInProvider } from "./stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "./studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** A draft for one account of a social network that does as it is told. */
export interface PublishingDesk {
  readonly atelier: Atelier;
  readonly platform: StandInPlatform;
  readonly ada: Person;
  readonly imageId: string;
  readonly postId: string;
  /** Row id of the post's one target. */
  readonly targetId: string;
  publishNow(): Promise<Loose>;
  drain(): Promise<void>;
  claim(): Promise<Claim>;
  /** Claims the target and begins to send it, like a worker that dies before the answer. */
  begin(): Promise<ClaimedAttempt>;
  /** The post as its author sees it. */
  post(): Promise<Loose>;
  /** The ledger, oldest first. */
  attempts(): Promise<Loose[]>;
  /** Writes another post for an account (default: the same), to go out at a moment. Answers its target's row id. */
  another(caption: string, at: Date, socialAccountId?: string): Promise<string>;
  /** The captions that were sent, in the order of arrival. */
  said(): string[];
}

/** Opens a desk; the account is called `ada`. */
export async function openDesk(
  t: Teardown,
  {
    capability,
    settleWindow,
    environment,
    reads,
    providers = standInProvider(),
  }: {
    capability?: CapabilityClass;
    settleWindow?: number;
    environment?: Readonly<Record<string, string>>;
    /** What the platform can be asked about posts and accounts. */
    reads?: Pick<Platform, "verify" | "quota">;
    providers?: ReturnType<typeof standInProvider>;
  } = {},
): Promise<PublishingDesk> {
  const platform = standInPlatform(capability, settleWindow, reads);
  const atelier = await openAtelier(t, {
    ...{ providers, platforms: platform.platforms },
    ...(environment && { environment }),
  });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  const socialAccountId = await connectGallery(ada, "ada");
  const input = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] };
  const { post } = await ada.mutate(operations.create, input);
  const targetId = rowIdOf(post.targets[0].id);
  const query = `query ($id: ID!) { node(id: $id) { ... on Post { status targets {
    status scheduledAt publishedAt permalink externalId failure { code message retryable } socialAccount { state lastError lastSuccessAt }
  } } } }`;
  return {
    ...{ atelier, platform, ada, imageId, targetId, postId: post.id },
    publishNow: async () => (await atelier.signIn(ada)).mutate(operations.publishNow, { postId: post.id }),
    drain: () => atelier.drain(),
    claim: () => claimTarget(atelier.services, targetId),
    begin: async () => {
      const claim = await claimTarget(atelier.services, targetId);
      if (claim.kind !== "prepare") throw new Error(`The target cannot be sent: ${claim.kind}.`);
      const sending = await beginSending(atelier.services, claim, settleWindow ?? 0);
      if (sending === null) throw new Error("The target must not be sent.");
      return sending;
    },
    post: async () => (await (await atelier.signIn(ada)).request(query, { id: post.id })).data.node,
    another: async (caption, at, account = socialAccountId) => {
      const schedule = at <= atelier.clock.now() ? { now: true } : { at: at.toISOString() };
      const targets = [{ socialAccountId: account }];
      const made = await (await atelier.signIn(ada)).mutate(operations.create, {
        ...{ caption, images: [{ imageId }], targets, schedule },
      });
      return rowIdOf(made.post.targets[0].id);
    },
    said: () => platform.arrived.map(({ caption }) => caption),
    attempts: () => atelier.services.db.publishAttempt.findMany({ where: { targetId }, orderBy: { number: "asc" } }),
  };
}
