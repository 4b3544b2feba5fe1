import { isObjectType } from "graphql";
import t from "tap";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import { schema } from "../../src/schema.ts";
import { openAtelier, personalWorkspace } from "../support/atelier.ts";

const absent = "0190a7b0-1111-7111-8111-111111111111";
const nodeTypes = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter((type) => type.getInterfaces().some(({ name }) => name === "Node"))
  .map(({ name }) => name);

const one = "query ($id: ID!) { node(id: $id) { __typename id } }";
const several = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

t.test("looking things up by id", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const workspaceId = await personalWorkspace(ada);

  t.test("one's own are found", async (t) => {
    t.same(await ada.request(one, { id: ada.id }), { data: { node: { __typename: "User", id: ada.id } } });
    t.same(await ada.request(one, { id: workspaceId }), {
      data: { node: { __typename: "Workspace", id: workspaceId } },
    });
  });

  const nowhere: Readonly<Record<string, string>> = {
    ...Object.fromEntries(nodeTypes.map((name) => [`a ${name} that does not exist`, encodeGlobalId(name, absent)])),
    "somebody else's user": ada.id,
    "somebody else's workspace": workspaceId,
    "no id at all": "garbage",
    "an empty text": "",
    "a row id": absent,
    "a type that cannot be looked up": encodeGlobalId("ImageEdge", absent),
    "an interface": encodeGlobalId("Node", absent),
    "a type that does not exist": encodeGlobalId("Unicorn", absent),
    "a number instead of a row id": encodeGlobalId("Image", 7),
    "a row id with more behind it": encodeGlobalId("Image", `${absent}:1`),
    "a property of every object": encodeGlobalId("Constructor", absent),
  };
  for (const [what, id] of Object.entries(nowhere)) {
    t.test(`${what} is null`, async (t) => {
      t.same(await bob.request(one, { id }), { data: { node: null } });
    });
  }

  t.test("several come in the order asked, with null for each that is not there", async (t) => {
    const ids = [workspaceId, ...Object.values(nowhere).filter((id) => id !== ada.id && id !== workspaceId), ada.id];
    const answer = await ada.request(several, { ids });
    t.equal(answer.errors, undefined);
    t.same(
      answer.data.nodes.map((node: { id: string } | null) => node?.id ?? null),
      ids.map((id) => (id === ada.id || id === workspaceId ? id : null)),
    );
    t.same(await ada.request(several, { ids: [] }), { data: { nodes: [] } });
  });

  t.test("more than a hundred at a time are refused", async (t) => {
    const ids = Array.from({ length: 101 }, () => ada.id);
    t.match((await ada.request(several, { ids })).errors, [
      {
        message: "`ids` has 101 entries. Ask for at most 100 at a time.",
        extensions: { code: "BAD_USER_INPUT" },
      },
    ]);
    t.equal((await ada.request(several, { ids: ids.slice(1) })).data.nodes.length, 100);
  });

  t.test("nobody is told to sign in", async (t) => {
    for (const query of [`{ node(id: "${ada.id}") { id } }`, `{ nodes(ids: ["${ada.id}"]) { id } }`]) {
      t.match((await atelier.nobody.request(query)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    }
  });
});
