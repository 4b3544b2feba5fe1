import { z } from "zod";
import { defineJob, jobPriority } from "../infra/jobs.ts";

/** Reads the numbers of an account's posts that are due. */
export const measureAccountJob = defineJob({
  name: "measure-account",
  payload: z.object({ socialAccountId: z.uuid() }),
  // The rows say what is due; the timetable brings back what is left.
  maxAttempts: 1,
  priority: jobPriority.measuring,
});

/** Sums a workspace's snapshots by the days of its time zone anew. */
export const rebuildCalendarJob = defineJob({
  name: "rebuild-metric-calendar",
  payload: z.object({ workspaceId: z.uuid() }),
  maxAttempts: 1,
});

/** Writes a file of a workspace's numbers. */
export const makeMetricExportJob = defineJob({
  name: "make-metric-export",
  payload: z.object({ exportId: z.uuid() }),
  // The row counts how often it was begun; the sweep brings back what a dead process left.
  maxAttempts: 5,
});
