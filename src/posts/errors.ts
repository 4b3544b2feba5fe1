import { DomainError } from "../infra/errors.ts";

/** A post cannot be scheduled while a picture of it is not approved. */
export class ImageNotApprovedError extends DomainError {
  readonly code = "IMAGE_NOT_APPROVED";
  readonly imageIds: readonly string[];

  constructor(imageIds: readonly string[]) {
    const subject =
      imageIds.length === 1 ? "A picture of this post is" : `${imageIds.length} pictures of this post are`;
    super(`${subject} not approved. Approve with \`reviewImages\`, or take out what is rejected.`);
    this.imageIds = imageIds;
  }
}
