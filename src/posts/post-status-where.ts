import type { Prisma } from "../generated/prisma/client.ts";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { type PostStatus, resting, speaking } from "./post-status.ts";

/** The condition that a post has one of these statuses: `postStatus`, as the database sees it. */
export function wherePostStatus(statuses: readonly PostStatus[]): Prisma.PostWhereInput {
  return { OR: statuses.map(whereOne) };
}

function whereOne(status: PostStatus): Prisma.PostWhereInput {
  if (status === "PUBLISHED") return { AND: [some(["PUBLISHED"]), { targets: { every: { status: "PUBLISHED" } } }] };
  if (status === "PARTIALLY_PUBLISHED") {
    const other = { targets: { some: { status: { not: "PUBLISHED" as const } } } };
    return { AND: [some(["PUBLISHED"]), other, none(speaking)] };
  }
  const ranks: readonly PostTargetStatus[] = [...speaking, "PUBLISHED", ...resting];
  const louder = none(ranks.slice(0, ranks.indexOf(status)));
  // A post without targets is a draft.
  if (status === "DRAFT") return { AND: [louder, { OR: [some(["DRAFT"]), { targets: { none: {} } }] }] };
  return { AND: [some([status]), louder] };
}

const some = (statuses: readonly PostTargetStatus[]) => ({ targets: { some: { status: { in: [...statuses] } } } });

const none = (statuses: readonly PostTargetStatus[]) => ({ targets: { none: { status: { in: [...statuses] } } } });
