import type { GraphQLResolveInfo } from "graphql";

/**
 * Makes a reader that reads once what one field of an answer says of one row, however many objects of the answer lead to that row: the
 * author of a hundred posts, the workspace of all of them. Nothing is kept beyond the execution.
 */
export function onceEach<Value>(): (
  info: GraphQLResolveInfo,
  id: string,
  read: () => Promise<Value>,
) => Promise<Value> {
  // graphql-js makes the list of a field's nodes once for each execution and place in the operation.
  const known = new WeakMap<object, Map<string, Promise<Value>>>();
  return ({ fieldNodes }, id, read) => {
    const ofField = known.get(fieldNodes) ?? new Map<string, Promise<Value>>();
    known.set(fieldNodes, ofField);
    const found = ofField.get(id) ?? read();
    ofField.set(id, found);
    return found;
  };
}
