/** Signing in at the simulators of real platforms, through the front door alone. */
import { accountOperations } from "./account-operations.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";

/** What the browser is sent back with. */
export interface CameBack {
  readonly page: string;
  /** What stands behind `#`: `ticket` and `connection`, or `error`. */
  readonly given: Readonly<Record<string, string>>;
}

/** An Atelier whose platforms are simulators, and somebody who connects accounts. */
export interface SignInDesk {
  readonly atelier: Atelier;
  readonly ada: Person;
  /** `startConnection`; fails when it answers anything but a connection. */
  start(input: Readonly<Record<string, unknown>>): Promise<{ id: string; url: string; state: string }>;
  /** The browser arrives at `/connect/<platform>/callback`. */
  comeBack(platform: string, query: Readonly<Record<string, string>>): Promise<CameBack>;
  /** `completeConnection`, whatever it answers. */
  complete(id: string, ticket?: string, choices?: readonly string[]): ReturnType<Person["mutate"]>;
  /** The attempt as its owner sees it. */
  attempt(id: string): ReturnType<Person["mutate"]>;
  /** The accounts of Ada's workspace as lists show them. */
  accounts(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** What lets a server talk to simulators of this machine. */
const toThisMachine = { OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8", OUTBOUND_ALLOW_HTTP: "true" };

/** Opens one. */
export async function openSignInDesk(t: Teardown, environment: Readonly<Record<string, string>>): Promise<SignInDesk> {
  const atelier = await openAtelier(t, { environment: { ...toThisMachine, ...environment } });
  const ada = await atelier.signUp("Ada");
  const list = "{ socialAccounts { nodes { platform method handle state scopes expiresAt url } } }";
  return {
    ...{ atelier, ada },
    start: async (input) => {
      const { connection, authorisationUrl, ...rest } = await ada.mutate(accountOperations.start, input);
      if (connection === undefined) throw new Error(JSON.stringify(rest));
      const state = new URL(authorisationUrl).searchParams.get("state") ?? "";
      return { id: connection.id, url: authorisationUrl, state };
    },
    comeBack: async (platform, query) => {
      const answer = await atelier.app.inject(`/connect/${platform}/callback?${new URLSearchParams(query)}`);
      const [page = "", fragment = ""] = (answer.headers.location ?? "").split("#");
      return { page, given: Object.fromEntries(new URLSearchParams(fragment)) };
    },
    complete: (connectionId, ticket, choices) =>
      ada.mutate(accountOperations.complete, { connectionId, ticket, choices }),
    attempt: async (id) => (await ada.request(accountOperations.connection, { id })).data.connection,
    accounts: async () => (await ada.request(list)).data.socialAccounts.nodes,
  };
}
