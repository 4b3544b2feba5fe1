/** The matrix of pictures and their library: see matrix.ts. */
import { randomUUID } from "node:crypto";
import { missingId } from "../studio.ts";
import { bulkMutationOf, type Entry, inWorkspace, mutationOf } from "./entry.ts";
import type { Place } from "./places.ts";

const inPlace = ({ workspaceId }: Place) => ({ workspaceId });

/** Fields of Query. */
export const imageQueries: Readonly<Record<string, Entry>> = {
  image: inWorkspace("images:read", "query ($id: ID!) { image(id: $id) { id } }", async (place) => ({
    id: await place.image(),
  })),
  images: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { images(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), image: await place.image() }),
  ),
  cleanUpRuns: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { cleanUpRuns(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), run: await place.cleanUpRun() }),
  ),
  tags: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { tags(workspaceId: $workspaceId) { id } }",
    async (place) => ({ ...inPlace(place), tag: await place.tag() }),
  ),
  styles: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { styles(workspaceId: $workspaceId, filter: { builtIn: false }) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), style: await place.style() }),
  ),
  generationHistory: inWorkspace(
    "images:read",
    "query ($workspaceId: ID) { generationHistory(workspaceId: $workspaceId) { nodes { id } } }",
    async (place) => ({ ...inPlace(place), attempt: await place.attempt() }),
  ),
  imageStatistics: inWorkspace(
    "images:read",
    "query ($workspaceId: ID, $range: DateTimeRange!) { imageStatistics(workspaceId: $workspaceId, range: $range) { images } }",
    async (place) => ({
      ...{ ...inPlace(place), range: { from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z" } },
      image: await place.image(),
    }),
  ),
};

/** Fields of Mutation. */
export const imageMutations: Readonly<Record<string, Entry>> = {
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
  generateImages: inWorkspace("images:create", mutationOf("generateImages"), (place) => ({
    input: { ...inPlace(place), prompt: "a kite", width: 256, height: 256 },
  })),
  regenerateImage: inWorkspace("images:create", mutationOf("regenerateImage"), async (place) => ({
    input: { imageId: await place.image(), width: 256, height: 256 },
  })),
  updateImage: inWorkspace("images:edit", mutationOf("updateImage"), async (place) => ({
    input: { imageId: await place.image(), title: `Kite ${randomUUID()}` },
  })),
  ...Object.fromEntries(
    ["deleteImages", "archiveImages", "restoreImages", "unarchiveImages"].map((field) => [
      field,
      inWorkspace("images:edit", bulkMutationOf(field), async (place) => ({
        input: { imageIds: [await place.image()] },
      })),
    ]),
  ),
  ...Object.fromEntries(
    ["tagImages", "untagImages"].map((field) => [
      field,
      inWorkspace("images:edit", bulkMutationOf(field), async (place) => ({
        input: { imageIds: [await place.image()], tags: ["kites"] },
      })),
    ]),
  ),
  commentOnImage: inWorkspace("images:comment", mutationOf("commentOnImage"), async (place) => ({
    input: { imageId: await place.image(), text: "Higher!" },
  })),
  saveTag: inWorkspace("images:edit", mutationOf("saveTag"), (place) => ({
    input: { ...inPlace(place), name: `kites ${randomUUID()}` },
  })),
  renameTag: inWorkspace("images:edit", mutationOf("renameTag"), async (place) => ({
    input: { tagId: await place.tag(), name: `kites ${randomUUID()}` },
  })),
  mergeTags: inWorkspace("images:edit", mutationOf("mergeTags"), async (place) => ({
    // What is gone has one id; the two must differ.
    input: {
      fromTagId: await place.tag(),
      intoTagId: place.name === "deleted" ? missingId("Tag") : await place.tag(),
    },
  })),
  deleteTag: inWorkspace("images:edit", mutationOf("deleteTag"), async (place) => ({
    input: { tagId: await place.tag() },
  })),
  saveStyle: inWorkspace("images:edit", mutationOf("saveStyle"), (place) => ({
    input: { ...inPlace(place), name: `Ink ${randomUUID()}`, template: "{prompt}, ink" },
  })),
  deleteStyle: inWorkspace("images:edit", mutationOf("deleteStyle"), async (place) => ({
    input: { styleId: await place.style() },
  })),
  cancelGeneration: inWorkspace("images:create", mutationOf("cancelGeneration"), async (place) => ({
    input: { imageIds: [await place.image()] },
  })),
  reviewImages: inWorkspace("images:review", mutationOf("reviewImages"), async (place) => ({
    input: { imageIds: [await place.image()], decision: "APPROVE" },
  })),
};
