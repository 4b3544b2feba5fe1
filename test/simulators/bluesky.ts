/**
 * A server of the AT Protocol with its public view, as strict as the real one: token lives, record keys, record schemas.
 * One account, `alice.test`, with one app password and the account's own password.
 */
import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { type PutRecord, putBody, readRecord } from "./bluesky-record.ts";
import {
  type Asked,
  jsonOf,
  listed,
  type Reply,
  type SimulatedPlatform,
  simulatePlatform,
} from "./simulated-platform.ts";

const minute = 60_000;
const accessLife = 120 * minute;
const refreshLife = 90 * 24 * 60 * minute;
const refreshGrace = 120 * minute;

interface Token {
  readonly kind: "access" | "refresh";
  readonly expires: Date;
  revoked: boolean;
  /** The pair that a refresh token was exchanged for, and when. */
  successor: { readonly pair: readonly [string, string]; readonly at: Date } | null;
}

/** A running server. */
export interface BlueskySimulator extends SimulatedPlatform {
  readonly did: string;
  readonly appPassword: string;
  readonly ownPassword: string;
  /** Accounts that can be mentioned. */
  readonly handles: Map<string, string>;
  readonly records: ReadonlyMap<string, { record: PutRecord; cid: string; at: Date }>;
  /** How often tokens were exchanged for new ones. */
  readonly counts: { refreshes: number };
  /** The app password is deleted: no session can be renewed, access tokens live on until they end. */
  deleteAppPassword(): void;
  /** Uploads that no post uses are cleared away. */
  clearUploads(): void;
}

const fail = (status: number, error: string, message = error): Reply => ({ status, body: { error, message } });
const ok = (body: unknown): Reply => ({
  ...{ status: 200, body },
  headers: { "ratelimit-limit": "3000", "ratelimit-remaining": "2990", "ratelimit-policy": "3000;w=300" },
});
const credentials = z.strictObject({ identifier: z.string(), password: z.string() });

