import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyReply } from "fastify";
import { loadExplorerBundle } from "./explorer-bundle.ts";
import type { PreparedOperation } from "./load-operations.ts";

const BUNDLE = fileURLToPath(new URL("../generated/explorer", import.meta.url));
const PLACEHOLDER = '"__EXPLORER_SETTINGS__"';

/** How the explorer is served. */
export interface ExplorerRoutesOptions {
  /**
   * `operators`: the page asks for a sign-in before it reads the schema. `public`: it reads the schema at once. Who may
   * read the schema is decided by the API, not here; without an explorer, do not register these routes.
   */
  readonly mode: "operators" | "public";
  /** The tabs to begin with, as `loadOperations` reads them. */
  readonly operations: readonly PreparedOperation[];
  /** Where the built page lies; by default where `scripts/build-explorer.ts` puts it. */
  readonly bundleFolder?: string;
}

/**
 * Serves GraphiQL at `/graphiql` and its files below `/graphiql/assets/`, from memory and under a policy that lets the
 * browser load nothing from elsewhere. Registration fails when the page has not been built.
 */
export async function explorerRoutes(app: FastifyInstance, options: ExplorerRoutesOptions): Promise<void> {
  const { page, assets } = await loadExplorerBundle(options.bundleFolder ?? BUNDLE);
  const [before, after] = page.split(PLACEHOLDER);
  if (before === undefined || after === undefined) {
    throw new Error(
      `The explorer's page has no place for its settings (${PLACEHOLDER}). Run: node scripts/build-explorer.ts`,
    );
  }
  const tabs = options.operations.map(({ query, variables }) => ({
    query,
    variables: variables === null ? null : JSON.stringify(variables, null, 2),
  }));

  app.get("/graphiql", async (_request, reply) => {
    const styleNonce = randomBytes(16).toString("base64");
    const settings = JSON.stringify({ mode: options.mode, styleNonce, tabs }).replaceAll("<", "\\u003c");
    secure(reply, styleNonce).header("cache-control", "no-store").type("text/html; charset=utf-8");
    return reply.send(before + settings + after);
  });

  app.get<{ Params: { "*": string } }>("/graphiql/assets/*", async (request, reply) => {
    const asset = assets.get(request.params["*"]);
    secure(reply, undefined);
    if (asset === undefined) {
      return reply.code(404).type("text/plain; charset=utf-8").send("The explorer has no such file. Reload /graphiql.");
    }
    reply.type(asset.contentType).header("cache-control", "public, max-age=31536000, immutable");
    if (asset.gzipped === undefined) return reply.send(asset.content);
    reply.header("vary", "accept-encoding");
    if (!acceptsGzip(request.headers["accept-encoding"])) return reply.send(asset.content);
    return reply.header("content-encoding", "gzip").send(asset.gzipped);
  });
}

/**
 * NOTE: styles are the one place that cannot be closed completely: Monaco draws its lines as HTML with `style` attributes
 * (`style-src-attr`). Style elements need the nonce of this answer, and scripts must be files of this server: nothing
 * inline, no eval. `'self'` in `connect-src` covers the websocket of the same host and port.
 */
function contentSecurityPolicy(styleNonce: string | undefined): string {
  const styleElements = styleNonce === undefined ? "'self'" : `'self' 'nonce-${styleNonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    `style-src-elem ${styleElements}`,
    "style-src-attr 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}

function secure(reply: FastifyReply, styleNonce: string | undefined): FastifyReply {
  return reply
    .header("content-security-policy", contentSecurityPolicy(styleNonce))
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer");
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? "")
    .split(",")
    .some((coding) => /^\s*gzip\s*(;\s*q=(1|0?\.[0-9]*[1-9]).*)?$/i.test(coding));
}
