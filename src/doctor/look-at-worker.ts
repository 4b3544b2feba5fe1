import { z } from "zod";
import { withClient } from "../infra/with-client.ts";
import { about, type Finding } from "./finding.ts";

const workRow = z.tuple([
  z.object({ workers: z.number(), overdue: z.number(), givenUp: z.number(), quietFor: z.number().nullable() }),
]);

/**
 * Whether somebody does the work. Workers are known by their connections; the timetable's last run, which each minute has,
 * tells when there was one.
 */
export async function lookAtWorker(databaseUrl: string): Promise<readonly Finding[]> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query(`
      select
        (select count(distinct client_addr::text || ':' || pid)::int from pg_stat_activity
          where datname = current_database() and application_name = 'atelier worker') as workers,
        (select count(*)::int from graphile_worker.jobs
          where run_at < now() - interval '2 minutes' and locked_at is null and attempts < max_attempts) as overdue,
        (select count(*)::int from graphile_worker.jobs where attempts >= max_attempts) as "givenUp",
        (select extract(epoch from now() - max(last_execution))::float
          from graphile_worker._private_known_crontabs) as "quietFor"`),
  );
  const [{ workers, overdue, givenUp, quietFor }] = workRow.parse(rows);
  const { ok, warning, problem } = about("Worker");
  const last = quietFor === null ? "none has ever run" : `the last sign of one is ${ago(quietFor)} old`;
  const waits = overdue === 0 ? "" : ` ${overdue === 1 ? "A job is" : `${overdue} jobs are`} overdue.`;
  const findings: Finding[] = [];
  if (workers === 0) {
    const advice = "Start one: the role `work`, or `all` for web server and worker in one process.";
    findings.push((overdue === 0 ? warning : problem)(`No worker is connected; ${last}.${waits}`, advice));
  } else if (overdue > 0) {
    findings.push(
      warning(`A worker is connected, but it is behind.${waits}`, "Start more workers, or raise WORKER_CONCURRENCY."),
    );
  } else {
    findings.push(ok("A worker is connected, and nothing is overdue."));
  }
  if (givenUp > 0) {
    const found = `${givenUp === 1 ? "A job was" : `${givenUp} jobs were`} given up after the last try.`;
    findings.push(
      about("Jobs").warning(found, "The log names them and why. What they were about is looked after by sweeps."),
    );
  }
  return findings;
}

function ago(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
