import t from "tap";
import type { Role } from "../../src/generated/prisma/enums.ts";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import { joinWorkspace, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";

const verbs = {
  "images:create": {
    query:
      "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename ... on Error { code message } } }",
    input: (workspaceId: string) => ({ workspaceId, prompt: "a kite", width: 256, height: 256 }),
    success: "GenerateImagesSuccess",
  },
  "social-accounts:write": {
    query:
      "mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) { __typename ... on Error { code message } } }",
    input: (workspaceId: string) => ({ workspaceId, account: { showcase: { handle: "kites", name: "Kites" } } }),
    success: "ConnectSocialAccountSuccess",
  },
} as const;
type Verb = keyof typeof verbs;

const mayDo: Readonly<Record<Verb, readonly Role[]>> = {
  "images:create": ["OWNER", "EDITOR"],
  "social-accounts:write": ["OWNER"],
};

t.test("what a member may do follows the role", async (t) => {
  const atelier = await openAtelier(t);
  const { db } = atelier.services;
  const ada = await atelier.signUp("Ada");
  const workspaceId = await personalWorkspace(ada);
  const attempt = (person: Person, verb: Verb, workspace = workspaceId) =>
    person.mutate(verbs[verb].query, verbs[verb].input(workspace));
  const written = async () => (await db.image.count()) + (await db.socialAccount.count()) + (await db.event.count());

  for (const role of ["OWNER", "EDITOR", "REVIEWER", "VIEWER"] as const) {
    const member = await atelier.signUp(role);
    await joinWorkspace(atelier, member, ada, role);
    for (const verb of ["images:create", "social-accounts:write"] as const) {
      const before = await written();
      const answer = await attempt(member, verb);
      if (mayDo[verb].includes(role)) {
        t.equal(answer.__typename, verbs[verb].success, `${role} has ${verb}`);
        continue;
      }
      t.same(answer, {
        __typename: "ForbiddenError",
        code: "FORBIDDEN",
        message: `Your role in this workspace is ${role}, which does not include ${verb}. Ask an owner.`,
      });
      t.equal(await written(), before, `${role} without ${verb} leaves nothing behind`);
    }
  }

  t.test("a stranger learns nothing, not even that it exists", async (t) => {
    const eve = await atelier.signUp("Eve");
    const absent = encodeGlobalId("Workspace", "0190a7b0-1111-7111-8111-111111111111");
    const before = await written();
    for (const verb of ["images:create", "social-accounts:write"] as const) {
      const foreign = await attempt(eve, verb);
      t.same(foreign, {
        __typename: "NotFoundError",
        code: "NOT_FOUND",
        message: "There is no such workspace, or you cannot see it.",
      });
      t.same(await attempt(eve, verb, absent), foreign, "the same as for one that does not exist");
    }
    t.equal(await written(), before);
  });

  t.test("something else's id is told apart from a workspace's", async (t) => {
    const answer = await attempt(ada, "images:create", ada.id);
    t.match(answer, {
      __typename: "ValidationError",
      message: `"${ada.id}" is the id of a User. Pass the \`id\` of a Workspace.`,
    });
  });

  t.test("who leaves may do nothing more, also with a token from before", async (t) => {
    const member = await atelier.signUp("Leaver");
    await joinWorkspace(atelier, member, ada, "EDITOR");
    t.equal((await attempt(member, "images:create")).__typename, "GenerateImagesSuccess");
    await db.member.deleteMany({ where: { user: { emailKey: "leaver@example.org" }, role: "EDITOR" } });
    t.equal((await attempt(member, "images:create")).__typename, "NotFoundError");
  });
});
