/** Running the doctor in an environment of its own, as a process or in this one. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { runDoctor as doctor } from "../../src/doctor/run-doctor.ts";
import { blueskySimulator } from "../simulators/bluesky.ts";
import { createTestClock } from "./clock.ts";
import { createDatabase, type Teardown } from "./database.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as an operator does, in an environment of its own. */
export function runDoctor(environment: Readonly<Record<string, string>>, ...flags: string[]): Promise<Said> {
  const env = { PATH: process.env["PATH"], NODE_ENV: "test", ...environment };
  return new Promise((resolve) => {
    // Away from the project's folder, whose `.env` is somebody's own.
    const options = { env, cwd: os.tmpdir(), timeout: 120_000 };
    execFile(process.execPath, [main, "doctor", ...flags], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, stdout, stderr });
    });
  });
}

const inThisProcess = async (environment: Readonly<Record<string, string>>): Promise<Said> => {
  const lines: string[] = [];
  const code = await doctor({ json: true }, (text) => lines.push(text), { NODE_ENV: "test", ...environment });
  return { code, stdout: lines.join(""), stderr: "" };
};
/** As an operator runs it. */
export const asProcess = (environment: Readonly<Record<string, string>>) => runDoctor(environment, "--json");

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly found: string;
  readonly advice: string | null;
}

/** As a process of its own costs seconds, most cases ask in this one; what is said is the same. */
export async function examined(environment: Readonly<Record<string, string>>, run = inThisProcess) {
  const said = await run(environment);
  const { healthy, findings } = JSON.parse(said.stdout) as { healthy: boolean; findings: Finding[] };
  const about = (subject: string) => findings.filter((finding) => finding.subject === subject);
  return { ...said, healthy, findings, about };
}

/** A database, a folder, and a server that says that it lives, at an address that only this machine has. */
export async function openHouse(t: Teardown) {
  const databaseUrl = await createDatabase(t);
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-doctor-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ status: "ok" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const publicUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "atelier worker" });
  await client.connect();
  t.teardown(() => client.end());
  // Simulators are plain servers on this machine; nothing of a test goes to the real Bluesky.
  const bluesky = await blueskySimulator(t, createTestClock());
  const environment = {
    ...{ DATABASE_URL: databaseUrl, DATA_DIR: folder, PUBLIC_URL: publicUrl },
    ...{ BLUESKY_SERVER: bluesky.url, BLUESKY_APPVIEW: bluesky.url },
  };
  return { environment, client, folder, bluesky };
}
