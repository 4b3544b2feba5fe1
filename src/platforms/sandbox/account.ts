/** Accounts of the sandbox. Each chooses what an interrupted send leaves to look at, as a platform's nature would. */
import { z } from "zod";
import type {
  AccountSession,
  CheckOutcome,
  ConnectionForm,
  ConnectionMethod,
  ConnectionOutcome,
  RemoteAccount,
} from "../connection.ts";
import type { PlatformContext } from "../platform.ts";
import type { CapabilityClass } from "../publication.ts";

const capabilities = [
  "keyed",
  "handle",
  "staged",
  "detects",
  "search",
  "none",
] as const satisfies readonly CapabilityClass[];
const capability = z.enum(capabilities);

const handlePattern = /^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$/;

/** The form. */
export const sandboxMethod: ConnectionMethod = {
  ...{ name: "sandbox", kind: "FORM", label: "Sandbox account" },
  description: "A trial account on this server, where every failure can be ordered. Nothing leaves the server.",
  fields: [
    {
      ...{ name: "handle", required: true },
      description: "Its place on this server: `/sandbox/<handle>`. 3 to 30 lower-case letters, digits and hyphens.",
    },
    {
      ...{ name: "capability", required: false },
      description: `What an interrupted send leaves to look at: ${capabilities.join(", ")}. Default: keyed.`,
    },
  ],
};

/** The page of an account's public posts. */
export const logUrl = (publicUrl: string, handle: string): string => `${publicUrl}/sandbox/${handle}`;

/** Connects an account; one of the same workspace may change its capability. */
export async function connect(
  { db, publicUrl }: PlatformContext,
  { fields, workspaceId }: ConnectionForm,
): Promise<ConnectionOutcome> {
  const handle = (fields["handle"] ?? "").trim().toLowerCase();
  if (!handlePattern.test(handle)) {
    const message = `"${handle.slice(0, 60)}" is no handle. Use 3 to 30 lower-case letters, digits and hyphens, without a hyphen at either end.`;
    return { kind: "refused", field: "handle", code: "INVALID", message };
  }
  const typed = (fields["capability"] ?? "").trim();
  const chosen = capability.safeParse(typed === "" ? "keyed" : typed).data;
  if (chosen === undefined) {
    const message = `"${typed.slice(0, 60)}" is no capability. Use one of ${capabilities.join(", ")}.`;
    return { kind: "refused", field: "capability", code: "INVALID", message };
  }
  // The handle is the primary key: of two who ask at once, one gets it.
  await db.sandboxAccount.createMany({ data: [{ handle, workspaceId, capability: chosen }], skipDuplicates: true });
  const mine = await db.sandboxAccount.updateMany({ where: { handle, workspaceId }, data: { capability: chosen } });
  if (mine.count === 0) {
    const message = `The handle "${handle}" is taken on this server. Choose another one.`;
    return { kind: "refused", field: "handle", code: "TAKEN", message };
  }
  const account = accountOf(publicUrl, { handle, capability: chosen });
  return { kind: "connected", accounts: [{ account, credentials: {}, expiresAt: null, scopes: [] }] };
}

const accountOf = (publicUrl: string, found: { handle: string; capability: string }): RemoteAccount => ({
  ...{
    remoteId: found.handle,
    handle: found.handle,
    name: `${found.handle} (sandbox)`,
    url: logUrl(publicUrl, found.handle),
  },
  ...{ method: "sandbox", details: { capability: found.capability } },
});

/** Asks for an account. */
export async function check({ db, publicUrl }: PlatformContext, { account }: AccountSession): Promise<CheckOutcome> {
  const found = await db.sandboxAccount.findUnique({ where: { handle: account.remoteId } });
  if (found === null) {
    return { kind: "unauthorized", message: `The sandbox account "${account.remoteId}" is gone. Connect it again.` };
  }
  return { kind: "alive", account: accountOf(publicUrl, found), scopes: null };
}

/** What an account leaves to look at. */
export const capabilityOf = ({ details }: RemoteAccount): CapabilityClass =>
  capability.catch("keyed").parse(details["capability"]);
