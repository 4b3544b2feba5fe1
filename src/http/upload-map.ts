/** The `map` of the GraphQL multipart request form: which file belongs to which variables. */
import { z } from "zod";
import { RequestError } from "../graphql/request-errors.ts";
import type { ErrorCode } from "../infra/errors.ts";
import type { UploadedFile } from "../infra/uploaded-file.ts";

/** What a {@link FormRefusal} says besides its message. */
interface RefusalFacts {
  readonly code?: ErrorCode;
  /** Of HTTP. Default: 400. */
  readonly status?: number;
  /** Whether some of the form never gets read, so that the connection has to end. */
  readonly unread?: boolean;
}

/** A form that is not taken; nothing of it ran. */
export class FormRefusal extends RequestError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly unread: boolean;

  constructor(message: string, { code = "BAD_REQUEST", status = 400, unread = false }: RefusalFacts = {}) {
    super(message, code);
    this.code = code;
    this.status = status;
    this.unread = unread;
  }
}

/** Puts a file into the variables that wait for it. */
export type Placement = (file: UploadedFile) => void;

const operationsShape = z.record(z.string(), z.unknown());
const mapShape = z.record(z.string(), z.array(z.string()).min(1));

/**
 * Reads `map` against `operations` and answers, for each named file, what puts it into its places. A file may have several
 * places; each is a variable that is null so far. Throws a {@link FormRefusal} for everything else.
 */
export function readUploadMap(operations: unknown, map: unknown, mostFiles: number): ReadonlyMap<string, Placement> {
  if (!operationsShape.safeParse(operations).success) {
    throw new FormRefusal("`operations` must be one JSON object with a `query`; batches are not taken.");
  }
  const read = mapShape.safeParse(map);
  if (!read.success) {
    throw new FormRefusal('`map` must be a JSON object from file names to lists of paths: {"0": ["variables.file"]}.');
  }
  const entries = Object.entries(read.data);
  if (entries.length > mostFiles) {
    throw new FormRefusal(`\`map\` names ${entries.length} files; this server takes ${mostFiles} in a request.`, {
      code: "LIMIT_EXCEEDED",
    });
  }
  const taken = new Set<string>();
  return new Map(
    entries.map(([name, paths]) => {
      if (reservedNames.has(name) || name in Object.prototype) {
        throw new FormRefusal(`No file can be called ${quoted(name)}; clients count them: "0", "1".`);
      }
      const placements = paths.map((path) => {
        if (taken.has(path)) throw new FormRefusal(`\`map\` has the path ${quoted(path)} twice; a place has one file.`);
        taken.add(path);
        return findPlace(operations, path);
      });
      return [name, (file) => placements.forEach((place) => place(file))] as const;
    }),
  );
}

const reservedNames: ReadonlySet<string> = new Set(["operations", "map"]);

function findPlace(operations: unknown, path: string): Placement {
  const keys = path.split(".");
  const last = keys.pop();
  if (keys[0] !== "variables" || last === undefined) {
    throw new FormRefusal(
      `\`map\` has the path ${quoted(path)}; a path begins with "variables." and names a variable.`,
    );
  }
  let holder: unknown = operations;
  for (const key of keys) holder = ownValue(holder, key);
  const found = ownValue(holder, last);
  if (typeof holder !== "object" || holder === null || found !== null) {
    const what = found === undefined ? "leads to nothing" : "leads to a value";
    throw new FormRefusal(`The path ${quoted(path)} of \`map\` ${what}; \`operations\` must have null there.`);
  }
  const place = holder;
  return (file) => void Reflect.set(place, last, file);
}

/** Own properties alone, so that no path leads to a prototype. */
const ownValue = (holder: unknown, key: string): unknown =>
  typeof holder === "object" && holder !== null && Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;

/** A text of the sender's as a message may show it. */
export const quoted = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
