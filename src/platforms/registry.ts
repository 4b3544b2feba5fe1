import { bluesky } from "./bluesky/platform.ts";
import type { ConnectionMethod, RemoteAccount } from "./connection.ts";
import { discord } from "./discord/platform.ts";
import { facebook } from "./facebook/platform.ts";
import { instagram } from "./instagram/platform.ts";
import { mastodon } from "./mastodon/platform.ts";
import type { PlatformDefinition } from "./platform.ts";
import type { PlatformRules } from "./rules.ts";
import { sandbox } from "./sandbox/platform.ts";
import { showcase } from "./showcase/platform.ts";
import { telegram } from "./telegram/platform.ts";
import { x } from "./x/platform.ts";

/** Every social network Atelier knows. */
export const platforms: readonly PlatformDefinition[] = [
  ...[showcase, instagram, facebook, x, bluesky, mastodon, telegram, discord, sandbox],
];

/** The definition behind a stored platform name. A name that is gone is a fault of the installation, and is said. */
export function platformNamed(name: string): PlatformDefinition {
  const found = platforms.find((platform) => platform.name === name);
  if (found === undefined) throw new Error(`No platform is registered under the name "${name}".`);
  return found;
}

/** The rules that hold for an account of a platform. */
export function rulesOf(platform: string, account: Pick<RemoteAccount, "method" | "details">): PlatformRules {
  const definition = platformNamed(platform);
  return definition.rulesFor?.(account) ?? definition.rules;
}

/** A way to connect, with the platform it leads to. */
export interface PlatformMethod {
  readonly platform: PlatformDefinition;
  readonly method: ConnectionMethod;
}

/** Every way to connect an account. */
export const connectionMethods: readonly PlatformMethod[] = platforms.flatMap((platform) =>
  platform.methods.map((method) => ({ platform, method })),
);
