import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Lets the search text of a workspace's pictures follow its tags. */
export const rewriteTagNamesJob = defineJob({
  name: "rewrite-tag-names",
  payload: z.object({ workspaceId: z.uuid() }),
  // A crash is repaired by the sweep.
  maxAttempts: 3,
});
