import Fastify from "fastify";
import { buildSchema, type ExecutionResult, GraphQLError, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { z } from "zod";
import type { PreparedOperation } from "../../src/explorer/load-operations.ts";
import { explorerRoutes } from "../../src/explorer/routes.ts";
import { News } from "./news.ts";

/** The cookie of a sign-in. */
const COOKIE = "__Host-atelier-refresh";

/** The one account of the stub. */
export const ADA = { email: "ada@example.org", password: "correct horse", displayName: "Ada Lovelace" };

const schema = buildSchema(`
  "What can go wrong."
  interface Error { code: String! message: String! }
  type InvalidCredentialsError implements Error { code: String! message: String! }
  type Issue { path: String! code: String! message: String! }
  type ValidationError implements Error { code: String! message: String! issues: [Issue!]! }
  type User { id: ID! displayName: String! email: String! }
  type LoginSuccess { accessToken: String! expiresAt: String! refreshToken: String user: User! }
  type RegisterSuccess { accessToken: String! expiresAt: String! refreshToken: String user: User! }
  type RefreshTokenSuccess { accessToken: String! expiresAt: String! refreshToken: String user: User! }
  type LogoutSuccess { sessionId: ID! }
  type InvalidRefreshTokenError implements Error { code: String! message: String! }
  enum RefreshTokenPlace { BODY COOKIE }
  union LoginResult = LoginSuccess | InvalidCredentialsError | ValidationError
  union RegisterResult = RegisterSuccess | ValidationError
  union RefreshTokenResult = RefreshTokenSuccess | InvalidRefreshTokenError | ValidationError
  union LogoutResult = LogoutSuccess | InvalidRefreshTokenError | ValidationError
  input LoginInput { email: String! password: String! refreshTokenIn: RefreshTokenPlace! = BODY }
  input RegisterInput { email: String! password: String! displayName: String! refreshTokenIn: RefreshTokenPlace! = BODY }
  input RefreshTokenInput { refreshToken: String }
  input LogoutInput { refreshToken: String }
  type Query {
    "A greeting."
    hello(name: String!): String!
    "The signed-in person's name."
    whoAmI: String!
  }
  type Mutation {
    login(input: LoginInput!): LoginResult!
    register(input: RegisterInput!): RegisterResult!
    refreshToken(input: RefreshTokenInput!): RefreshTokenResult!
    logout(input: LogoutInput!): LogoutResult!
  }
  type Subscription {
    "Counts to five and is done."
    countToFive: Int!
    "Goes on until it is stopped."
    news: String!
  }
`);

/** The tabs of the stub's explorer. */
const OPERATIONS: PreparedOperation[] = [
  {
    name: "greet",
    title: "Say hello.",
    query: "# Say hello.\nquery Greet($name: String!) {\n  hello(name: $name)\n}\n",
    variables: { name: "</script><b>Ada" },
  },
  { name: "who-am-i", title: "Who is it?", query: "# Who is it?\nquery WhoAmI {\n  whoAmI\n}\n", variables: null },
  { name: "count", title: "Five.", query: "# Five.\nsubscription Count {\n  countToFive\n}\n", variables: null },
  { name: "news", title: "News.", query: "# News.\nsubscription News {\n  news\n}\n", variables: null },
];

const bodySchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
const connectionParamsSchema = z.record(z.string(), z.string());

/** A running stub: its origin, what it saw, and the switches that a test turns. */
export interface StubApi {
  readonly origin: string;
  readonly connectionParams: Record<string, string>[];
  readonly news: News;
  /** Sign-ins that were ended by signing out. */
  readonly loggedOut: string[];
  /** From now on every access token so far is refused; the cookie still leads to a new one. */
  expireTokens(): void;
  /** From now on cookies lead nowhere. */
  endSessions(): void;
  /** Milliseconds that access tokens live from now on, as they say. */
  setLifetime(milliseconds: number): void;
  close(): Promise<void>;
}

/** Starts a small API of Atelier's shape on a free loopback port, with the explorer's routes on it. */
export async function startStubApi({ mode }: { mode: "operators" | "public" }): Promise<StubApi> {
  let generation = 1;
  let live = true;
  let lifetime = 365 * 24 * 60 * 60_000;
  const loggedOut: string[] = [];
  const news = new News();
  const connectionParams: Record<string, string>[] = [];
  const isGood = (authorization: string | undefined) => authorization === `Bearer token-${generation}`;
  const rootValue = (authorization: string | undefined, cookie?: string, setCookie?: (value: string) => void) =>
    resolvers({
      signedIn: isGood(authorization),
      news,
      issue: () => {
        setCookie?.(`${COOKIE}=kept; Path=/; HttpOnly; Secure; SameSite=Strict`);
        live = true;
        const expiresAt = new Date(Date.now() + lifetime).toISOString();
        return { accessToken: `token-${generation}`, expiresAt, refreshToken: null, user: { id: "1", ...ADA } };
      },
      holds: () => live && cookie === `${COOKIE}=kept`,
      next: () => {
        generation += 1;
      },
      end: () => {
        live = false;
        loggedOut.push(authorization ?? "");
        setCookie?.(`${COOKIE}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`);
      },
    });

  const app = Fastify();
  await app.register(explorerRoutes, { mode, operations: OPERATIONS });
  app.post("/graphql", async (request, reply): Promise<ExecutionResult> => {
    const { query, variables, operationName } = bodySchema.parse(request.body);
    return graphql({
      schema,
      source: query,
      rootValue: rootValue(request.headers.authorization, request.headers.cookie, (value) => {
        reply.header("set-cookie", value);
      }),
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
  });
  const sockets = new WebSocketServer({ server: app.server, path: "/graphql" });
  const socketServer = useServer(
    {
      schema,
      roots: { subscription: rootValue(undefined) },
      onConnect: (context) => {
        const params = connectionParamsSchema.parse(context.connectionParams ?? {});
        connectionParams.push(params);
        if (params["authorization"] === undefined || isGood(params["authorization"])) return true;
        context.extra.socket.close(4403, "Forbidden");
        return false;
      },
    },
    sockets,
  );
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    origin,
    connectionParams,
    news,
    loggedOut,
    expireTokens: () => {
      generation += 1;
      for (const socket of sockets.clients) socket.close(4403, "Forbidden");
    },
    endSessions: () => {
      live = false;
    },
    setLifetime: (milliseconds) => {
      lifetime = milliseconds;
    },
    close: async () => {
      await socketServer.dispose();
      await app.close();
    },
  };
}

interface StubSession {
  readonly signedIn: boolean;
  readonly news: News;
  readonly issue: () => object;
  readonly holds: () => boolean;
  readonly next: () => void;
  readonly end: () => void;
}

function resolvers({ signedIn, news, issue, holds, next, end }: StubSession) {
  const success = (typename: string) => ({ __typename: typename, ...issue() });
  const refused = { __typename: "InvalidRefreshTokenError", code: "INVALID_REFRESH_TOKEN", message: "Sign in again." };
  return {
    refreshToken: () => {
      if (!holds()) return refused;
      next();
      return success("RefreshTokenSuccess");
    },
    logout: () => {
      if (!signedIn && !holds()) return refused;
      end();
      return { __typename: "LogoutSuccess", sessionId: "1" };
    },
    hello: ({ name }: { name: string }) => `Hello, ${name}!`,
    whoAmI: () => {
      if (signedIn) return ADA.displayName;
      throw new GraphQLError("Sign in first.", { extensions: { code: "UNAUTHENTICATED" } });
    },
    login: ({ input }: { input: { email: string; password: string } }) => {
      if (input.email === ADA.email && input.password === ADA.password) return success("LoginSuccess");
      const message = "No account has this e-mail and password.";
      return { __typename: "InvalidCredentialsError", code: "INVALID_CREDENTIALS", message };
    },
    register: ({ input }: { input: { displayName: string; password: string } }) => {
      if (input.password.length >= 8) return success("RegisterSuccess");
      const issues = [{ path: "password", code: "TOO_SHORT", message: "A password has at least 8 characters." }];
      return { __typename: "ValidationError", code: "VALIDATION", message: "Check the input.", issues };
    },
    countToFive,
    news: () => news.open(),
  };
}

async function* countToFive(): AsyncGenerator<{ countToFive: number }> {
  for (let n = 1; n <= 5; n += 1) yield { countToFive: n };
}
