/** What an entry of the matrix is, and what follows from it: the expected outcome for everybody, everywhere. */
import { mayDo, type Permission, scopeOf, scopesAllow } from "../../../src/graphql/permissions.ts";
import { schema } from "../../../src/schema.ts";
import type { Answer } from "../atelier.ts";
import type { Actor } from "./cast.ts";
import type { Place } from "./places.ts";

/** How a request ended, as far as authorisation goes. Any other text is a surprise. */
export type Outcome = "allowed" | "hidden" | "forbidden" | "unauthenticated" | (string & {});

type Variables = Readonly<Record<string, unknown>>;

/** What somebody asks for, at a place. */
export type Ask = (place: Place, actor: Actor) => Variables | Promise<Variables>;

/** One line of the matrix. */
export interface Entry {
  readonly query: string;
  readonly ask: Ask;
  /** Whether it is asked at every place, or at one because it names nothing. */
  readonly everywhere: boolean;
  expected(actor: Actor, place: Place): Outcome;
  /** What a refused API token shall read: the scope that it lacks. */
  readonly permission: Permission | null;
  /** Codes that only those read who were let in, such as that of a wrong password: they count as allowed. */
  readonly passes?: readonly string[];
  /** Whether it is sent as a form, with a file at `input.file` or `input.files.0`. */
  readonly file?: true;
  /** Whether it ends the actor's own sessions: they sign in anew afterwards. */
  readonly endsSessions?: true;
}

/** Anybody may, signed in or not. */
export const anybody = (query: string, ask: Ask = () => ({})): Entry => ({
  ...{ query, ask, everywhere: false, permission: null },
  expected: () => "allowed",
});

/** Everybody may who is signed in, with any credential; it names nothing of a workspace. */
export const signedIn = (query: string, ask: Ask = () => ({})): Entry => ({
  ...{ query, ask, everywhere: false, permission: null },
  expected: ({ userId }) => (userId === "" ? "unauthenticated" : "allowed"),
});

/** Only people may; it names nothing that could be somebody else's. */
export const person = (query: string, ask: Ask = () => ({})): Entry => ({
  ...{ query, ask, everywhere: false, permission: null },
  expected: (actor) => forPeople(actor),
});

/** Only people may, with what is their own: what is somebody else's, or gone, is hidden. */
export const ownThing = (query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission: null },
  expected: (actor, place) => {
    const first = forPeople(actor);
    return first === "allowed" && place.name !== "own" ? "hidden" : first;
  },
});

/** Only people may, in a workspace that they are a member of, whatever their role. */
export const personInWorkspace = (query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission: null },
  expected: (actor, place) => {
    const first = forPeople(actor);
    return first === "allowed" && !reaches(actor, place) ? "hidden" : first;
  },
});

/** What belongs to one user, looked up by its id: the others' is not there; an API token of its user gets `token`. */
export const ownNode = (token: Outcome, query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission: null },
  expected: ({ userId, scopes }, { name }) => {
    if (userId === "") return "unauthenticated";
    return name !== "own" ? "hidden" : scopes === null ? "allowed" : token;
  },
});

/** Takes a scope, but no role: it names no workspace. An API token for one workspace gets `bound`. */
export const anywhere = (permission: Permission, bound: Outcome, query: string, ask: Ask = () => ({})): Entry => ({
  ...{ query, ask, everywhere: false, permission },
  expected: (actor) => {
    if (actor.userId === "") return "unauthenticated";
    return lacksScope(actor, permission) ? "forbidden" : actor.boundElsewhere ? bound : "allowed";
  },
});

/** Takes a permission in a workspace. The scope is asked before anything is looked up, the role after. */
export const inWorkspace = (permission: Permission, query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission },
  expected: (actor, place) => {
    if (actor.userId === "") return "unauthenticated";
    if (lacksScope(actor, permission)) return "forbidden";
    if (!reaches(actor, place)) return "hidden";
    return mayDo(actor.role ?? "VIEWER", permission) ? "allowed" : "forbidden";
  },
});

/** Takes a person, and a permission in a workspace. */
export const personMay = (permission: Permission, query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission: null },
  expected: (actor, place) => {
    const first = forPeople(actor);
    if (first !== "allowed") return first;
    if (!reaches(actor, place)) return "hidden";
    return mayDo(actor.role ?? "VIEWER", permission) ? "allowed" : "forbidden";
  },
});

