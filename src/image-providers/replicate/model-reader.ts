/** Reads what a model takes, and remembers it for a while. */
import { z } from "zod";
import { type ReportFailure, reportUnanswered } from "../failures.ts";
import { askJson, type JsonApi, readAs } from "../json-call.ts";
import type { GenerationFailure, ProviderContext } from "../provider.ts";
import { type InputSchema, readInputSchema } from "./input-schema.ts";
import { readProblem } from "./prediction.ts";

/** A model, as the API describes it. */
export interface DescribedModel {
  /** Null where the API publishes none. */
  readonly schema: InputSchema | null;
  /** Its newest version; null for models that have none of their own. */
  readonly version: string | null;
}

/** Answers from memory, or asks. Nothing is charged for asking. */
export type ModelReader = (
  id: string,
  context: ProviderContext,
) => Promise<{ readonly ok: true; readonly model: DescribedModel } | GenerationFailure>;

/** What it needs. */
export interface ModelReaderOptions {
  readonly api: JsonApi;
  readonly report: ReportFailure;
  readonly now: () => Date;
}

const version = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .catch(null),
  openapi_schema: z.unknown(),
});
const modelShape = z.object({ latest_version: version.nullable().catch(null).default(null) });

/** Milliseconds: makers change their models' inputs seldom. */
const keepFor = 60 * 60_000;

/** Makes one. The number of models it remembers is the number that is configured. */
export function createModelReader({ api, report, now }: ModelReaderOptions): ModelReader {
  const known = new Map<string, { readonly model: DescribedModel; readonly until: number }>();
  return async (id, { http, signal }) => {
    const remembered = known.get(id);
    if (remembered !== undefined && now().getTime() < remembered.until) return { ok: true, model: remembered.model };
    const [path, pinned] = id.split(":");
    const address = pinned === undefined ? `/models/${path}` : `/models/${path}/versions/${pinned}`;
    const answer = await askJson(http, api, { path: address, signal, deadlineMs: 15_000 });
    if (!answer.ok) return reportUnanswered(report, answer, true);
    if (answer.status !== 200) return readProblem(answer, report, now(), { cost: { kind: "NONE" } });
    const latest = pinned === undefined ? readAs(modelShape, answer)?.latest_version : readAs(version, answer);
    const model = { schema: readInputSchema(latest?.openapi_schema), version: latest?.id ?? null };
    known.set(id, { model, until: now().getTime() + keepFor });
    return { ok: true, model };
  };
}
