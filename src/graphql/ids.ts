import { ValidationError } from "../infra/errors.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The public id of a thing: base64url of its type and row id, without padding. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString("base64url");
}

/** The parts of a public id. An id that we did not write names the type "", which nothing has. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const text = Buffer.from(globalId, "base64url").toString();
  const [typename = "", id = "", ...rest] = text.split(":");
  return rest.length === 0 && /^[A-Z]\w*$/.test(typename) && uuid.test(id)
    ? { typename, id }
    : { typename: "", id: "" };
}

/** The row id in a public id of one type. Throws a {@link ValidationError} at `path` for any other text. */
export function rowId(typename: string, globalId: string, path: readonly string[]): string {
  const decoded = decodeGlobalId(globalId);
  if (decoded.typename === typename) return decoded.id;
  const found = decoded.typename === "" ? "no id at all" : `the id of ${withArticle(decoded.typename)}`;
  const message = `"${globalId.slice(0, 80)}" is ${found}. Pass the \`id\` of ${withArticle(typename)}.`;
  throw new ValidationError([{ path, code: "INVALID_ID", message }]);
}

const withArticle = (typename: string) => `${/^[AEIO]/.test(typename) ? "an" : "a"} ${typename}`;

/** {@link rowId} for a list: every wrong id is reported, each with its position. */
export function rowIds(typename: string, globalIds: readonly string[], path: readonly string[]): string[] {
  const issues: ValidationError["issues"][number][] = [];
  const ids = globalIds.map((globalId, index) => {
    try {
      return rowId(typename, globalId, [...path, String(index)]);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      issues.push(...error.issues);
      return "";
    }
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return ids;
}
