import t from "tap";
import { PostTargetStatus } from "../../src/generated/prisma/enums.ts";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const mutation = (field: string, selection = "") => {
  const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${name}Input!) { ${field}(input: $input) { __typename ... on Error { message } ${selection} } }`;
};

const later = new Date("2027-06-01T09:00:00Z").toISOString();

/** What people do with a post, and in which states of its one target they may. */
const deeds: readonly {
  readonly name: string;
  readonly document: string;
  readonly input: (postId: string) => Record<string, unknown>;
  readonly may: readonly PostTargetStatus[];
}[] = [
  {
    name: "edit",
    document: mutation("updatePost"),
    input: (postId) => ({ postId, expectedVersion: 1, caption: `Edited ${postId}` }),
    may: ["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"],
  },
  {
    name: "schedule",
    document: mutation("schedulePost"),
    input: (postId) => ({ postId, schedule: { at: later } }),
    may: ["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"],
  },
  {
    name: "publish now",
    document: mutation("publishPostNow"),
    input: (postId) => ({ postId }),
    may: ["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"],
  },
  {
    name: "move",
    document: mutation(
      "reschedulePosts",
      "... on ReschedulePostsSuccess { results { __typename ... on Error { message } } }",
    ),
    input: (postId) => ({ postIds: [postId], move: { byMinutes: 10 } }),
    may: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED"],
  },
  {
    name: "submit",
    document: mutation("submitPost"),
    input: (postId) => ({ postId }),
    may: ["DRAFT"],
  },
  {
    name: "hold",
    document: mutation("holdPost"),
    input: (postId) => ({ postId }),
    may: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING"],
  },
  {
    name: "cancel",
    document: mutation("cancelPost"),
    input: (postId) => ({ postId }),
    // What is being sent is asked to stop.
    may: ["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING", "MISSED"],
  },
  {
    name: "delete",
    document: mutation("deletePost"),
    input: (postId) => ({ postId }),
    may: ["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"],
  },
  {
    name: "copy",
    document: mutation("duplicatePost"),
    input: (postId) => ({ postId }),
    may: Object.values(PostTargetStatus),
  },
];

t.test(
  "what people may do with a post in each state, and that they are told the state where they may not",
  async (t) => {
    const atelier = await openAtelier(t, { providers: standInProvider(), ...standInPlatform() });
    const { db } = atelier.services;
    atelier.clock.set(new Date("2027-05-01T09:00:00Z"));
    const ada = await atelier.signUp("Ada");
    const [imageId = ""] = await studio.approvedImages(atelier, ada);
    const socialAccountId = await studio.connectGallery(ada, "ada");
    for (const status of Object.values(PostTargetStatus)) {
      for (const { name, document, input, may } of deeds) {
        const { post } = await ada.mutate(studio.operations.create, {
          ...{ caption: `${name} ${status}`, images: [{ imageId }], targets: [{ socialAccountId }] },
          ...(status !== "DRAFT" && { schedule: { at: later } }),
        });
        await db.postTarget.updateMany({ where: { id: studio.rowIdOf(post.targets[0].id) }, data: { status } });
        const answer = await ada.mutate(document, input(post.id));
        const { __typename, message } = answer.results?.[0] ?? answer;
        const [ends, says] = may.includes(status)
          ? [/Success$/, undefined]
          : [/^ConflictError$/, /[A-Z]{5}|is out|is being sent/];
        t.match(__typename, ends, `${name} what is ${status}: ${message}`);
        if (says !== undefined) t.match(message, says);
      }
    }
  },
);
