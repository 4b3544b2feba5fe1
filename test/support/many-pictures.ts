import type { Atelier } from "./atelier.ts";

/** Writes many pictures with their attempts, every property of them a function of its number. */
export async function fillGallery({ services: { db } }: Atelier, workspaceId: string, count: number): Promise<void> {
  // Nobody searches here, and keeping words in order takes most of the time.
  await db.$executeRaw`drop index image_search_idx`;
  await db.$executeRaw`alter table image disable trigger image_search`;
  for (let first = 0; first < count; first += 20_000) {
    await db.$executeRaw`
      insert into image (id, workspace_id, batch_id, prompt, prompt_sent, provider, model, progress_kind, status, review_state,
        created_at, requested_width, requested_height, requested_seed)
      select gen_random_uuid(), ${workspaceId}::uuid, gen_random_uuid(), 'n' || n, '', 'p' || n % 3, 'm' || n % 5, 'ESTIMATED',
        (array['GENERATED', 'GENERATED', 'GENERATED', 'FAILED', 'CANCELLED', 'PENDING', 'GENERATING'])[1 + n % 7]::image_status,
        (array['PENDING', 'APPROVED', 'REJECTED'])[1 + n % 3]::review_state,
        '2026-11-01T00:00:00Z'::timestamptz + n % 30 * interval '1 day' + n % 1000 * interval '1 second', 256, 256, n
      from generate_series(${first}::int, ${Math.min(first + 20_000, count) - 1}::int) as n`;
  }
  await db.$executeRaw`
    insert into generation_attempt (id, image_id, workspace_id, number, provider, model, started_at, finished_at, outcome,
      cost_state, cost, currency)
    select gen_random_uuid(), id, workspace_id, 1, provider, model, created_at,
      created_at + (requested_seed % 90 + 1) * interval '1 second',
      (case when status = 'GENERATED' then 'SUCCEEDED' when status = 'FAILED' then 'FAILED' else 'CANCELLED' end)::generation_outcome,
      (case when status = 'GENERATED' then 'REPORTED' when status = 'FAILED' then 'UNKNOWN' else 'NONE' end)::cost_state,
      40000, case when provider = 'p1' then 'EUR' else 'USD' end
    from image where status <> 'PENDING'`;
  await db.$executeRaw`analyze image`;
  await db.$executeRaw`analyze generation_attempt`;
}
