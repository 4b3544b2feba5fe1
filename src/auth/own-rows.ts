import type { Viewer } from "../graphql/context.ts";

/** No user has this id. */
const nobody = "00000000-0000-0000-0000-000000000000";

/** The condition that a row is the viewer's own affair; for API tokens and without a viewer none is. */
export const ownRows = (viewer: Pick<Viewer, "userId" | "grant"> | null) => ({
  userId: viewer !== null && viewer.grant === null ? viewer.userId : nobody,
});
