/** Access tokens: fifteen minutes, Ed25519, signed with the newest key of the ring and checked with the one they name. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import jwt from "@fastify/jwt";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { AccessTokenSubject, AccessTokens } from "../graphql/context.ts";
import type { Clock } from "../infra/clock.ts";
import type { KeyRing } from "../infra/key-ring.ts";

/** Seconds that an access token lives. */
const lifetime = 15 * 60;
const issuer = "atelier";
const audience = "atelier-api";
/** RFC 9068's media type of access tokens; keeps other tokens signed with the same key from passing for one. */
const accessToken = "at+jwt";
/** Ours, of tickets for event streams. */
const streamTicket = "atelier-stream+jwt";
type TokenType = typeof accessToken | typeof streamTicket;
/** DER in front of the 32 bytes of an Ed25519 seed (RFC 8410). */
const seedPrefix = Buffer.from("302e020100300506032b657004220420", "hex");

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), wid: z.uuid(), op: z.boolean(), exp: z.number().int() });
const decoded = z.object({ header: z.object({ kid: z.string(), typ: z.string() }) });

/** One key as the plugin puts it on the server, under a name of its own. */
interface Signer {
  sign(payload: object, options: object): string;
  verify(token: string): unknown;
  decode(token: string, options: { complete: true }): unknown;
}

/** Registers the JWT plugin once per key and returns what issues and reads tokens. */
export async function registerAccessTokens(
  app: FastifyInstance,
  { jwtKeys, clock }: { jwtKeys: KeyRing; clock: Clock },
): Promise<AccessTokens> {
  const signers = new Map<string, Signer>();
  for (const { id, secret } of jwtKeys) {
    const privateKey = createPrivateKey({
      key: Buffer.concat([seedPrefix, secret.subarray(0, 32)]),
      format: "der",
      type: "pkcs8",
    });
    const publicKey = createPublicKey(privateKey);
    const namespace = `accessToken-${id}`;
    await app.register(jwt, {
      namespace,
      secret: {
        private: privateKey.export({ format: "pem", type: "pkcs8" }),
        public: publicKey.export({ format: "pem", type: "spki" }),
      },
      sign: { algorithm: "EdDSA", iss: issuer, aud: audience, kid: id },
      // Expiry is checked against our clock, below.
      verify: { algorithms: ["EdDSA"], allowedIss: issuer, allowedAud: audience, ignoreExpiration: true },
    });
    signers.set(id, z.custom<Signer>().parse(Reflect.get(app.jwt, namespace)));
  }
  const [newest] = signers.values();
  if (newest === undefined) throw new Error("There is no key to sign access tokens with.");

  const issue = (subject: AccessTokenSubject, type: TokenType) => {
    const { userId, sessionId, personalWorkspaceId, isOperator } = subject;
    const iat = Math.floor(clock.now().getTime() / 1_000);
    const exp = iat + lifetime;
    const payload = { sub: userId, sid: sessionId, wid: personalWorkspaceId, op: isOperator, iat, exp };
    return { token: newest.sign(payload, { header: { typ: type } }), expiresAt: new Date(exp * 1_000) };
  };
  const read = (token: string, type: TokenType) => {
    try {
      const { header } = decoded.parse(newest.decode(token, { complete: true }));
      if (header.typ !== type) return "malformed";
      const claimed = claims.parse(signers.get(header.kid)?.verify(token));
      const expiresAt = new Date(claimed.exp * 1_000);
      if (expiresAt <= clock.now()) return "expired";
      const { sub: userId, sid: sessionId, wid: personalWorkspaceId, op: isOperator } = claimed;
      return { subject: { userId, sessionId, personalWorkspaceId, isOperator }, expiresAt };
    } catch {
      // Whatever is wrong with it (form, signature, issuer, key), the bearer learns only that it does not count.
      return "malformed";
    }
  };
  return {
    issue: (subject) => {
      const { token, expiresAt } = issue(subject, accessToken);
      return { accessToken: token, expiresAt };
    },
    read: (token) => read(token, accessToken),
    issueTicket: (subject) => {
      const { token, expiresAt } = issue(subject, streamTicket);
      return { ticket: token, expiresAt };
    },
    readTicket: (ticket) => read(ticket, streamTicket),
  };
}
