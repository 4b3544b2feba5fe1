/** The matrix of measuring: see matrix.ts. */
import { type Entry, inWorkspace, mutationOf } from "./entry.ts";
import type { Place } from "./places.ts";

const inPlace = ({ workspaceId }: Place) => ({ workspaceId });
const day = 24 * 60 * 60_000;
const range = {
  from: new Date(Date.now() - 7 * day).toISOString(),
  to: new Date(Date.now() + 7 * day).toISOString(),
};

/** Fields of Query. */
export const analyticsQueries: Readonly<Record<string, Entry>> = {
  postStatistics: inWorkspace(
    "analytics:read",
    "query ($workspaceId: ID, $range: DateTimeRange!) { postStatistics(workspaceId: $workspaceId, range: $range) { targets } }",
    async (place) => ({ ...inPlace(place), range, target: await place.measuredTarget() }),
  ),
  provenanceStatistics: inWorkspace(
    "analytics:read",
    "query ($workspaceId: ID, $range: DateTimeRange!) { provenanceStatistics(workspaceId: $workspaceId, range: $range) { targets } }",
    async (place) => ({ ...inPlace(place), range, target: await place.measuredTarget() }),
  ),
  bestTimes: inWorkspace(
    "analytics:read",
    "query ($workspaceId: ID, $range: DateTimeRange!) { bestTimes(workspaceId: $workspaceId, metric: LIKES, range: $range) { samples } }",
    async (place) => ({ ...inPlace(place), range, target: await place.measuredTarget() }),
  ),
  metricExports: inWorkspace(
    "analytics:read",
    "query ($workspaceId: ID) { metricExports(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), export: await place.metricExport() }),
  ),
  metricSeries: inWorkspace(
    "analytics:read",
    "query ($workspaceId: ID, $from: DateTime!, $to: DateTime!) { metricSeries(workspaceId: $workspaceId, metric: LIKES, from: $from, to: $to) { key } }",
    async (place) => ({ ...inPlace(place), ...range, target: await place.measuredTarget() }),
  ),
};

/** Fields of Mutation. */
export const analyticsMutations: Readonly<Record<string, Entry>> = {
  // At most three are written at a time, and nobody writes them here.
  exportAnalytics: {
    ...inWorkspace("analytics:read", mutationOf("exportAnalytics"), (place) => ({
      input: { ...inPlace(place), range, format: "CSV" },
    })),
    passes: ["CONFLICT"],
  },
  // Nothing is out: whoever is let in is told so.
  syncPostAnalytics: {
    ...inWorkspace("analytics:sync", mutationOf("syncPostAnalytics"), async (place) => ({
      input: { postId: await place.post() },
    })),
    passes: ["CONFLICT"],
  },
};
