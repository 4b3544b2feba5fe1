import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Context } from "./context.ts";

/**
 * What a connection's nodes need beside their own columns, for the one Prisma statement that reads the page. Typed as an
 * object without properties, so that the rows keep the type of their model.
 * @param within the way from a node to the rows, where the nodes are no rows themselves.
 */
export function nodeSelection(context: Context, info: GraphQLResolveInfo, within: readonly string[] = []): object {
  return queryFromInfo({
    context,
    info,
    paths: [
      ["edges", "node", ...within],
      ["nodes", ...within],
    ],
  });
}
