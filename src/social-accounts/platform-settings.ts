import type { Platform, PlatformDefinition } from "../platforms/platform.ts";
import type { CapabilityClass } from "../platforms/publication.ts";
import type { PlatformMethod } from "../platforms/registry.ts";

/** A variable that a platform knows and the server does not set. */
export interface MissingSetting {
  readonly name: string;
  readonly description: string;
}

/** What an operator can set to switch a platform on; empty when it is on. Names and descriptions alone, never values. */
export function missingSettings(
  {
    platforms,
    config,
  }: {
    readonly platforms: ReadonlyMap<string, Platform>;
    readonly config: { readonly values: Readonly<Record<string, unknown>> };
  },
  { name: platform, variables }: PlatformDefinition,
): MissingSetting[] {
  if (platforms.has(platform)) return [];
  return Object.entries(variables)
    .filter(([name]) => config.values[name] === undefined || config.values[name] === false)
    .map(([name, type]) => ({ name, description: type.description ?? "" }));
}

/** What an interrupted send leaves to look at, for accounts connected in some way; null while the platform is off. */
export function capabilityOfMethod(
  platforms: ReadonlyMap<string, Platform>,
  { platform, method }: PlatformMethod,
): CapabilityClass | null {
  const example = { remoteId: "", handle: "", name: "", url: null, method: method.name, details: {} };
  return platforms.get(platform.name)?.capabilityOf(example) ?? null;
}
