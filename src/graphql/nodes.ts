/** Looking things up by their public ids. */
import { type GraphQLSchema, isObjectType } from "graphql";
import { BadUserInputError } from "../infra/errors.ts";
import { builder } from "./builder.ts";
import { decodeGlobalId } from "./ids.ts";

/** Most ids of one `nodes`. */
const maxNodes = 100;

/** The id, if it is of a type that can be looked up. Any other text, an id or not, simply leads nowhere. */
function lookUp(schema: GraphQLSchema, globalId: string): string | null {
  const { typename } = decodeGlobalId(globalId);
  const type = typename === "" ? undefined : schema.getType(typename);
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node") ? globalId : null;
}

builder.queryField("node", (t) =>
  t.withAuth({ signedIn: true }).node({
    description: "One thing by its id; null where there is none, or none that you can see.",
    args: { id: t.arg.id({ required: true, description: "The thing's id." }) },
    id: (_root, { id }, _context, { schema }) => lookUp(schema, id),
  }),
);

builder.queryField("nodes", (t) =>
  t.withAuth({ signedIn: true }).nodeList({
    description: "Several things by their ids, in the order asked; null for each that is not there, or not for you.",
    args: { ids: t.arg.idList({ required: true, description: `The things' ids, at most ${maxNodes}.` }) },
    ids: (_root, { ids }, _context, { schema }) => {
      if (ids.length <= maxNodes) return ids.map((id) => lookUp(schema, id));
      throw new BadUserInputError(`\`ids\` has ${ids.length} entries. Ask for at most ${maxNodes} at a time.`);
    },
  }),
);
