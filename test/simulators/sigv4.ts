/**
 * Checks AWS Signature Version 4 as S3 does, written from its specification (Amazon S3 API reference, "Authenticating requests")
 * and from nothing else: what the client's library computes must agree with it.
 */
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Whose requests are accepted. */
export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** A request that S3 would refuse. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const skew = 15 * 60_000;
const longest = 7 * 24 * 3600;

/** Throws an {@link S3Refusal} unless the request is signed, by header or by query, over everything that matters. */
export function checkSignature(request: IncomingMessage, url: URL, body: Buffer, identity: SigningIdentity): void {
  const inQuery = url.searchParams.has("X-Amz-Algorithm");
  if (inQuery && request.headers.authorization !== undefined) throw refusal(400, "InvalidArgument", "Signed twice.");
  const claim = inQuery ? fromQuery(url) : fromHeaders(request);
  const [keyId, day, region, service, end] = claim.credential.split("/");
  if (keyId !== identity.accessKeyId) throw refusal(403, "InvalidAccessKeyId", "The key id does not exist.");
  if (region !== identity.region || service !== "s3" || end !== "aws4_request" || !claim.date.startsWith(`${day}T`)) {
    throw refusal(400, "AuthorizationHeaderMalformed", `The scope ${claim.credential} is wrong.`);
  }
  const must = Object.keys(request.headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  const unsigned = must.filter((name) => !claim.signedHeaders.includes(name));
  if (unsigned.length > 0) throw refusal(403, "AccessDenied", `Headers not signed: ${unsigned.join(", ")}`);
  checkTime(claim);
  if (!inQuery && claim.payload !== sha256(body)) {
    throw refusal(400, "XAmzContentSHA256Mismatch", "The body is not what was signed.");
  }
  const canonical = [
    request.method,
    url.pathname.split("/").map(decodeURIComponent).map(encode).join("/"),
    canonicalQuery(url),
    ...claim.signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payload,
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", claim.date, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join("\n");
  const key = [day ?? "", region, "s3", "aws4_request"].reduce<Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    Buffer.from(`AWS4${identity.secretAccessKey}`),
  );
  if (createHmac("sha256", key).update(toSign).digest("hex") !== claim.signature) {
    // As real servers do, the answer holds what no log should.
    throw refusal(
      403,
      "SignatureDoesNotMatch",
      `The signature is wrong. AWSAccessKeyId: ${keyId} StringToSign: ${toSign}`,
    );
  }
}

interface Claim {
  readonly credential: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Hash of the body, or what stands in its place. */
  readonly payload: string;
  /** Seconds; null for headers. */
  readonly expires: number | null;
}

function fromHeaders({ headers }: IncomingMessage): Claim {
  const found =
    /^AWS4-HMAC-SHA256 Credential=(?<credential>[^,]+), ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    )?.groups;
  if (found === undefined) throw refusal(403, "AccessDenied", "Anonymous requests are not allowed.");
  const payload = headers["x-amz-content-sha256"];
  if (typeof payload !== "string" || !/^[0-9a-f]{64}$/.test(payload)) {
    throw refusal(400, "InvalidRequest", `x-amz-content-sha256 is ${String(payload)}: this bucket wants the hash.`);
  }
  const { credential = "", names = "", signature = "" } = found;
  const date = String(headers["x-amz-date"]);
  return { credential, date, signedHeaders: names.split(";"), signature, payload, expires: null };
}

function fromQuery({ searchParams }: URL): Claim {
  const value = (name: string) => searchParams.get(`X-Amz-${name}`) ?? "";
  const expires = Number(value("Expires"));
  if (!Number.isInteger(expires) || expires < 1 || expires > longest) {
    throw refusal(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be from one second to a week.");
  }
  return {
    ...{ credential: value("Credential"), date: value("Date"), signature: value("Signature"), expires },
    signedHeaders: value("SignedHeaders").split(";"),
    payload: searchParams.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  };
}

function checkTime({ date, expires }: Claim): void {
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const age = Date.now() - time;
  if (Number.isNaN(time)) throw refusal(403, "AccessDenied", "There is no valid date.");
  if (expires === null && Math.abs(age) > skew) throw refusal(403, "RequestTimeTooSkewed", "The clocks differ.");
  if (expires !== null && age > expires * 1000) throw refusal(403, "AccessDenied", "Request has expired");
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((left, right) => (left < right ? -1 : 1))
    .join("&");
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const refusal = (status: number, code: string, message: string) => new S3Refusal(status, code, message);

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
