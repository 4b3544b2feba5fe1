/** What this installation is at a server: an application, registered once per server and address. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import type { Credentials } from "../connection.ts";
import { askMastodon, type MastodonSetup, refusalOf, trouble } from "./api.ts";

/** What is asked for: who it is, sending, uploading, and reading own posts to find an interrupted one. */
export const wantedScopes = ["read:accounts", "read:statuses", "write:statuses", "write:media"] as const;

const appShape = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const serverFacts = z.object({ code_challenge_methods_supported: z.array(z.string()) });

/** How registering ended. */
export type Registration =
  | { readonly kind: "registered"; readonly app: Credentials }
  | { readonly kind: "refused"; readonly field: string; readonly code: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** The registration at a server, made when there is none yet. */
export async function registrationAt(
  setup: MastodonSetup,
  server: string,
  redirectUri: string,
  signal: AbortSignal,
): Promise<Registration> {
  const known = await setup.apps.find(server, redirectUri);
  if (known !== null) return { kind: "registered", app: known };
  const input = {
    ...{ client_name: "Atelier", redirect_uris: redirectUri, scopes: wantedScopes.join(" "), website: setup.publicUrl },
  };
  const answer = await askMastodon(setup, { server, path: "/api/v1/apps", input, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const made = answer.status === 200 ? appShape.safeParse(answer.json).data : undefined;
  if (made !== undefined) {
    const { client_id: clientId, client_secret: clientSecret } = made;
    const app = { clientId: new Secret(clientId), clientSecret: new Secret(clientSecret) };
    return { kind: "registered", app: await setup.apps.keep(server, redirectUri, app) };
  }
  const refusal = refusalOf(answer, setup.clock.now(), {});
  if (answer.status >= 500 || refusal?.kind === "rate-limited") return trouble(answer);
  const message = `${new URL(server).host} does not take applications as a Mastodon server does. Check the address.`;
  return { kind: "refused", field: "server", code: "NOT_A_SERVER", message };
}

/** Whether a server knows PKCE, which Mastodon does since 4.3. Older ones would ignore or refuse it. */
export async function knowsPkce(setup: MastodonSetup, server: string, signal: AbortSignal): Promise<boolean> {
  const answer = await askMastodon(setup, { server, path: "/.well-known/oauth-authorization-server", signal });
  const facts =
    answer.kind === "answered" && answer.status === 200 ? serverFacts.safeParse(answer.json).data : undefined;
  return facts?.code_challenge_methods_supported.includes("S256") ?? false;
}

/** Those of the wanted permissions that were not granted; `write` covers `write:media`. */
export function missingScopes(granted: readonly string[]): string[] {
  return wantedScopes.filter((scope) => !granted.includes(scope) && !granted.includes(scope.split(":")[0] ?? ""));
}
