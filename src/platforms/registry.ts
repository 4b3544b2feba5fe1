import type { PlatformDefinition } from "./platform.ts";
import { showcase } from "./showcase/platform.ts";

/** Every social network Atelier knows. */
export const platforms: readonly PlatformDefinition[] = [showcase];

/** The definition behind a stored platform name. A name that is gone is a fault of the installation, and is said. */
export function platformNamed(name: string): PlatformDefinition {
  const found = platforms.find((platform) => platform.name === name);
  if (found === undefined) throw new Error(`No platform is registered under the name "${name}".`);
  return found;
}
