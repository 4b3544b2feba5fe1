/**
 * Atelier by plain `fetch`: a session that renews itself, operations that are repeated where that does no harm, and files. Copy
 * it; it needs nothing but a browser or Node 20. The other clients of this folder stand on it.
 */

/** What `login`, `register` and `refreshToken` answer. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A top-level error: authentication, a limit, a mistake in the document, or a fault of the server's. */
export class AtelierError extends Error {
  override readonly name = "AtelierError";
  /** From the closed list `ErrorCode`. */
  readonly code: string;

  constructor({ message, extensions }: GraphQLAnswer["errors"][number]) {
    super(message);
    this.code = extensions.code;
  }
}

interface GraphQLAnswer {
  readonly data: unknown;
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

type Variables = Readonly<Record<string, unknown>>;

/** Somebody who is signed in. */
export interface Session {
  readonly url: string;
  /** `fetch` in their name. Hand it to any GraphQL client as its `fetch`. */
  readonly fetch: typeof fetch;
  /** Runs a query or mutation. Throws an {@link AtelierError}; expected failures of mutations are data. */
  request<Data>(query: string, variables?: Variables, options?: { readonly repeat?: boolean }): Promise<Data>;
  /** Runs a mutation with files; each stands at its place among the variables: `{ "input.files.0": file }`. */
  upload<Data>(query: string, variables: Variables, files: Readonly<Record<string, File>>): Promise<Data>;
  accessToken(): string;
  /** Gets another access token in place of one that was refused. Throws `INVALID_REFRESH_TOKEN` when the sign-in has ended. */
  renew(refused: string): Promise<string>;
}

/** What may be set otherwise. */
export interface SessionOptions {
  /** Told of each new pair, to keep it where the next start finds it. */
  readonly keep?: (tokens: Tokens) => void;
  /** Milliseconds until an answer is given up, and before the first repetition; each further one waits twice as long. */
  readonly patience?: number;
  readonly firstPause?: number;
}

/** Goes on with a sign-in. `url` is the server's `/graphql`. */
export function openSession(url: string, tokens: Tokens, options: SessionOptions = {}): Session {
  const { keep, patience = 15_000, firstPause = 500 } = options;
  let current = tokens;
  let renewal: Promise<string> | null = null;

  // #region README
  const sessionFetch: typeof fetch = async (input, init) => {
    const send = (token: string) => {
      const headers = new Headers(init?.headers);
      headers.set("authorization", `Bearer ${token}`);
      return fetch(input, { ...init, headers });
    };
    const token = current.accessToken;
    const response = await send(token);
    return response.status === 401 ? send(await renew(token)) : response;
  };

  const renew = async (refused: string): Promise<string> => {
    if (refused !== current.accessToken) return current.accessToken; // somebody else has already renewed it
    renewal ??= refreshToken().finally(() => (renewal = null));
    return renewal;
  };
  // #endregion

  const refreshToken = async (): Promise<string> => {
    // Without the old access token, which would be refused. An answer that was lost may be asked for again, for ten seconds.
    const body = JSON.stringify({ query: refresh, variables: { input: { refreshToken: current.refreshToken } } });
    const { refreshToken: answer } = await answered<{ refreshToken: Tokens & { code?: string; message: string } }>(
      await repeatedly((signal) => fetch(url, { method: "POST", headers: json, body, signal })),
    );
    if (answer.code !== undefined) throw new AtelierError({ ...answer, extensions: { code: answer.code } });
    current = { accessToken: answer.accessToken, refreshToken: answer.refreshToken };
    keep?.(current);
    return current.accessToken;
  };

  const repeatedly = async (send: (signal: AbortSignal) => Promise<Response>): Promise<Response> => {
    for (let tries = 1; ; tries += 1) {
      const response = await send(AbortSignal.timeout(patience)).catch((error: unknown) => {
        if (error instanceof AtelierError || tries === 8) throw error;
        return null;
      });
      if (response !== null && (response.status < 502 || tries === 8)) return response;
      const wished = Number(response?.headers.get("retry-after") ?? 0) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(wished, firstPause * 2 ** (tries - 1))));
    }
  };

  return {
    url,
    fetch: sessionFetch,
    renew,
    accessToken: () => current.accessToken,
    request: async (query, variables = {}, { repeat = isRepeatable(query, variables) } = {}) => {
      const init = { method: "POST", headers: json, body: JSON.stringify({ query, variables }) };
      const send = (signal: AbortSignal) => sessionFetch(url, { ...init, signal });
      return answered(await (repeat ? repeatedly(send) : send(AbortSignal.timeout(patience))));
    },
    upload: async (query, variables, files) => {
      const form = new FormData();
      const places = Object.keys(files).map((place) => [place, [`variables.${place}`]]);
      form.set("operations", JSON.stringify({ query, variables }));
      form.set("map", JSON.stringify(Object.fromEntries(places)));
      for (const [place, file] of Object.entries(files)) form.set(place, file, file.name);
      const headers = { accept, "graphql-require-preflight": "1" };
      const send = () => sessionFetch(url, { method: "POST", headers, body: form });
      return answered(await (isRepeatable(query, variables) ? repeatedly(send) : send()));
    },
  };
}

/** With this type the status tells a refused access token (401) from everything else. */
const accept = "application/graphql-response+json";
const json = { accept, "content-type": "application/json" };

const refresh = `mutation ($input: RefreshTokenInput!) {
  refreshToken(input: $input) {
    ... on RefreshTokenSuccess { accessToken refreshToken }
    ... on Error { code message }
  }
}`;

/** Whether doing it twice does no harm: it only reads, or it carries a key by which the server knows it again. */
function isRepeatable(query: string, { input }: Variables): boolean {
  const hasKey = typeof input === "object" && input !== null && "idempotencyKey" in input;
  return hasKey || !/^\s*mutation\b/.test(query);
}

async function answered<Data>(response: Response): Promise<Data> {
  const { data, errors = [] } = (await response.json()) as Partial<GraphQLAnswer>;
  const [error] = errors;
  if (error !== undefined) throw new AtelierError(error);
  return data as Data;
}