/** Starts one for a test. */
export async function blueskySimulator(t: Teardown, clock: TestClock): Promise<BlueskySimulator> {
  const did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
  const [appPassword, ownPassword] = ["abcd-efgh-ijkl-mnop", "correct horse battery"];
  const tokens = new Map<string, Token>();
  const blobs = new Map<string, { size: number; mime: string }>();
  const records = new Map<string, { record: PutRecord; cid: string; at: Date }>();
  const handles = new Map([["alice.test", did]]);
  const counts = { refreshes: 0 };

  const issue = (kind: Token["kind"], scope: string): string => {
    const life = kind === "access" ? accessLife : refreshLife;
    const expires = new Date(clock.now().getTime() + life);
    const claims = { scope, sub: did, exp: Math.floor(expires.getTime() / 1_000), jti: randomUUID() };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const jwt = `${part({ typ: kind === "access" ? "at+jwt" : "refresh+jwt", alg: "ES256K" })}.${part(claims)}.${randomUUID()}`;
    tokens.set(jwt, { kind, expires, revoked: false, successor: null });
    return jwt;
  };
  const pairOf = (scope: string) => [issue("access", scope), issue("refresh", "com.atproto.refresh")] as const;
  const didDoc = () => ({
    ...{ id: did, alsoKnownAs: ["at://alice.test"] },
    service: [{ id: "#atproto_pds", type: "AtprotoPersonalDataServer", serviceEndpoint: base.url }],
  });
  const profile = () => ({ did, handle: "alice.test", didDoc: didDoc(), active: true });

  /** The bearer of a call, or the answer that refuses it. */
  const bearer = ({ headers }: Asked, kind: Token["kind"]): { readonly jwt: string; readonly token: Token } | Reply => {
    const jwt = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (jwt === undefined) return fail(401, "AuthMissing", "Authentication Required");
    const token = tokens.get(jwt);
    if (token === undefined || token.kind !== kind) return fail(400, "InvalidToken", "Token could not be verified");
    const expired = token.expires <= clock.now();
    return token.revoked || expired ? fail(400, "ExpiredToken", "Token has expired") : { jwt, token };
  };

  const createSession = (asked: Asked): Reply => {
    const body = credentials.safeParse(jsonOf(asked)).data;
    if (body === undefined) return fail(400, "InvalidRequest", "Input must have the property identifier");
    const known = ["alice.test", "alice@example.org", did].includes(body.identifier.toLowerCase());
    const scope = { [appPassword]: "com.atproto.appPass", [ownPassword]: "com.atproto.access" }[body.password];
    if (!known || scope === undefined) return fail(401, "AuthenticationRequired", "Invalid identifier or password");
    const [accessJwt, refreshJwt] = pairOf(scope);
    return ok({ ...profile(), accessJwt, refreshJwt });
  };

  const refreshSession = (asked: Asked): Reply => {
    const found = bearer(asked, "refresh");
    if ("status" in found) return found;
    const { token } = found;
    if (token.successor !== null && clock.now().getTime() - token.successor.at.getTime() > refreshGrace) {
      return fail(400, "ExpiredToken", "Token has been revoked");
    }
    if (token.successor === null) counts.refreshes += 1;
    token.successor ??= { pair: pairOf("com.atproto.appPass"), at: clock.now() };
    const [accessJwt, refreshJwt] = token.successor.pair;
    return ok({ ...profile(), accessJwt, refreshJwt });
  };

  const uploadBlob = ({ headers, body }: Asked): Reply => {
    const mime = headers["content-type"] ?? "";
    const magic = { "image/jpeg": "ffd8ff", "image/png": "89504e", "image/webp": "524946" }[mime];
    if (magic === undefined || !body.toString("hex", 0, 3).startsWith(magic)) base.offences.push(`uploaded as ${mime}`);
    if (body.length > 5 * 1024 * 1024) return fail(413, "PayloadTooLarge", "request entity too large");
    base.reversibleCalls += 1;
    const link = `bafkrei${createHash("sha256").update(body).digest("hex")}`;
    blobs.set(link, { size: body.length, mime });
    return ok({ blob: { $type: "blob", ref: { $link: link }, mimeType: mime, size: body.length } });
  };

  const putRecord = (asked: Asked): Reply => {
    const parsed = putBody.safeParse(jsonOf(asked));
    if (!parsed.success) {
      base.offences.push(`put: ${parsed.error.message}`);
      return fail(400, "InvalidRequest", "Invalid input");
    }
    const { repo, rkey } = parsed.data;
    if (repo !== did) return fail(400, "InvalidRequest", "Could not find repo");
    if (!/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(rkey)) {
      base.offences.push(`the record key ${rkey}`);
      return fail(400, "InvalidRequest", "Invalid record key");
    }
    const record = readRecord(parsed.data.record);
    if (typeof record === "string") return fail(400, "InvalidRequest", record);
    const images = record.embed?.images ?? [];
    for (const { image } of images) {
      const blob = blobs.get(image.ref.$link);
      if (blob === undefined) return fail(400, "BlobNotFound", `Could not find blob: ${image.ref.$link}`);
      if (blob.size !== image.size || blob.mime !== image.mimeType) return fail(400, "InvalidRequest", "InvalidSize");
    }
    const uri = `at://${did}/app.bsky.feed.post/${rkey}`;
    const before = records.get(uri);
    const cid = `bafyrei${createHash("sha256").update(JSON.stringify(record)).digest("hex")}`;
    if (before !== undefined) {
      if (!isDeepStrictEqual(before.record, record)) base.offences.push("another record was put under the same key");
      return ok({ uri, cid: before.cid, validationStatus: "valid" });
    }
    records.set(uri, { record, cid, at: clock.now() });
    const altTexts = images.map(({ alt }) => alt);
    base.publicPosts.push({ id: uri, text: record.text, images: images.length, altTexts, at: clock.now() });
    return ok({ uri, cid, commit: { cid, rev: rkey }, validationStatus: "valid" });
  };

  const getRecord = ({ query }: Asked): Reply => {
    const uri = `at://${query.get("repo")}/${query.get("collection")}/${query.get("rkey")}`;
    const found = records.get(uri);
    if (found === undefined) return fail(400, "RecordNotFound", `Could not locate record: ${uri}`);
    return ok({ uri, cid: found.cid, value: found.record });
  };

  const getPosts = ({ query, headers }: Asked): Reply => {
    if (headers.authorization !== undefined) base.offences.push("a token went to the public view");
    const uris = query.getAll("uris");
    if (uris.length < 1 || uris.length > 25) return fail(400, "InvalidRequest", "uris must have 1 to 25 elements");
    const posts = uris.flatMap((uri) => {
      const found = records.get(uri);
      if (found === undefined || !listed(base, found.at)) return [];
      const numbers = { likeCount: 5, repostCount: 2, replyCount: 1, quoteCount: 0, bookmarkCount: 3 };
      return [{ uri, cid: found.cid, record: found.record, ...numbers, indexedAt: found.at.toISOString() }];
    });
    return ok({ posts });
  };

  const resolveHandle = ({ query }: Asked): Reply => {
    const found = handles.get(query.get("handle") ?? "");
    return found === undefined ? fail(400, "InvalidRequest", "Unable to resolve handle") : ok({ did: found });
  };

  const open: Readonly<Record<string, (asked: Asked) => Reply>> = {
    "POST com.atproto.server.createSession": createSession,
    "POST com.atproto.server.refreshSession": refreshSession,
    "POST com.atproto.server.deleteSession": (asked) => {
      const found = bearer(asked, "refresh");
      if ("status" in found) return found;
      found.token.revoked = true;
      return ok({});
    },
    "GET com.atproto.server.describeServer": () => ok({ did: "did:web:bluesky.test", availableUserDomains: [".test"] }),
    "GET com.atproto.repo.getRecord": getRecord,
    "GET app.bsky.feed.getPosts": getPosts,
    "GET com.atproto.identity.resolveHandle": resolveHandle,
  };
  const guarded: Readonly<Record<string, (asked: Asked) => Reply>> = {
    "GET com.atproto.server.getSession": () => ok(profile()),
    "POST com.atproto.repo.uploadBlob": uploadBlob,
    "POST com.atproto.repo.putRecord": putRecord,
  };

  const base = await simulatePlatform(t, clock, () => ({
    isIrreversible: ({ path }) => path === "/xrpc/com.atproto.repo.putRecord",
    answer(asked) {
      const name = `${asked.method} ${asked.path.replace("/xrpc/", "")}`;
      const free = open[name];
      if (free !== undefined) return free(asked);
      const work = guarded[name];
      if (work === undefined) {
        base.offences.push(`there is no ${name}`);
        return fail(501, "MethodNotImplemented");
      }
      const found = bearer(asked, "access");
      return "status" in found ? found : work(asked);
    },
    rateLimited: (seconds) => {
      const reset = Math.ceil(clock.now().getTime() / 1_000 + (seconds ?? 0));
      const headers = { "ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": String(reset) };
      return { ...fail(429, "RateLimitExceeded", "Rate Limit Exceeded"), ...(seconds !== null && { headers }) };
    },
    unauthorized: () => fail(400, "InvalidToken", "Token could not be verified"),
    refusedContent: () => fail(400, "InvalidRequest", "Invalid app.bsky.feed.post record"),
  }));

  return Object.assign(base, {
    ...{ did, appPassword, ownPassword, handles, records, counts },
    deleteAppPassword: () => {
      for (const token of tokens.values()) token.revoked ||= token.kind === "refresh";
    },
    clearUploads: () => blobs.clear(),
  });
}
