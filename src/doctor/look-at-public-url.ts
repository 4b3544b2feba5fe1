import { z } from "zod";
import type { Config } from "../config.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { unreachableBecause } from "../infra/public-reach.ts";
import { about, type Finding } from "./finding.ts";

const alive = z.object({ status: z.literal("ok") });

/**
 * Whether others can reach this server, as far as can be told from here.
 * @param fetchers labels of the open platforms that fetch pictures from it.
 */
export async function lookAtPublicUrl(
  { config, http }: { readonly config: Config; readonly http: OutboundHttp },
  fetchers: readonly string[],
): Promise<readonly Finding[]> {
  const { ok, warning, problem } = about("Public URL");
  const { PUBLIC_URL: url, NODE_ENV: environment } = config;
  // A server that only its own machine reaches is fine while nobody else needs it.
  const grave = environment === "production" || fetchers.length > 0 ? problem : warning;
  const findings: Finding[] = [];
  const hidden = unreachableBecause(url);
  if (hidden !== null) {
    const needed = fetchers.length === 0 ? "" : ` ${fetchers.join(" and ")} must fetch pictures from it.`;
    findings.push(
      grave(
        `${url} cannot be reached from outside: ${hidden}.${needed}`,
        "Set PUBLIC_URL to an https address of this server that the internet can reach.",
      ),
    );
  }
  const answer = await http.request({ url: `${url}/livez`, deadlineMs: 5_000, trustedOrigin: new URL(url).origin });
  if (!answer.ok) {
    const found = `Nobody answers at ${url}, seen from here: ${answer.detail}.`;
    const advice = "Start the server; if it runs, check the name, the reverse proxy in front and its certificate.";
    return [...findings, grave(found, advice)];
  }
  if (answer.status !== 200 || !isAlive(answer.body)) {
    const found = `${url}/livez answers ${answer.status}, but not as Atelier does.`;
    return [...findings, grave(found, "Let the reverse proxy hand every path on to this server.")];
  }
  if (hidden === null)
    return [ok(`${url} answers. That the internet reaches it as well only a look from there tells.`)];
  return [...findings, ok(`${url} answers on this machine.`)];
}

function isAlive(body: Buffer): boolean {
  try {
    return alive.safeParse(JSON.parse(body.toString())).success;
  } catch {
    // Not JSON: somebody else's page.
    return false;
  }
}
