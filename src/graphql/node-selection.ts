import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Context } from "./context.ts";

/**
 * What a connection's nodes need beside their own columns, for the one Prisma statement that reads the page. Typed as an
 * object without properties, so that the rows keep the type of their model.
 */
export function nodeSelection(context: Context, info: GraphQLResolveInfo): object {
  return queryFromInfo({ context, info, paths: [["edges", "node"], ["nodes"]] });
}
