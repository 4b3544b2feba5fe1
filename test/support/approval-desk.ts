/** A workspace whose posts need approval: Ada owns it, Eve writes, Rex reviews. */
import { missUnapproved } from "../../src/posts/approval/miss-unapproved.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { type StandInPlatform, standInPlatform, standInProvider } from "./stand-ins.ts";
import { operations } from "./studio.ts";
import { join, newWorkspace, operations as team } from "./team.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

const errors =
  "... on Error { code message } ... on ValidationError { issues { path code message } } ... on ContentChangedError { contentHash }";
const post = `post { id status version approvalState contentHash scheduledAt
  targets { id status scheduledAt awaitsApproval failure { code message } } }`;
const changed = (field: string) => {
  const type = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename ${errors.replace(
    / ... on ContentChangedError \{ contentHash \}/,
    field === "approvePost" || field === "rejectPost" ? "$&" : "",
  )} ... on ${type}Success { ${post} } } }`;
};

/** Mutations as clients write them. */
export const approvalOperations = {
  ...{ submit: changed("submitPost"), approve: changed("approvePost"), reject: changed("rejectPost") },
  ...{ hold: changed("holdPost"), schedule: changed("schedulePost"), update: changed("updatePost") },
  comment: `mutation ($input: CommentOnPostInput!) { commentOnPost(input: $input) { __typename ... on Error { code message }
    ... on CommentOnPostSuccess { comment { id text isShared user { displayName } } } } }`,
};

/** What the tests of approval begin with. */
export interface ApprovalDesk {
  readonly atelier: Atelier;
  readonly platform: StandInPlatform;
  readonly ada: Person;
  readonly eve: Person;
  readonly rex: Person;
  readonly workspaceId: string;
  readonly imageId: string;
  readonly socialAccountId: string;
  /** Eve writes a draft; with minutes she schedules it so far ahead. Answers the post. */
  write(caption: string, minutes?: number): Promise<Loose>;
  /** The post as its readers see it. */
  read(postId: string): Promise<Loose>;
  /** Rex approves what he reads now. */
  approve(postId: string): Promise<Loose>;
  /** Does what the worker does of itself every minute, and every job that is due. */
  work(): Promise<void>;
  /** A moment so many minutes ahead. */
  ahead(minutes: number): string;
}

/** Opens the desk; its policy is REQUIRED unless it is given. */
export async function openApprovalDesk(t: Teardown, policy: "REQUIRED" | "NONE" = "REQUIRED"): Promise<ApprovalDesk> {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const [ada, eve, rex] = [await atelier.signUp("Ada"), await atelier.signUp("Eve"), await atelier.signUp("Rex")];
  const workspaceId = await newWorkspace(ada);
  await join(atelier, ada, { workspaceId, person: eve, role: "EDITOR" });
  await join(atelier, ada, { workspaceId, person: rex, role: "REVIEWER" });
  await ada.mutate(team.updateWorkspace, { workspaceId, postApprovalPolicy: policy });
  const [imageId = ""] = await approvedImagesIn(atelier, ada, workspaceId);
  const connected = await ada.mutate(operations.connect, {
    workspaceId,
    account: { showcase: { handle: "ada", name: "Ada" } },
  });
  const socialAccountId: string = connected.socialAccount.id;
  const ahead = (minutes: number) => new Date(atelier.clock.now().getTime() + minutes * 60_000).toISOString();
  const query = `query ($id: ID!) { ${post.replace("post {", "post(id: $id) {")} }`;
  const read = async (id: string) => (await (await atelier.signIn(rex)).request(query, { id })).data.post;
  return {
    ...{ atelier, platform, ada, eve, rex, workspaceId, imageId, socialAccountId, read, ahead },
    write: async (caption, minutes) => {
      const made = await (await atelier.signIn(eve)).mutate(operations.create, {
        ...{ workspaceId, caption, images: [{ imageId }], targets: [{ socialAccountId }] },
        ...(minutes !== undefined && { schedule: { at: ahead(minutes) } }),
      });
      if (made.post === undefined) throw new Error(made.message);
      return made.post;
    },
    work: async () => {
      await missUnapproved(atelier.services);
      await dispatchDueTargets(atelier.services);
      await atelier.drain();
    },
    approve: async (postId) => {
      const { contentHash } = await read(postId);
      return (await atelier.signIn(rex)).mutate(approvalOperations.approve, { postId, contentHash });
    },
  };
}

async function approvedImagesIn(atelier: Atelier, person: Person, workspaceId: string): Promise<string[]> {
  const made = await person.mutate(operations.generate, { workspaceId, prompt: "a lighthouse", count: 1 });
  await atelier.drain();
  const imageIds = made.images.map((image: { id: string }) => image.id);
  await person.mutate(operations.review, { imageIds, decision: "APPROVE" });
  return imageIds;
}
