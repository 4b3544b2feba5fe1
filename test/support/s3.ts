import type { S3Settings } from "../../src/infra/s3-client.ts";
import type { S3Simulator } from "../simulators/s3.ts";
import { createTestClock } from "./clock.ts";

/** Settings that lead to a simulator. */
export function s3SettingsOf(server: S3Simulator, changes: Partial<S3Settings> = {}): S3Settings {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = server;
  return {
    ...{ bucket, region, endpoint, publicEndpoint: null, pathStyle: true, presignedReads: true },
    ...{ credentials: { accessKeyId, secretAccessKey }, clock: createTestClock(), ...changes },
  };
}
