import t from "tap";
import { openAtelier, personalWorkspace } from "../support/atelier.ts";
import { missingId } from "../support/studio.ts";
import { auditTrail, newWorkspace, operations } from "../support/team.ts";

const { createWorkspace, updateWorkspace } = operations;

t.test("a workspace is made with its owner in it", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const made = await ada.mutate(createWorkspace, { name: "  Studio \u{1F58C}  ", timeZone: "europe/berlin" });
  t.match(made, {
    __typename: "CreateWorkspaceSuccess",
    workspace: {
      ...{ name: "Studio \u{1F58C}", timeZone: "Europe/Berlin", reviewPolicy: "REQUIRED", version: 1 },
      ...{ role: "OWNER", isPersonal: false },
    },
  });
  t.match(await auditTrail(atelier), ["WORKSPACE_CREATED"]);
  await atelier.services.db.user.updateMany({ data: { timeZone: "Asia/Tokyo" } });
  const plain = await ada.mutate(createWorkspace, { name: "Plain", reviewPolicy: "NONE" });
  t.match(plain.workspace, { timeZone: "Asia/Tokyo", reviewPolicy: "NONE" }, "the owner's time zone is the default");
  const before = await auditTrail(atelier);
  for (let made_ = 2; made_ < 20; made_ += 1) await newWorkspace(ada, `Number ${made_}`);
  t.match(await ada.mutate(createWorkspace, { name: "One too many" }), {
    ...{ __typename: "TooManyAttemptsError", code: "RATE_LIMITED", retryAfter: 4_320 },
  });
  t.equal((await auditTrail(atelier)).length, before.length + 18);
});

t.test("settings are changed one by one, and only what differs", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);
  const update = (input: object) => ada.mutate(updateWorkspace, { workspaceId, ...input });
  t.match(await update({ name: "Atelier" }), { workspace: { name: "Atelier", timeZone: "UTC", version: 2 } });
  t.match(await update({ timeZone: "Asia/Kolkata" }), { workspace: { timeZone: "Asia/Kolkata", version: 3 } });
  const trail = await auditTrail(atelier);
  t.same(trail, ["WORKSPACE_CREATED", "WORKSPACE_CHANGED", "WORKSPACE_CHANGED"]);
  t.match(await update({ name: "Atelier", reviewPolicy: null }), { workspace: { version: 3 } }, "nothing differs");
  t.same(await auditTrail(atelier), trail, "and so nothing happened");
  t.match(await update({ reviewPolicy: "NONE", expectedVersion: 3 }), {
    workspace: { reviewPolicy: "NONE", version: 4 },
  });
  t.match(await update({ name: "Late", expectedVersion: 3 }), {
    ...{ __typename: "VersionConflictError", currentVersion: 4, message: /version 3.*version 4/ },
  });
  t.match(await ada.mutate(updateWorkspace, { name: "Mine" }), {
    workspace: { id: await personalWorkspace(ada), name: "Mine", isPersonal: true },
  });
});

t.test("input out of rule is told with its path, and nothing is written", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);
  const before = await auditTrail(atelier);
  const cases: readonly [object, string, string, RegExp][] = [
    [{ name: "" }, "name", "EMPTY", /is empty\. Write 1 to 80/],
    [{ name: " \t " }, "name", "EMPTY", /is empty/],
    [{ name: "x".repeat(81) }, "name", "TOO_LONG", /has 81 characters; at most 80/],
    [{ name: "\u{1F58C}".repeat(81) }, "name", "TOO_LONG", /has 81 characters/],
    [{ name: "a\u0007b" }, "name", "CONTROL_CHARACTER", /control character/],
    [{ name: "a\nb" }, "name", "CONTROL_CHARACTER", /one line/],
    [{ name: "a\u202eb" }, "name", "CONTROL_CHARACTER", /control character/],
    [{ timeZone: "Mars/Olympus" }, "timeZone", "UNKNOWN_TIME_ZONE", /"Mars\/Olympus".*Europe\/Berlin/],
    [{ timeZone: "+01:00" }, "timeZone", "UNKNOWN_TIME_ZONE", /IANA name/],
    [{ timeZone: "" }, "timeZone", "UNKNOWN_TIME_ZONE", /IANA name/],
  ];
  for (const [input, path, code, message] of cases) {
    const wanted = { __typename: "ValidationError", issues: [{ path: [path], code, message }] };
    t.match(await ada.mutate(createWorkspace, { name: "Fine", ...input }), wanted, JSON.stringify(input));
    t.match(await ada.mutate(updateWorkspace, { workspaceId, ...input }), wanted);
  }
  t.match(await ada.mutate(createWorkspace, { name: "", timeZone: "x" }), { issues: { length: 2 } }, "all at once");
  t.match(await ada.mutate(updateWorkspace, { workspaceId: ada.id }), {
    issues: [{ path: ["workspaceId"], code: "INVALID_ID" }],
  });
  const unknown = await ada.request(updateWorkspace, { input: { workspaceId, reviewPolicy: "SOMETIMES" } });
  t.match(unknown.errors, [{ message: /"SOMETIMES".*ReviewPolicy/, extensions: { code: "BAD_USER_INPUT" } }]);
  t.match(await ada.mutate(updateWorkspace, { workspaceId: missingId("Workspace"), name: "x" }), {
    ...{ __typename: "NotFoundError", message: "There is no such workspace, or you cannot see it." },
  });
  t.same(await auditTrail(atelier), before);
});
