import t from "tap";
import { missingPermissions, type PermissionFacts } from "../../../src/platforms/discord/permissions.ts";

const [view, send, attach, history] = [1n << 10n, 1n << 11n, 1n << 15n, 1n << 16n];
const all = view | send | attach | history;
const facts = (change: Partial<PermissionFacts>): PermissionFacts => ({
  ...{ guildId: "g", ownerId: "o", userId: "u", memberRoles: ["r"], overwrites: [] },
  roles: [
    { id: "g", permissions: view },
    { id: "r", permissions: 0n },
    { id: "s", permissions: all },
  ],
  ...change,
});
const names = ["View Channel", "Send Messages", "Attach Files", "Read Message History"];

t.test("roles add up, and only one's own count", (t) => {
  t.same(missingPermissions(facts({})), names.slice(1));
  t.same(missingPermissions(facts({ memberRoles: ["r", "s"] })), []);
  t.end();
});

t.test("the owner and administrators may everything, whatever the channel says", (t) => {
  const overwrites = [{ id: "u", allow: 0n, deny: all }];
  t.same(missingPermissions(facts({ ownerId: "u", overwrites })), []);
  t.same(missingPermissions(facts({ roles: [{ id: "r", permissions: 8n }], overwrites })), []);
  t.end();
});

t.test("a channel's exceptions count in their order: everybody, roles together, the member", (t) => {
  const memberRoles = ["r", "s"];
  const everybody = { id: "g", allow: 0n, deny: send };
  t.same(missingPermissions(facts({ memberRoles, overwrites: [everybody] })), ["Send Messages"]);
  const role = { id: "r", allow: send, deny: attach };
  t.same(missingPermissions(facts({ memberRoles, overwrites: [everybody, role] })), ["Attach Files"]);
  const other = { id: "s", allow: attach, deny: 0n };
  t.same(
    missingPermissions(facts({ memberRoles, overwrites: [role, everybody, other] })),
    [],
    "a role's yes beats one's no",
  );
  const member = { id: "u", allow: 0n, deny: history };
  t.same(missingPermissions(facts({ memberRoles, overwrites: [member, everybody, role, other] })), [
    "Read Message History",
  ]);
  t.end();
});
