import type { Prisma } from "../generated/prisma/client.ts";
import type { Viewer } from "../graphql/context.ts";

/**
 * The condition that a notification is the viewer's, is shown, and is not of a workspace that they left; an invitation is of a
 * workspace that they are not in yet.
 */
export function ownNotifications({ userId }: Pick<Viewer, "userId">): Prisma.NotificationWhereInput {
  const still = { workspace: { members: { some: { userId } } } };
  return { userId, inApp: true, OR: [{ kind: "INVITATION" }, still] };
}
