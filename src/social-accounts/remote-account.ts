import { z } from "zod";
import type { RemoteAccount } from "../platforms/connection.ts";

const details = z.record(z.string(), z.string());

/** The columns that say who an account is at its platform. */
export interface RemoteAccountColumns {
  readonly remoteId: string;
  readonly handle: string;
  readonly name: string;
  readonly url: string | null;
  readonly method: string;
  readonly details: unknown;
}

/** A stored account as its platform knows it. */
export function remoteAccount({ remoteId, handle, name, url, method, ...row }: RemoteAccountColumns): RemoteAccount {
  return { remoteId, handle, name, url, method, details: details.parse(row.details) };
}
