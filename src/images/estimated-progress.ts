/** Progress where the provider knows none: guessed from how long our own calls to that model took. */
import type { Transact } from "../infra/db.ts";

/** Milliseconds expected of a model that never made a picture here. */
const firstGuess = 20_000;

/** An estimate never says more before the end: nobody knows that the end is near. */
const highest = 0.95;

/**
 * How far a call is after `elapsed` of `expected` milliseconds, from 0 to 0.95: about four fifths when the time has come, and
 * ever slower after that.
 */
export const estimatedFraction = (elapsed: number, expected: number): number =>
  highest * (1 - Math.exp((-1.8 * Math.max(elapsed, 0)) / Math.max(expected, 1)));

/** What is asked of the history. */
export interface PictureKind {
  readonly provider: string;
  readonly model: string;
  /** Pixels. */
  readonly requestedWidth: number;
  readonly requestedHeight: number;
}

/**
 * How long a picture of this kind takes, in milliseconds: the median of the successes among the model's last 200 calls, of the
 * same size where there is one.
 */
export async function expectedDuration(
  { transact }: { readonly transact: Transact },
  { provider, model, requestedWidth, requestedHeight }: PictureKind,
): Promise<number> {
  const [found] = await transact(
    (tx) => tx.$queryRaw<{ sameSize: number | null; anySize: number | null }[]>`
      select
        percentile_cont(0.5) within group (order by took)
          filter (where width = ${requestedWidth} and height = ${requestedHeight}) as "sameSize",
        percentile_cont(0.5) within group (order by took) as "anySize"
      from (
        select width, height, outcome, extract(epoch from finished_at - started_at)::float8 * 1000 as took
        from generation_attempt where provider = ${provider} and model = ${model}
        order by started_at desc limit 200
      ) recent
      where outcome = 'SUCCEEDED' and took is not null`,
  );
  return found?.sameSize ?? found?.anySize ?? firstGuess;
}
