import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Makes the archive of a person's data. */
export const makeDataExportJob = defineJob({
  name: "make-data-export",
  payload: z.object({ exportId: z.uuid() }),
  // The row counts how often it was begun; the sweep brings back what a dead process left.
  maxAttempts: 5,
});
