import { z } from "zod";
import { Secret } from "../infra/secret.ts";
import type { Credentials } from "./connection.ts";

const stored = z.record(z.string(), z.string());

/** Credentials as the one text that is sealed. */
export function credentialsText(credentials: Credentials): Secret {
  const entries = Object.entries(credentials).map(([name, secret]) => [name, secret.reveal()] as const);
  return new Secret(JSON.stringify(Object.fromEntries(entries)));
}

/** Reads what {@link credentialsText} wrote. Throws when it is something else, without repeating it. */
export function readCredentials(text: Secret): Credentials {
  const entries = Object.entries(parse(text)).map(([name, value]) => [name, new Secret(value)] as const);
  return Object.fromEntries(entries);
}

function parse(text: Secret): Record<string, string> {
  try {
    return stored.parse(JSON.parse(text.reveal()));
  } catch {
    // The parser's message would quote the text.
    throw new Error("Stored credentials are no record of texts.");
  }
}
