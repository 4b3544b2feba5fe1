/** An Atelier with two more social networks, which do as a test tells them, and ways to connect their accounts. */
import "./square-definition.ts";

import type { SocialAccount } from "../../src/generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../src/infra/clock.ts";
import { Secret } from "../../src/infra/secret.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  CheckOutcome,
  ConnectableAccount,
  ConnectionOutcome,
  RefreshOutcome,
  RevokeOutcome,
} from "../../src/platforms/connection.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import { accountOperations } from "./account-operations.ts";
import { type Atelier, type AtelierOptions, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { standInPlatform, standInProvider } from "./stand-ins.ts";
import { rowIdOf } from "./studio.ts";

const minute = 60_000;
export const accessLife = 120 * minute;

/** What somebody may connect at Square, by remote id. */
export interface SquareAccount {
  readonly remoteId: string;
  readonly handle: string;
}

/** Square's side: tokens that count once, as strict as the real thing, and what a test wants otherwise. */
export interface SquareNetwork {
  /** Who grants access, for the next authorisations. */
  accounts: readonly SquareAccount[];
  /** Refresh tokens that were presented, in order. */
  readonly presented: string[];
  /** Every token that it ever gave. */
  readonly given: string[];
  readonly revoked: string[];
  readonly asked: AuthorisationRequest[];
  readonly answers: AuthorisationAnswer[];
  authorise: (request: AuthorisationRequest) => Promise<AuthorisationOutcome>;
  complete: (answer: AuthorisationAnswer) => Promise<ConnectionOutcome>;
  refresh: (session: AccountSession) => Promise<RefreshOutcome>;
  check: (session: AccountSession) => Promise<CheckOutcome>;
  revoke: (session: AccountSession) => Promise<RevokeOutcome>;
  /** What Square does by itself: exchange a refresh token that counts for a new pair. */
  exchange(session: AccountSession): RefreshOutcome;
}

function openSquare(clock: () => Clock): SquareNetwork {
  const live = new Map<string, string>();
  const given: string[] = [];
  const pairFor = (remoteId: string) => {
    const [access, refresh] = [`canary-access-${given.length}-9b71`, `canary-refresh-${given.length + 1}-9b71`];
    given.push(access, refresh);
    live.set(refresh, remoteId);
    const expiresAt = addMilliseconds(clock().now(), accessLife);
    return { credentials: { accessToken: new Secret(access), refreshToken: new Secret(refresh) }, expiresAt };
  };
  const network: SquareNetwork = {
    accounts: [{ remoteId: "42", handle: "ada" }],
    ...{ presented: [], given, revoked: [], asked: [], answers: [] },
    authorise: ({ state }) =>
      Promise.resolve({
        kind: "started",
        url: `https://square.test/authorise?state=${state}`,
        pending: { nonce: new Secret("canary-nonce-9b71") },
      }),
    complete: ({ method }) => {
      const accounts = network.accounts.map(
        ({ remoteId, handle }): ConnectableAccount => ({
          account: { remoteId, handle, name: handle, url: `https://square.test/${handle}`, method, details: {} },
          ...{ ...pairFor(remoteId), scopes: ["post"] },
        }),
      );
      return Promise.resolve({ kind: "connected", accounts });
    },
    exchange: ({ credentials }) => {
      const token = credentials["refreshToken"]?.reveal() ?? "";
      network.presented.push(token);
      const remoteId = live.get(token);
      live.delete(token);
      if (remoteId === undefined) return { kind: "unauthorized", message: "Square no longer knows this sign-in." };
      return { kind: "renewed", ...pairFor(remoteId) };
    },
    refresh: (session) => Promise.resolve(network.exchange(session)),
    check: ({ account }) => Promise.resolve({ kind: "alive", account, scopes: null }),
    revoke: ({ credentials }) => {
      network.revoked.push(credentials["accessToken"]?.reveal() ?? "");
      return Promise.resolve({ kind: "ended" });
    },
  };
  return network;
}

/** An Atelier, somebody in it, and the networks. */
export interface AccountDesk {
  readonly atelier: Atelier;
  readonly square: SquareNetwork;
  /** Ada; signed in anew where the clock moved far. */
  ada: Person;
  /** Starts to connect an account at Square. */
  start(input?: Readonly<Record<string, unknown>>): Promise<Started>;
  /** A browser comes back from Square; answers where it is sent on to, and what stands behind `#`. */
  comeBack(state: string, query?: Readonly<Record<string, string>>): Promise<Returned>;
  /** Connects an account of Square from begin to end; answers its public id. */
  connect(): Promise<string>;
  /** The row of an account. */
  row(id: string): Promise<SocialAccount>;
  /** Moves the clock, and signs Ada in again. */
  later(milliseconds: number): Promise<void>;
}

interface Started {
  readonly connectionId: string;
  readonly authorisationUrl: string;
  readonly state: string;
}

interface Returned {
  readonly status: number;
  readonly page: string;
  readonly given: Readonly<Record<string, string>>;
}

/** Opens a desk. Square and Plaza are switched on; so is a showcase that publishes what it is told. */
export async function openAccountDesk(t: Teardown, options: AtelierOptions = {}): Promise<AccountDesk> {
  let clock: Clock | null = null;
  const square = openSquare(() => clock ?? { now: () => new Date() });
  const { platforms: showcases } = standInPlatform();
  const publishing = showcases.get("showcase");
  if (publishing === undefined) throw new Error("The stand-in has no showcase.");
  const networks: readonly (readonly [string, Platform])[] = [
    [
      "square",
      {
        ...{ capabilityOf: () => "search", settleWindow: 5_000 },
        publish: publishing.publish,
        reconcile: publishing.reconcile,
        authorise: (request) => {
          square.asked.push(request);
          return square.authorise(request);
        },
        completeAuthorisation: (answer) => {
          square.answers.push(answer);
          return square.complete(answer);
        },
        check: (session) => square.check(session),
        refresh: (session) => square.refresh(session),
        revoke: (session) => square.revoke(session),
      },
    ],
    ["plaza", openPlaza(publishing, () => clock ?? { now: () => new Date() })],
  ];
  const atelier = await openAtelier(t, {
    ...{ providers: standInProvider(), platforms: new Map([...showcases, ...networks]), ...options },
  });
  clock = atelier.clock;
  return deskOf(atelier, square, await atelier.signUp("Ada"));
}

function openPlaza(publishing: Platform, clock: () => Clock): Platform {
  return {
    ...{ capabilityOf: () => "none", settleWindow: 0, publish: publishing.publish, reconcile: publishing.reconcile },
    connect: ({ method, fields: { handle = "", token = "" } }) => {
      const named = { remoteId: handle, handle, name: handle, url: null, method, details: {} };
      const expiresAt = addMilliseconds(clock().now(), 60 * 24 * 60 * minute);
      const connectable = { account: named, credentials: { token: new Secret(token) }, expiresAt, scopes: [] };
      return Promise.resolve({ kind: "connected", accounts: [connectable] });
    },
    check: ({ account: known }) => Promise.resolve({ kind: "alive", account: known, scopes: null }),
  };
}

function deskOf(atelier: Atelier, square: SquareNetwork, person: Person): AccountDesk {
  const desk: AccountDesk = {
    ...{ atelier, square, ada: person },
    start: async (input = {}) => {
      const started = await desk.ada.mutate(accountOperations.start, { method: "SQUARE_LOGIN", ...input });
      if (started.connection === undefined) throw new Error(started.message);
      const { authorisationUrl, connection } = started;
      const state = new URL(authorisationUrl).searchParams.get("state") ?? "";
      return { connectionId: connection.id, authorisationUrl, state };
    },
    comeBack: async (state, query = { code: "code-1" }) => {
      const answer = await atelier.app.inject(`/connect/square/callback?${new URLSearchParams({ ...query, state })}`);
      const [page = "", fragment = ""] = (answer.headers.location ?? "").split("#");
      return { status: answer.statusCode, page, given: Object.fromEntries(new URLSearchParams(fragment)) };
    },
    connect: async () => {
      const { connectionId, state } = await desk.start();
      const { given } = await desk.comeBack(state);
      const input = { connectionId, ticket: given["ticket"] };
      const completed = await desk.ada.mutate(accountOperations.complete, input);
      if (completed.socialAccounts === undefined) throw new Error(completed.message);
      return completed.socialAccounts[0].id;
    },
    row: (id) => atelier.services.db.socialAccount.findUniqueOrThrow({ where: { id: rowIdOf(id) } }),
    later: async (milliseconds) => {
      atelier.clock.advance(milliseconds);
      desk.ada = await atelier.signIn(desk.ada);
    },
  };
  return desk;
}