/** What a person began in this very session and may still do in its workspace; an API token gets `token`. */
export const ownAttempt = (token: Outcome, query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission: null },
  expected: (actor, place) => {
    const first = forPeople(actor);
    if (first !== "allowed") return first === "forbidden" ? token : first;
    return reaches(actor, place) && mayDo(actor.role ?? "VIEWER", "social-accounts:write") ? "allowed" : "hidden";
  },
});

/** Something looked up by its id: without the membership and the role it is not there, then the scope is asked. */
export const lookedUp = (permission: Permission, query: string, ask: Ask): Entry => ({
  ...{ query, ask, everywhere: true, permission },
  expected: (actor, place) => {
    if (actor.userId === "") return "unauthenticated";
    if (!reaches(actor, place) || !mayDo(actor.role ?? "VIEWER", permission)) return "hidden";
    return lacksScope(actor, permission) ? "forbidden" : "allowed";
  },
});

/** A way from one thing to another: first the thing it starts from, then what the way itself takes. */
export const edge = (from: Permission, permission: Permission, query: string, ask: Ask): Entry => {
  const start = lookedUp(from, query, ask);
  return {
    ...{ query, ask, everywhere: true, permission: null },
    expected: (actor, place) => {
      const first = start.expected(actor, place);
      if (first !== "allowed") return first;
      const may = !lacksScope(actor, permission) && mayDo(actor.role ?? "VIEWER", permission);
      return may ? "allowed" : "forbidden";
    },
  };
};

/** What an entry takes, and the scope of another permission behind it, for whoever has all of that. */
export const thenScopeOf = (permission: Permission, entry: Entry): Entry => ({
  ...{ ...entry, permission: null },
  expected: (actor, place) => {
    const first = entry.expected(actor, place);
    return first === "allowed" && lacksScope(actor, permission) ? "forbidden" : first;
  },
});

/** The document of a mutation; what it answers beside its errors is its own tests' business. */
export function mutationOf(field: string): string {
  if (schema.getMutationType()?.getFields()[field]?.args.length === 0) {
    return `mutation { ${field} { __typename ... on Error { code message } } }`;
  }
  const title = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${title}Input!) { ${field}(input: $input) { __typename ... on Error { code message } } }`;
}

/** The document of a mutation that answers a result for each id. */
export function bulkMutationOf(field: string): string {
  const title = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${title}Input!) { ${field}(input: $input) {
    ... on ${title}Success { results { __typename ... on Error { code message } } } ... on Error { code message } } }`;
}

const forPeople = ({ userId, scopes }: Actor): Outcome =>
  userId === "" ? "unauthenticated" : scopes === null ? "allowed" : "forbidden";

const reaches = ({ role, boundElsewhere }: Actor, { name }: Place): boolean =>
  name === "own" && role !== null && !boundElsewhere;

const lacksScope = ({ scopes }: Actor, permission: Permission): boolean =>
  scopes !== null && !scopesAllow(scopes, permission);

/** The scope that a refusal must name; null where it is not about a scope. */
export function namedScope({ permission }: Entry, actor: Actor): string | null {
  return permission !== null && lacksScope(actor, permission) ? scopeOf(permission) : null;
}

const codes: Readonly<Record<string, Outcome>> = {
  ...{ UNAUTHENTICATED: "unauthenticated", FORBIDDEN: "forbidden", NOT_FOUND: "hidden" },
};

/** Reads how it ended off an answer, and the words that came with it. */
export function outcomeOf({ data, errors }: Partial<Answer>): { readonly outcome: Outcome; readonly message: string } {
  const [error] = errors ?? [];
  if (error !== undefined) {
    const { code } = error.extensions;
    return { outcome: codes[code] ?? code, message: error.message };
  }
  return look(data);
}

/** Follows an answer down its first fields to something, nothing, or a typed error. */
function look(value: unknown): { readonly outcome: Outcome; readonly message: string } {
  if (value === null || value === undefined) return { outcome: "hidden", message: "" };
  if (Array.isArray(value)) return value.length === 0 ? { outcome: "hidden", message: "" } : look(value[0]);
  if (typeof value !== "object") return { outcome: "allowed", message: "" };
  const { code, message, __typename: _typename, ...rest } = value as Record<string, unknown>;
  if (typeof code === "string") return { outcome: codes[code] ?? code, message: String(message) };
  const inner = Object.values(rest);
  return inner.length === 0 ? { outcome: "allowed", message: "" } : look(inner[0]);
}
