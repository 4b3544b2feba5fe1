/** The closed list of ways in which making a picture fails, and what each means for everybody who asked. */
export type FailureClass =
  | "auth"
  | "billing"
  | "rate_limited"
  | "invalid_request"
  | "model_not_found"
  | "content_policy"
  | "provider_unavailable"
  | "provider_error"
  | "timeout"
  | "cancelled"
  | "bad_output";

/** What a failure class means, decided once for every provider. */
export interface FailureMeaning {
  /** Whether asking again, unchanged, can help and cannot be charged twice. */
  readonly retryable: boolean;
  /** Whether another provider may be asked instead. A refused prompt is never shopped around. */
  readonly failover: boolean;
  /** What to do, for the person who asked. */
  readonly advice: string;
}

/** The meaning of each class. */
export const failureClasses = {
  auth: { retryable: false, failover: true, advice: "Ask the operator to check the key of this provider." },
  billing: {
    retryable: false,
    failover: true,
    advice: "Ask the operator to top up the account at this provider, or choose another provider.",
  },
  rate_limited: { retryable: true, failover: true, advice: "Trying again later may help." },
  invalid_request: { retryable: false, failover: false, advice: "Change the request, then ask again." },
  model_not_found: { retryable: false, failover: true, advice: "Choose another model." },
  content_policy: {
    retryable: false,
    failover: false,
    advice: "Change the prompt; asking again unchanged will not help.",
  },
  provider_unavailable: {
    retryable: true,
    failover: true,
    advice: "Trying again later may help; another provider may be there now.",
  },
  provider_error: { retryable: true, failover: true, advice: "Trying again may help." },
  timeout: {
    retryable: false,
    failover: true,
    advice: "Ask again if you accept that the first try may be charged as well.",
  },
  cancelled: { retryable: false, failover: false, advice: "Generate it again if you still want it." },
  bad_output: { retryable: true, failover: true, advice: "Trying again may help." },
} as const satisfies Record<FailureClass, FailureMeaning>;
