import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Db, Tx } from "../infra/db.ts";
import { DuplicatePostError } from "./errors.ts";
import { likenessHash, type TargetContent } from "./post-content.ts";

/** How far apart two posts that look the same are no surprise, in milliseconds: 30 days. */
const apart = 30 * 24 * 60 * 60_000;

/** What is, may be, or will be out. */
const counted: readonly PostTargetStatus[] = [
  ...(["AWAITING_APPROVAL", "SCHEDULED", "PUBLISHING", "SUBMITTED", "UNKNOWN", "PUBLISHED"] as const),
];

/** A target that is to go out at a moment; without an id it is not saved. */
export interface PlannedTarget {
  readonly id: string | null;
  readonly content: TargetContent;
  readonly at: Date;
}

/** Another post that looks the same. */
export interface Twin {
  readonly postId: string;
  /** When it went or goes out. */
  readonly at: Date;
  readonly isOut: boolean;
}

/** Finds, for each target, the other post on the same account with the same text and pictures that is nearest in time, within 30 days; one statement. */
export async function findTwins(db: Db | Tx, targets: readonly PlannedTarget[]): Promise<readonly (Twin | null)[]> {
  const wanted = targets.map(({ id, content, at }) => ({
    ...{ id, at, accountId: content.socialAccount.id, hash: likenessHash(content) },
  }));
  if (wanted.length === 0) return [];
  const found = await db.postTarget.findMany({
    where: {
      status: { in: [...counted] },
      OR: wanted.map(({ accountId, hash }) => ({ socialAccountId: accountId, likenessHash: hash })),
    },
    select: {
      ...{ id: true, postId: true, socialAccountId: true, likenessHash: true, status: true },
      ...{ publishedAt: true, scheduledAt: true },
    },
    orderBy: { id: "desc" },
    take: 1_000,
  });
  return wanted.map(({ id, at, accountId, hash }) => {
    const distance = (twin: Twin) => Math.abs(twin.at.getTime() - at.getTime());
    const [nearest] = found
      .filter((row) => row.id !== id && row.socialAccountId === accountId && row.likenessHash === hash)
      .flatMap(({ postId, publishedAt, scheduledAt, status }): Twin[] => {
        const time = publishedAt ?? scheduledAt;
        return time === null ? [] : [{ postId, at: time, isOut: status === "PUBLISHED" }];
      })
      .filter((twin) => twin.at >= addMilliseconds(at, -apart) && twin.at <= addMilliseconds(at, apart))
      .toSorted((one, other) => distance(one) - distance(other));
    return nearest ?? null;
  });
}

/** What people are told of a twin. */
export function twinMessage(handle: string, { at, isOut }: Twin): string {
  const when = at.toISOString();
  return `${handle} ${isOut ? `has had a post with this text and these pictures, at ${when}` : `has a post with this text and these pictures planned for ${when}`}.`;
}

/** Throws a {@link DuplicatePostError} that names every post that looks the same. */
export async function refuseTwins(tx: Tx, targets: readonly PlannedTarget[]): Promise<void> {
  const twins = await findTwins(tx, targets);
  const told = targets.flatMap(({ content }, index) => {
    const twin = twins[index] ?? null;
    return twin === null ? [] : [{ twin, message: twinMessage(content.socialAccount.handle, twin) }];
  });
  if (told.length === 0) return;
  const messages = [...new Set(told.map(({ message }) => message))].join(" ");
  throw new DuplicatePostError(`${messages} Change it, or pass \`allowDuplicate: true\` if that is wanted.`, [
    ...new Set(told.map(({ twin }) => twin.postId)),
  ]);
}
