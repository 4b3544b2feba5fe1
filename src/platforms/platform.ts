/**
 * The contract between Atelier and one social network.
 *
 * A platform knows how to connect an account, how to make one post public, and how to find out whether it did. It keeps no
 * ledger and repeats nothing: how a call ended is a value, and `src/publishing` decides what follows.
 */
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  CheckOutcome,
  ConnectionForm,
  ConnectionMethod,
  ConnectionOutcome,
  Credentials,
  ProbeOutcome,
  RefreshOutcome,
  RefreshPolicy,
  RemoteAccount,
  RevokeOutcome,
} from "./connection.ts";
import type { MeasureOutcome, Metric } from "./measuring.ts";
import type {
  CapabilityClass,
  PrepareOutcome,
  PublishOutcome,
  PublishRequest,
  QuotaOutcome,
  ReconcileOutcome,
  VerifyOutcome,
} from "./publication.ts";
import type { PlatformOption, PlatformRules } from "./rules.ts";

/** What a registration of this server at a platform's server is remembered by; stored sealed. */
export interface RemoteApps {
  find(origin: string, redirectUri: string): Promise<Credentials | null>;
  /** The first one kept for an origin and address counts, whoever else registered at the same moment; answers that one. */
  keep(origin: string, redirectUri: string, credentials: Credentials): Promise<Credentials>;
  /** The server no longer knows these; another registration that was kept meanwhile stays. */
  forget(origin: string, redirectUri: string, credentials: Credentials): Promise<void>;
}

/** What a platform is built from. */
export interface PlatformContext {
  /** The parsed environment, for the platform's own variables. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly publicUrl: string;
  readonly clock: Clock;
  /** The only way to the network. It never repeats anything, and follows no redirect unless asked to. */
  readonly http: OutboundHttp;
  readonly apps: RemoteApps;
  /** For built-in platforms, whose outside is this server. */
  readonly db: Db;
  readonly storage: ObjectStorage;
}

/** One social network, built. Every method takes a signal that is aborted at the call's deadline. */
export interface Platform {
  /** What an interrupted send to this account leaves to look at. */
  capabilityOf(account: RemoteAccount): CapabilityClass;
  /** Milliseconds after a send's deadline before an unclear outcome may be looked up. */
  readonly settleWindow: number;

  /** Asks whether the platform answers this server and knows its app, for the operator. Reads only, and needs no account. */
  probe?(signal: AbortSignal): Promise<ProbeOutcome>;

  connect?(form: ConnectionForm, signal: AbortSignal): Promise<ConnectionOutcome>;
  authorise?(request: AuthorisationRequest, signal: AbortSignal): Promise<AuthorisationOutcome>;
  completeAuthorisation?(answer: AuthorisationAnswer, signal: AbortSignal): Promise<ConnectionOutcome>;
  check(session: AccountSession, signal: AbortSignal): Promise<CheckOutcome>;
  /** Only for platforms with a `refresh` policy. */
  refresh?(session: AccountSession, signal: AbortSignal): Promise<RefreshOutcome>;
  /** Ends access at the platform, as far as it can be ended. The account is gone here either way. */
  revoke?(session: AccountSession, signal: AbortSignal): Promise<RevokeOutcome>;

  /** The reversible steps: uploads, containers. May run again at any point; what `request.refs` holds is not made twice. */
  prepare?(request: PublishRequest, signal: AbortSignal): Promise<PrepareOutcome>;
  /** Exactly one irreversible request; never repeats anything by itself. An answer after the signal is not waited for. */
  publish(request: PublishRequest, signal: AbortSignal): Promise<PublishOutcome>;
  /** Reading only, any number of times. */
  reconcile(request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome>;
  /** Reads a published post back. */
  verify?(session: AccountSession, externalId: string, signal: AbortSignal): Promise<VerifyOutcome>;
  quota?(session: AccountSession, signal: AbortSignal): Promise<QuotaOutcome>;
  /** Numbers of posts by their external ids, at most `measuring.batch` of them. */
  measure?(session: AccountSession, externalIds: readonly string[], signal: AbortSignal): Promise<MeasureOutcome>;

  /** Of these originals, by hash, those whose files what was published still shows: they must not be cleared away. */
  keptFiles?(hashes: readonly string[]): Promise<readonly string[]>;
  /** Pages that the platform itself serves. */
  routes?(app: FastifyInstance): Promise<void>;
}

/** How often an account may post. Where the platform tells its own numbers, `Platform.quota` reads them. */
export interface PostQuota {
  readonly posts: number;
  /** Milliseconds of the moving window. */
  readonly window: number;
}

/** What a platform counts about a post. */
export interface PlatformMeasuring {
  readonly metrics: readonly Metric[];
  /** For how many posts it is asked at once. */
  readonly batch: number;
  /**
   * Where reading is billed: the name of the platform's own variable that says how many posts may be read a month. Nothing is read
   * beyond that, on the whole server; without a number in it there is no limit.
   */
  readonly readsPerMonth?: string;
}

/** One line of the registry: a social network as data, and how it comes to be. */
export interface PlatformDefinition {
  /** Stable lower-case name, stored with accounts; the GraphQL enum value is its upper-case form. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Its variables in the environment, by name, each with a description for `.env.example`. */
  readonly variables: Readonly<Record<string, z.ZodType>>;
  readonly rules: PlatformRules;
  /** The rules of one account where they differ, such as a server's own limits. Pure. */
  rulesFor?(account: Pick<RemoteAccount, "method" | "details">): PlatformRules;
  readonly options: readonly PlatformOption[];
  readonly methods: readonly ConnectionMethod[];
  /** Null: access does not end by itself, or cannot be renewed. */
  readonly refresh: RefreshPolicy | null;
  readonly quota: PostQuota | null;
  /** Milliseconds to leave between two posts of one account. */
  readonly spacing: number;
  /** Whether posts are sent again by themselves after a list, which is no proof, twice did not show them. */
  readonly resendsAfterListedAbsence: boolean;
  /** Whether the platform fetches pictures from this server, which must then be reachable from the internet. */
  readonly needsPublicUrl: boolean;
  /** Whether it has a flag for pictures made by a trained model. */
  readonly declaresAi: boolean;
  /** What it counts; null: nothing. */
  readonly measuring: PlatformMeasuring | null;
  /** Null when the server's settings lack what it needs or leave it switched off. */
  open(context: PlatformContext): Platform | null;
}
