import { z } from "zod";
import type { Config } from "../config.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { Db } from "../infra/db.ts";
import type { ProbeOutcome } from "../platforms/connection.ts";
import type { Platform, PlatformDefinition } from "../platforms/platform.ts";
import { about, type Finding } from "./finding.ts";
import { couldBeOpenedBy, loneHalves } from "./missing-variables.ts";

/** What is looked at. */
export interface PlatformServices {
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly db: Db;
  readonly config: Config;
}

/** Milliseconds that a platform has to answer. */
const deadline = 15_000;

/** Every social network: whether it is set up, answers, knows this server's app, and which accounts need somebody. */
export async function lookAtPlatforms(
  services: PlatformServices,
  definitions: readonly PlatformDefinition[],
  schemaIsThere: boolean,
): Promise<readonly Finding[]> {
  const waiting = schemaIsThere ? await accountsToReconnect(services.db) : new Map<string, number>();
  const read = schemaIsThere ? await readsOfMonth(services.db) : new Map<string, ReadsOfMonth>();
  const findings = definitions.map(async (definition) => [
    await lookAtPlatform(services, definition),
    ...lookAtHalves(definition, services.config.values),
    ...lookAtAccounts(definition, waiting.get(definition.name) ?? 0),
    ...lookAtReads(definition, services.config.values, read.get(definition.name)),
  ]);
  return (await Promise.all(findings)).flat();
}

const subjectOf = ({ label }: PlatformDefinition) => about(`Platform: ${label}`);

async function lookAtPlatform(
  { platforms, config }: PlatformServices,
  definition: PlatformDefinition,
): Promise<Finding> {
  const { ok, off, problem } = subjectOf(definition);
  const platform = platforms.get(definition.name);
  if (platform === undefined) return off("Not set up.", couldBeOpenedBy(definition.variables, config.values));
  const { probe } = platform;
  if (probe === undefined) return ok("Set up. There is nothing to ask it without an account.");
  const outcome = await boundedCall<ProbeOutcome>({ deadline, patience: 1_000 }, (signal) =>
    probe.call(platform, signal),
  );
  if (outcome?.kind === "fine") return ok(outcome.message);
  if (outcome?.kind === "refused") return problem(outcome.message, "Correct its variables and start the server anew.");
  const why = outcome?.message ?? `It did not answer within ${deadline / 1_000} seconds.`;
  return problem(`It does not answer. ${why}`, "Check that this server may go out to it, and its own status page.");
}

const lookAtHalves = (definition: PlatformDefinition, values: Config["values"]): Finding[] =>
  loneHalves(definition.variables, values).map(({ set, missing }) =>
    subjectOf(definition).problem(
      `${set} is set and ${missing} is not: the two count only together.`,
      `Set ${missing}, or remove ${set}.`,
    ),
  );

function lookAtAccounts(definition: PlatformDefinition, count: number): Finding[] {
  if (count === 0) return [];
  const found = `${count === 1 ? "One account has" : `${count} accounts have`} lost access, and their posts fail.`;
  return [subjectOf(definition).warning(found, "Their owners must connect them again.")];
}

/** Numbers that were read this month where that is billed. */
type ReadsOfMonth = z.output<typeof readsRows>[number];

function lookAtReads(definition: PlatformDefinition, values: Config["values"], month?: ReadsOfMonth): Finding[] {
  const variable = definition.measuring?.readsPerMonth;
  const limit = variable === undefined ? undefined : values[variable];
  if (variable === undefined || typeof limit !== "number" || month === undefined || month.reads < limit) return [];
  const found = `The month's budget of ${limit} reads of posts' numbers is used up; it renews on ${month.renews}.`;
  return [subjectOf(definition).warning(found, `Wait, or raise ${variable}: reads are billed.`)];
}

const readsRows = z.array(z.object({ platform: z.string(), reads: z.number(), renews: z.string() }));

async function readsOfMonth(db: Db): Promise<ReadonlyMap<string, ReadsOfMonth>> {
  const rows = await db.$queryRaw`
    select platform, reads, to_char(month + interval '1 month', 'YYYY-MM-DD') as renews from metric_reads
    where month = date_trunc('month', now() at time zone 'UTC')::date`;
  return new Map(readsRows.parse(rows).map((row) => [row.platform, row]));
}

const counts = z.array(z.object({ platform: z.string(), count: z.number() }));

async function accountsToReconnect(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db.$queryRaw`
    select platform, count(*)::int as count from social_account where state = 'NEEDS_RECONNECT' group by 1`;
  return new Map(counts.parse(rows).map(({ platform, count }) => [platform, count]));
}
