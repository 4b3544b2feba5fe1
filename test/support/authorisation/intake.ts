/** The matrix' entries of pictures that come in from outside, and of those that are cleaned up: see matrix.ts. */
import { type Entry, inWorkspace, mutationOf } from "./entry.ts";
import type { Place } from "./places.ts";

const inPlace = ({ workspaceId }: Place) => ({ workspaceId });

/** Fields of Query. */
export const queries: Readonly<Record<string, Entry>> = {
  cleanUpRuns: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { cleanUpRuns(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), run: await place.cleanUpRun() }),
  ),
};

/** Fields of Mutation. */
export const mutations: Readonly<Record<string, Entry>> = {
  uploadImages: {
    ...inWorkspace("images:create", mutationOf("uploadImages"), (place) => ({
      input: { ...inPlace(place), files: [null] },
    })),
    file: true,
  },
  importImage: inWorkspace("images:create", mutationOf("importImage"), (place) => ({
    input: { ...inPlace(place), url: "https://pictures.example.org/kite.png" },
  })),
  cleanUpImages: inWorkspace("workspace:admin", mutationOf("cleanUpImages"), (place) => ({
    input: { ...inPlace(place), dryRun: false, olderThanDays: 3_650 },
  })),
};
