import { type FailureClass, failureClasses } from "../image-providers/failure-class.ts";

/** How a generation can fail: what providers fail with, and a storage of ours that could not keep the picture. */
export type GenerationFailureClass = FailureClass | "storage_error";

/** Every way in which there is no picture: also those of pictures that were uploaded or imported. */
export type ImageFailureClass = GenerationFailureClass | "unusable_file" | "unreachable";

/** What a class means for the person who asked. */
export interface ImageFailureMeaning {
  /** Whether asking again, unchanged, may help; where it may cost twice, the advice says so. */
  readonly mayHelp: boolean;
  /** What to do. */
  readonly advice: string;
}

const advice = (name: FailureClass) => failureClasses[name].advice;

/** The meaning of each class, for people. `retryable` of a class is narrower: what may be repeated without asking anybody. */
export const imageFailures = {
  auth: { mayHelp: false, advice: advice("auth") },
  billing: { mayHelp: false, advice: advice("billing") },
  rate_limited: { mayHelp: true, advice: advice("rate_limited") },
  invalid_request: { mayHelp: false, advice: advice("invalid_request") },
  model_not_found: { mayHelp: false, advice: advice("model_not_found") },
  content_policy: { mayHelp: false, advice: advice("content_policy") },
  provider_unavailable: { mayHelp: true, advice: advice("provider_unavailable") },
  provider_error: { mayHelp: true, advice: advice("provider_error") },
  timeout: { mayHelp: true, advice: advice("timeout") },
  cancelled: { mayHelp: true, advice: advice("cancelled") },
  bad_output: { mayHelp: true, advice: advice("bad_output") },
  unusable_file: { mayHelp: false, advice: "Save the picture again in another format, then send that." },
  unreachable: { mayHelp: true, advice: "Check the address in a browser, then import it again." },
  storage_error: { mayHelp: true, advice: "Ask the operator to look at the storage, then try again." },
} as const satisfies Record<ImageFailureClass, ImageFailureMeaning>;

/** Whether a stored text is one of the classes; they are texts in the database, so that a class needs no migration. */
export const isImageFailureClass = (text: string): text is ImageFailureClass => Object.hasOwn(imageFailures, text);

/** What to do about a failure. `retryable` as it is stored: false takes the place of what the class says. */
export function explainFailure(
  failureClass: ImageFailureClass,
  retryable: boolean | null,
): { readonly retryable: boolean; readonly advice: string } {
  const meaning = imageFailures[failureClass];
  if (retryable === false && meaning.mayHelp) {
    return {
      retryable: false,
      advice: "Change the request, or choose another model; asking again unchanged will not help.",
    };
  }
  return { retryable: retryable ?? meaning.mayHelp, advice: meaning.advice };
}
