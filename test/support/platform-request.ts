import { type Clock, systemClock } from "../../src/infra/clock.ts";
import type { Credentials, RemoteAccount } from "../../src/platforms/connection.ts";
import type { PublishRequest, RemoteRef, RemoteRefs } from "../../src/platforms/publication.ts";

/** References kept in memory. */
export function memoryRefs(
  entries: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): RemoteRefs & { all(): Record<string, string> } {
  const refs = new Map<string, RemoteRef>(
    Object.entries(entries).map(([name, value]) => [name, { value, at: clock.now() }]),
  );
  return {
    get: (name) => refs.get(name) ?? null,
    async keep(name, value) {
      refs.set(name, { value, at: clock.now() });
    },
    async drop(name) {
      refs.delete(name);
    },
    all: () => Object.fromEntries([...refs].map(([name, { value }]) => [name, value])),
  };
}

/** What a platform is asked to publish, but for what a test wants otherwise. */
export function platformRequest({
  account,
  credentials = {},
  ...wanted
}: Partial<PublishRequest> & { readonly account: RemoteAccount; readonly credentials?: Credentials }): PublishRequest {
  return {
    ...{ key: "01900000-0000-7000-8000-000000000001", preparedAt: new Date("2026-11-25T09:00:00Z"), sentAt: null },
    session: { account, credentials },
    ...{ caption: "", images: [], options: {}, madeWithAi: false, refs: memoryRefs() },
    ...wanted,
  };
}
