/** Whether Meta's hosts answer, and know the app that the settings name. */
import { Secret } from "../../infra/secret.ts";
import type { ProbeOutcome } from "../connection.ts";
import type { Graph } from "./graph.ts";
import { meaningOf } from "./graph-error.ts";
import type { MetaApp } from "./settings.ts";

/** "Error validating application", which an unknown id gets. */
const unknownApp = 101;

/**
 * Asks for the app itself with its own token, which is id and secret with a bar between
 * (https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens).
 */
export async function probeFacebookApp(
  graph: Graph,
  { id, secret }: MetaApp,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const token = new Secret(`${id}|${secret}`);
  const answer = await graph.get({ path: `/${id}`, fields: { fields: "id" }, token, account: "", signal });
  if (answer.kind === "answered") return { kind: "fine", message: `Meta knows the app ${id} and its secret.` };
  if (answer.kind === "failed") {
    const { error } = answer;
    const meaning = meaningOf(error, new Map());
    if (meaning === "token" || meaning === "permission" || error.code === unknownApp) {
      const message = `Meta does not accept FACEBOOK_APP_ID ${id} with this FACEBOOK_APP_SECRET. Copy both from the app's dashboard: Settings, Basic.`;
      return { kind: "refused", message };
    }
    return { kind: "unavailable", message: `Meta answered with error ${error.code}. Try again later.` };
  }
  return { kind: "unavailable", message: answer.message };
}

/** Asks without a token: an error that only a Graph API gives is answer enough. */
export async function probeGraph(graph: Graph, signal: AbortSignal): Promise<ProbeOutcome> {
  const { label } = graph.host;
  const answer = await graph.get({ path: "/me", fields: { fields: "id" }, account: "", signal });
  if (answer.kind === "lost" || answer.kind === "held") return { kind: "unavailable", message: answer.message };
  const message = `${label} answers. Whether the app's secret is right only a sign-in tells.`;
  return { kind: "fine", message };
}
