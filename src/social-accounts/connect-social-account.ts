import type { Viewer } from "../graphql/context.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { Db, Transact } from "../infra/db.ts";
import { ValidationError } from "../infra/errors.ts";
import type { Platform } from "../platforms/platform.ts";
import { connectionMethods, type PlatformMethod } from "../platforms/registry.ts";
import { requireMember } from "../workspaces/require-member.ts";
import { PlatformUnavailableError } from "./errors.ts";
import { type StoreServices, storeAccount } from "./store-account.ts";
import { requireConnectionTry } from "./try-limits.ts";

/** Connecting is given up after this, in milliseconds; a platform that does not heed it is left behind soon after. */
export const connectionLimits = { deadline: 20_000, patience: 1_000 };

/** An account to connect: the connection method, and what its form asks for. */
export interface ConnectionRequest {
  readonly workspaceId: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What connecting touches. */
export interface ConnectionServices extends StoreServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly platforms: ReadonlyMap<string, Platform>;
}

/**
 * Connects an account by a form; one that was connected before is connected again. Throws a `ValidationError` at the field that
 * the platform refuses, a {@link PlatformUnavailableError} when it cannot be asked, a `TooManyAttemptsError`, a `NotFoundError` for a foreign
 * workspace, a `ForbiddenError` for a role that does not connect accounts.
 */
export async function connectSocialAccount(
  services: ConnectionServices,
  viewer: Viewer,
  { workspaceId, method, fields }: ConnectionRequest,
): Promise<{ socialAccountId: string }> {
  const { db, transact, platforms } = services;
  await requireMember(db, viewer, { workspaceId, permission: "social-accounts:write" });
  const { platform } = methodNamed(method);
  const opened = platforms.get(platform.name);
  if (opened?.connect === undefined) throw platformOff(["account", method], platform.label);
  await requireConnectionTry(services, viewer.userId);
  const connect = opened.connect.bind(opened);
  const outcome = await boundedCall(connectionLimits, (signal) => connect({ method, fields, workspaceId }, signal));
  if (outcome === null) throw new PlatformUnavailableError(`${platform.label} did not answer. Try again later.`);
  if (outcome.kind === "unavailable") throw new PlatformUnavailableError(outcome.message);
  if (outcome.kind === "refused") {
    const { field, code, message } = outcome;
    throw new ValidationError([{ path: ["account", method, ...(field === null ? [] : [field])], code, message }]);
  }
  const [account, ...others] = outcome.accounts;
  if (account === undefined || others.length > 0) {
    throw new Error(
      `${platform.name} opened ${outcome.accounts.length} accounts by a form, which must name exactly one.`,
    );
  }
  const socialAccountId = await transact((tx) =>
    storeAccount(tx, services, viewer, { workspaceId, platform: platform.name }, account),
  );
  return { socialAccountId };
}

/** A way to connect, by its name. Throws for one that is not registered, which GraphQL lets nobody ask for. */
export function methodNamed(name: string): PlatformMethod {
  const found = connectionMethods.find(({ method }) => method.name === name);
  if (found === undefined) throw new Error(`No connection method is registered under the name "${name}".`);
  return found;
}

/** The platform is registered, but the server's settings do not open it. */
export function platformOff(path: readonly string[], label: string): ValidationError {
  const message = `${label} is not switched on on this server. Its operator can set the variables it needs: see \`platforms { missingSettings { name } }\`.`;
  return new ValidationError([{ path, code: "PLATFORM_OFF", message }]);
}
