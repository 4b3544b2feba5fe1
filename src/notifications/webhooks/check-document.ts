import { type GraphQLSchema, Kind } from "graphql";
import type { Config } from "../../config.ts";
import { createPrepare, type Prepared } from "../../graphql/prepare.ts";
import { operationLimits } from "../../graphql/server-info.ts";

/** Most that a document may cost: it is executed for every message, not when somebody waits for it. */
const maxCost = 1_000;

/** Checks a webhook's document as any operation is checked, and more strictly. */
export type CheckDocument = (
  text: string,
) => Extract<Prepared, { ok: true }> | { readonly ok: false; readonly fault: string };

/** Makes the check of a schema; it remembers the documents that passed. */
export function createDocumentCheck(schema: GraphQLSchema, config: Config): CheckDocument {
  const limits = operationLimits(config);
  const prepare = createPrepare(schema, { ...limits, cost: Math.min(limits.cost, maxCost) });
  return (text) => {
    const prepared = prepare({ query: text }, { introspection: false });
    if (!prepared.ok) return { ok: false, fault: prepared.errors.map(({ message }) => message).join(" ") };
    const { operation } = prepared;
    const [root, ...others] = operation.selectionSet.selections;
    const alone = others.length === 0 && root?.kind === Kind.FIELD && root.name.value === "webhookEvent";
    if (operation.operation !== "query" || !alone) {
      return {
        ok: false,
        fault:
          "The document asks for more than `webhookEvent`. Write a query of that field alone: { webhookEvent { type } }.",
      };
    }
    if ((operation.variableDefinitions ?? []).length > 0) {
      return {
        ok: false,
        fault: "The document has variables, for which nobody gives values. Write the values in their place.",
      };
    }
    return prepared;
  };
}
