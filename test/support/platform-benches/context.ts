import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Clock } from "../../../src/infra/clock.ts";
import { openDb } from "../../../src/infra/db.ts";
import { createDiskStorage } from "../../../src/infra/disk-storage.ts";
import { createOutboundHttp, type OutboundHttpOptions } from "../../../src/infra/outbound-http.ts";
import type { Credentials } from "../../../src/platforms/connection.ts";
import type { PlatformContext, PlatformDefinition, RemoteApps } from "../../../src/platforms/platform.ts";
import type { Teardown } from "../database.ts";

/** What a platform is opened with beside its simulator. */
export interface ContextOptions {
  readonly clock: Clock;
  /** The platform's variables, parsed as from the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Only for built-in platforms. Without it the database cannot be reached. */
  readonly databaseUrl?: string;
  /** Default: what reaches this machine. */
  readonly outbound?: OutboundHttpOptions;
}

/** Opens what a platform is built from, for one test. Registrations at servers are kept in memory. */
export async function platformContext(
  t: Teardown,
  definition: PlatformDefinition,
  options: ContextOptions,
): Promise<PlatformContext> {
  const { clock, variables = {}, databaseUrl = "postgresql://nobody@127.0.0.1:9/none" } = options;
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-platform-"));
  const db = openDb({ url: databaseUrl, poolSize: 2 });
  const http = createOutboundHttp(options.outbound ?? { allowedNetworks: ["127.0.0.0/8"], allowHttp: true });
  t.teardown(async () => {
    await http.close();
    await db.$disconnect();
    await rm(folder, { recursive: true, force: true });
  });
  const values = Object.entries(definition.variables).map(([name, shape]) => [name, shape.parse(variables[name])]);
  return {
    ...{ values: Object.fromEntries(values), publicUrl: "https://atelier.example", clock, http, db },
    ...{ apps: memoryApps(), storage: await createDiskStorage({ folder }) },
  };
}

function memoryApps(): RemoteApps {
  const kept = new Map<string, Credentials>();
  const find = async (origin: string, redirectUri: string) => kept.get(`${origin} ${redirectUri}`) ?? null;
  return {
    find,
    keep: async (origin, redirectUri, credentials) => {
      const first = (await find(origin, redirectUri)) ?? credentials;
      kept.set(`${origin} ${redirectUri}`, first);
      return first;
    },
    forget: async (origin, redirectUri, credentials) => {
      const { clientId } = credentials;
      const found = await find(origin, redirectUri);
      if (found?.["clientId"]?.reveal() === clientId?.reveal()) kept.delete(`${origin} ${redirectUri}`);
    },
  };
}
