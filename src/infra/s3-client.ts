import { S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "./clock.ts";

/** Where a bucket is, and who we are there. */
export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Null: Amazon's own, by region. */
  readonly endpoint: string | null;
  /** Where browsers and platforms reach the same bucket; null: at `endpoint`. Only presigned addresses use it. */
  readonly publicEndpoint: string | null;
  /** `host/bucket/key` instead of `bucket.host/key`. */
  readonly pathStyle: boolean;
  /** Null: what the machine provides (role, profile), as the AWS SDK looks for it. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** Whether `presign` makes addresses, or answers null. */
  readonly presignedReads: boolean;
  readonly clock: Clock;
  /** Milliseconds without a byte, before the answer and inside it, after which a request has failed. Default 20,000. */
  readonly idleTimeout?: number;
}

const connectTimeout = 5_000;
/** Tries of one request: S3 asks its clients to repeat 5xx and `SlowDown`, and every request here may be repeated. */
const attempts = 3;
const sockets = { maxSockets: 64 };

/** A client; nothing is asked of the server yet. `destroy` it. */
export function createS3Client(settings: S3Settings, endpoint: string | null): S3Client {
  const { region, pathStyle, credentials, idleTimeout = 20_000 } = settings;
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== null && { endpoint }),
    ...(credentials !== null && { credentials }),
    maxAttempts: attempts,
    // The signature covers the content's hash. The newer checksum headers add nothing to that, and older servers refuse them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectTimeout,
      requestTimeout: idleTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: idleTimeout,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  });
}
