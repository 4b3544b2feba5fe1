/** The matrix' entries of tags and styles, of pictures that come in from outside, and of those that are cleaned up: see matrix.ts. */
import { randomUUID } from "node:crypto";
import { missingId } from "../studio.ts";
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
};
