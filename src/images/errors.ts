import { DomainError } from "../infra/errors.ts";

/** A workspace cannot have so many more pictures waiting. */
export class ImageQueueFullError extends DomainError {
  readonly code = "IMAGE_QUEUE_FULL";
  /** Pictures of the workspace that wait already. */
  readonly waitingCount: number;
  /** How many may. */
  readonly mostWaiting: number;

  constructor({ waiting, more, most }: { readonly waiting: number; readonly more: number; readonly most: number }) {
    const found = `${waiting} pictures of this workspace wait to be made already; with ${more} more there would be more than the ${most} that may.`;
    super(`${found} Wait until some are made, or cancel some with \`cancelGeneration\`.`);
    this.waitingCount = waiting;
    this.mostWaiting = most;
  }
}
