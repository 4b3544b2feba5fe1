/** The schema builder: names, ids, nullability, authorisation and errors are decided here, once for every slice. */
import SchemaBuilder from "@pothos/core";
import ErrorsPlugin from "@pothos/plugin-errors";
import PrismaPlugin from "@pothos/plugin-prisma";
import RelayPlugin from "@pothos/plugin-relay";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import type PrismaTypes from "../generated/pothos-types.ts";
import { getDatamodel } from "../generated/pothos-types.ts";
import type { DomainError } from "../infra/errors.ts";
import type { UploadedFile } from "../infra/uploaded-file.ts";
import { type Context, missingScope, type SignedInViewer, type Viewer } from "./context.ts";
import { decodeGlobalId, encodeGlobalId } from "./ids.ts";
import type { Permission } from "./permissions.ts";
import { refusal } from "./refusal.ts";

interface SchemaTypes {
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  AuthScopes: {
    /** Somebody, by whatever credential. */
    signedIn: boolean;
    /** A person with a session: what no API token may do. */
    person: boolean;
    /** Somebody whose API token, if it is one, has the scope of this permission; roles are the verbs' business. */
    may: Permission;
  };
  AuthContexts: {
    signedIn: Context & { readonly viewer: Viewer };
    person: Context & { readonly viewer: SignedInViewer };
    may: Context & { readonly viewer: Viewer };
  };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Cursor: { Input: string; Output: string };
    Upload: { Input: UploadedFile; Output: never };
  };
  Interfaces: { Error: DomainError };
  /** Inputs of one slice that another takes, by their names: no slice's `graphql.ts` imports another's. */
  Inputs: { ImageFit: "CROP" | "PAD"; PlatformOptionsInput: Readonly<Record<string, unknown>> };
  Connection: { totalCount: () => Promise<number | null> };
}

/** The one builder; slices add their types to it when `schema.ts` imports them. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: (context) => ({
      signedIn: context.viewer !== null,
      person: context.viewer !== null && context.viewer.grant === null,
      may: (permission) => context.viewer !== null && missingScope(context.viewer, permission) === null,
    }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { viewer }, _info, { failure }) => refusal(viewer, failure),
  },
  prisma: {
    client: (context) => context.services.db,
    dmmf: getDatamodel(),
    onUnusedQuery: null,
  },
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: "How it ended: success, or an error to act on.",
    },
  },
  relay: {
    clientMutationId: "omit",
    nodesOnConnection: { description: "The page's entries without their cursors." },
    cursorType: "String",
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    nodeTypeOptions: {
      description: "Anything with an id of its own. The id is unique over all types and never changes.",
    },
    // `nodes.ts` has its own, for which an id that leads nowhere is no fault.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    idFieldOptions: { description: "Unique over all types." },
    firstArgOptions: { description: "How many entries, from the start or behind `after`; 1 to 100. Default: 20." },
    afterArgOptions: { description: "The `cursor` of an entry: read on behind it." },
    lastArgOptions: { description: "How many entries, from the end or before `before`; 1 to 100. Not with `first`." },
    beforeArgOptions: { description: "The `cursor` of an entry: read back from it." },
    pageInfoTypeOptions: { description: "Where a page lies in its list." },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: "The page's entries with their cursors.",
    },
    nodeFieldOptions: { nullable: false, description: "The entry." },
    cursorFieldOptions: { description: "Pass it as `after` to read on behind this entry." },
    pageInfoFieldOptions: { description: "Whether and how to read on." },
    hasNextPageFieldOptions: { description: "Whether entries follow this page." },
    hasPreviousPageFieldOptions: { description: "Whether entries stand before this page." },
    startCursorFieldOptions: { description: "The first entry's cursor; pass it as `before` to read back." },
    endCursorFieldOptions: { description: "The last entry's cursor; pass it as `after` to read on." },
  },
});

builder.queryType({ description: "Everything that can be read." });
builder.mutationType({
  description:
    "Everything that can be changed. Each mutation takes one `input` and answers a union: success, or an error to act on.",
});
builder.subscriptionType({ description: "What changes, as it changes: the current state first, then every event." });
