/** Who asks in the matrix. */
import type { Role } from "../../../src/generated/prisma/enums.ts";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { allScopes, type Scope } from "../../../src/graphql/permissions.ts";
import { type Atelier, openAtelier, type Person } from "../atelier.ts";
import type { Teardown } from "../database.ts";
import { deletedPlace, newUser, type Place, placeIn, setRole } from "./places.ts";

/** Somebody, and what the table of permissions needs to know of them. */
export interface Actor {
  readonly name: string;
  /** Another one after each {@link Stage.renew}. */
  person: Person;
  /** Row id; empty for nobody. */
  readonly userId: string;
  /** In the shared workspace; null for nobody and strangers. */
  readonly role: Role | null;
  /** Of an API token; null for people. */
  readonly scopes: readonly Scope[] | null;
  /** Whether it is an API token for another workspace than the shared one. */
  readonly boundElsewhere: boolean;
}

/** The stage: everybody, everywhere. */
export interface Stage {
  readonly atelier: Atelier;
  readonly actors: readonly Actor[];
  readonly places: readonly Place[];
  /** Gives everybody their role in the shared workspace back, after an act that changed one. */
  restore(): Promise<void>;
  /** Signs all people in anew, after an act that ended sessions. */
  renew(): Promise<void>;
}

const roles = ["VIEWER", "REVIEWER", "EDITOR", "OWNER"] as const;

/** Sets the stage. The shared workspace has a second owner, so that the first may leave. */
export async function setStage(t: Teardown): Promise<Stage> {
  const atelier = await openAtelier(t, { environment: { MAX_SOCKETS_PER_USER: "100" } });
  const { services } = atelier;
  const rowOf = (globalId: string) => decodeGlobalId(globalId).id;
  const people = new Map<Role, Person>();
  for (const role of roles) people.set(role, await atelier.signUp(role));
  const owner = people.get("OWNER") ?? atelier.nobody;
  const stranger = await atelier.signUp("Stranger");

  const studio = await services.db.workspace.create({ data: { name: "Studio" } });
  const restore = async () => {
    await services.db.member.deleteMany({ where: { workspaceId: studio.id, userId: rowOf(stranger.id) } });
    for (const [role, { id }] of people)
      await setRole(services.db, { workspaceId: studio.id, userId: rowOf(id), role });
  };
  await restore();
  const second = await newUser(services.db);
  await setRole(services.db, { workspaceId: studio.id, userId: second, role: "OWNER" });

  const other = await newUser(services.db);
  const elsewhere = await services.db.workspace.create({ data: { name: "Elsewhere" } });
  await setRole(services.db, { workspaceId: elsewhere.id, userId: other, role: "OWNER" });

  const anybody = { role: null, scopes: null, boundElsewhere: false };
  const script = { userId: rowOf(owner.id), role: "OWNER" as const };
  const bound = (await owner.request("{ me { workspaces { id isPersonal } } }")).data.me.workspaces.find(
    (workspace: { isPersonal: boolean }) => workspace.isPersonal,
  ).id;
  const tokens = await Promise.all(allScopes.map((scope) => atelier.apiToken(owner, [scope])));
  const actors: Actor[] = [
    { name: "nobody", person: atelier.nobody, userId: "", ...anybody },
    { name: "stranger", person: stranger, userId: rowOf(stranger.id), ...anybody },
    ...[...people].map(([role, person]) => ({ ...anybody, name: role, person, userId: rowOf(person.id), role })),
    ...allScopes.map((scope, index) => ({
      ...{ ...script, name: `token ${scope}`, person: tokens[index] ?? atelier.nobody },
      ...{ scopes: [scope], boundElsewhere: false },
    })),
    {
      ...{ ...script, name: "token of another workspace", person: await atelier.apiToken(owner, allScopes, bound) },
      ...{ scopes: allScopes, boundElsewhere: true },
    },
  ];
  const renew = async () => {
    for (const actor of actors) {
      if (actor.scopes === null && actor.userId !== "") actor.person = await atelier.signIn(actor.person);
    }
  };
  return {
    ...{ atelier, restore, renew, actors },
    places: [
      placeIn(services, { name: "own", workspaceId: studio.id, authorId: second }),
      placeIn(services, { name: "other's", workspaceId: elsewhere.id, authorId: other }),
      await deletedPlace(services, await newUser(services.db)),
    ],
  };
}
