/** What Node and Postgres say when nobody can get in, in words. */
const entryFaults: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no such host",
  ETIMEDOUT: "it does not answer",
  "28P01": "the password is wrong",
  "28000": "the user may not enter",
  "3D000": "there is no such database",
};

/** Why a database cannot be entered, as words to put behind its address; null for every other error. Tells no password. */
export function databaseFault(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const fault = entryFaults[code];
  return fault === undefined ? null : `${fault} (${code})`;
}
