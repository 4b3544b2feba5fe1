import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { auditTrail, newWorkspace, operations } from "../support/team.ts";

/** Ada's workspace on a server with three image providers. */
async function openWorkspace(t: Parameters<typeof openAtelier>[0]) {
  const providers = new Map(["easel", "brush", "chisel"].flatMap((name) => [...standInProvider(undefined, { name })]));
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);
  return {
    ...{ atelier, ada, workspaceId },
    set: (input: object) => ada.mutate(operations.updateWorkspace, { workspaceId, ...input }),
  };
}

t.test("a default provider and the fallbacks in their order are set, kept and taken back", async (t) => {
  const { atelier, set } = await openWorkspace(t);
  t.match(await set({ name: "Atelier" }), {
    workspace: { defaultProvider: null, fallbackProviders: [], version: 2 },
  });
  t.match(await set({ defaultProvider: "chisel", fallbackProviders: ["brush", "easel"] }), {
    workspace: { defaultProvider: "chisel", fallbackProviders: ["brush", "easel"], version: 3 },
  });
  const trail = await auditTrail(atelier);
  t.match(await set({ fallbackProviders: ["brush", "easel"] }), { workspace: { version: 3 } }, "nothing differs");
  t.same(await auditTrail(atelier), trail);
  t.match(await set({ fallbackProviders: ["easel", "brush"] }), {
    workspace: { defaultProvider: "chisel", fallbackProviders: ["easel", "brush"], version: 4 },
  });
  t.match(await set({ defaultProvider: null }), {
    workspace: { defaultProvider: null, fallbackProviders: ["easel", "brush"] },
  });
  t.match(await set({ fallbackProviders: null }), { workspace: { fallbackProviders: [], version: 6 } });
  t.match(await set({ fallbackProviders: [] }), { workspace: { version: 6 } }, "none and null are the same");
});

t.test("providers that are not there, or would be asked twice, are told by their place", async (t) => {
  const { atelier, set } = await openWorkspace(t);
  await set({ defaultProvider: "easel", fallbackProviders: ["brush"] });
  const trail = await auditTrail(atelier);
  const issue = (path: readonly string[], code: string, message: RegExp) => ({
    ...{ __typename: "ValidationError", issues: [{ path, code, message }] },
  });
  t.match(
    await set({ defaultProvider: "oracle" }),
    issue(["defaultProvider"], "UNKNOWN_PROVIDER", /no image provider "oracle".*Available: easel, brush, chisel\./),
  );
  t.match(
    await set({ fallbackProviders: ["brush", "oracle"] }),
    issue(["fallbackProviders", "1"], "UNKNOWN_PROVIDER", /"oracle".*Available: easel, brush, chisel/),
  );
  t.match(
    await set({ fallbackProviders: ["brush", "chisel", "brush"] }),
    issue(["fallbackProviders", "2"], "DUPLICATE", /"brush" is in the list twice/),
  );
  t.match(
    await set({ fallbackProviders: ["brush", "easel"] }),
    issue(["fallbackProviders", "1"], "DUPLICATE", /"easel" is the default/),
  );
  t.match(
    await set({ defaultProvider: "brush" }),
    issue(["defaultProvider"], "DUPLICATE", /"brush" is in the list of fallbacks/),
  );
  t.match(
    await set({ defaultProvider: "oracle", fallbackProviders: ["oracle", "brush", "brush"] }),
    { issues: { length: 3 } },
    "all at once",
  );
  t.match(
    await set({ fallbackProviders: Array(21).fill("brush") }),
    issue(["fallbackProviders"], "TOO_MANY", /at most 20/),
  );
  t.same(await auditTrail(atelier), trail, "nothing was written");
});

t.test("a provider that the operator took away keeps nobody from changing the rest", async (t) => {
  const { atelier, set } = await openWorkspace(t);
  await atelier.services.db.workspace.updateMany({
    data: { defaultProvider: "gone", fallbackProviders: ["lost", "brush"] },
  });
  t.match(await set({ name: "Studio" }), {
    workspace: { name: "Studio", defaultProvider: "gone", fallbackProviders: ["lost", "brush"] },
  });
  t.match(await set({ defaultProvider: "easel" }), {
    workspace: { defaultProvider: "easel", fallbackProviders: ["lost", "brush"] },
  });
  t.match(await set({ fallbackProviders: ["brush", "lost"] }), {
    issues: [{ path: ["fallbackProviders", "1"], code: "UNKNOWN_PROVIDER" }],
  });
});
