import type { PrepareOutcome, PublishOutcome, ReconcileOutcome } from "../platforms/publication.ts";

/**
 * Every way in which a step of a publication can end. Beside what platforms answer: `interrupted`, the worker stopped before
 * it was sent; `cancelled`, somebody cancelled it before it was sent; `postponed`, the account may not post before a moment.
 */
export type LedgerOutcome =
  | Exclude<PrepareOutcome, { readonly kind: "ready" }>
  | PublishOutcome
  | ReconcileOutcome
  | { readonly kind: "interrupted" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "postponed"; readonly until: Date; readonly message: string };
