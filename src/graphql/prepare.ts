/**
 * The one gate for operations, whatever brought them here: read → parse with a token limit → validate → measure. HTTP and the
 * websocket both go through it, so that neither allows what the other refuses.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { checkLimits, type OperationLimits } from "./limits.ts";
import { LimitExceededError, RequestError } from "./request-errors.ts";

/** A request for one operation, as it arrived. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may run, or what is wrong with it. */
export type Prepared =
  | { readonly ok: true; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Checks requests; remembers the documents it has validated. `introspection` says whether this caller may introspect. */
export type Prepare = (request: OperationRequest, options: { readonly introspection: boolean }) => Prepared;

/** Most characters of all remembered documents; a parsed one takes about 85 bytes of memory for each of its characters. */
const rememberedCharacters = 500_000;

/** Makes the gate of a schema. */
export function createPrepare(schema: GraphQLSchema, limits: OperationLimits): Prepare {
  const remembered = new Map<string, DocumentNode>();
  let held = 0;

  /** Keeps what passed every check; the documents that came first make room. */
  const remember = (key: string, document: DocumentNode) => {
    if (remembered.has(key) || key.length > rememberedCharacters) return;
    for (const [oldest] of remembered) {
      if (held + key.length <= rememberedCharacters) break;
      remembered.delete(oldest);
      held -= oldest.length;
    }
    remembered.set(key, document);
    held += key.length;
  };
  const keyOf = (query: string, introspection: boolean) => `${introspection}${query}`;
  const read = (query: string, introspection: boolean): DocumentNode => {
    const known = remembered.get(keyOf(query, introspection));
    if (known !== undefined) return known;
    const document = parseDocument(query, limits);
    const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(schema, document, rules, { maxErrors: 20 });
    if (errors.length > 0) throw new AggregateError(errors.map(asValidationError));
    return document;
  };

  return (request, { introspection }) => {
    try {
      const document = read(request.query, introspection);
      if (holdsNul(request.query, request.variables)) throw new RequestError(nulMessage, "BAD_REQUEST");
      const operation = getOperationAST(document, request.operationName);
      if (operation === null || operation === undefined) throw noOperation(document, request.operationName);
      checkLimits(schema, document, operation, request.variables ?? {}, limits);
      remember(keyOf(request.query, introspection), document);
      return { ok: true, document, operation };
    } catch (error) {
      if (error instanceof AggregateError) return { ok: false, errors: error.errors };
      if (error instanceof GraphQLError) return { ok: false, errors: [error] };
      throw error;
    }
  };
}

const nulMessage = "A text holds the character U+0000, which no text here can hold. Leave it out.";
const nulEscape = /\\u(0000|\{0+\})/;

/** Whether a text holds the one character that Postgres cannot store: no verb needs to look for it again. */
function holdsNul(query: string, variables: unknown): boolean {
  if (nulEscape.test(query)) return true;
  // A list of what is left instead of recursion: variables nest as deep as their sender likes.
  const left: unknown[] = [variables];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string" && value.includes("\0")) return true;
    if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) left.push(inner);
  }
  return false;
}

function parseDocument(query: string, limits: OperationLimits): DocumentNode {
  if (query.length > limits.characters) throw new LimitExceededError("characters", query.length, limits.characters);
  try {
    return parse(query, { maxTokens: limits.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes("tokens. Parsing aborted"))
      throw new LimitExceededError("tokens", limits.tokens + 1, limits.tokens);
    throw withCode(error, "GRAPHQL_PARSE_FAILED");
  }
}

const asValidationError = (error: GraphQLError) => withCode(error, "GRAPHQL_VALIDATION_FAILED");

function withCode(error: GraphQLError, code: "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED"): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
}

function noOperation(document: DocumentNode, name: string | null | undefined): RequestError {
  const names = document.definitions.flatMap((definition) =>
    definition.kind === "OperationDefinition" ? [definition.name?.value ?? "(unnamed)"] : [],
  );
  const found =
    typeof name === "string"
      ? `The document has no operation "${name}"`
      : "The document has several operations and no `operationName`";
  return new RequestError(
    `${names.length === 0 ? "The document has no operation" : `${found}; it has ${names.join(", ")}`}.`,
    "BAD_REQUEST",
  );
}
