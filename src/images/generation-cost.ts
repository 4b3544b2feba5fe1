/** What an attempt costs: reserved while it runs, then as the provider said, or as nobody knows. Amounts in millionths. */
import { estimateCost } from "../image-providers/capabilities.ts";
import type { GenerationCost, ImageProvider } from "../image-providers/provider.ts";

/** What one picture is expected to cost; both null where nobody knows. */
export interface ReservedCost {
  /** Millionths of the currency's unit. */
  readonly cost: bigint | null;
  /** ISO 4217. */
  readonly currency: string | null;
}

/** What the estimate is made from. */
interface PricedImage {
  readonly model: string;
  readonly requestedWidth: number;
  readonly requestedHeight: number;
  readonly costEstimated: bigint | null;
  readonly costCurrency: string | null;
}

/** What a picture is expected to cost: as it was told when it was asked for, else by the declared price of its model. */
export function reserveCost(image: PricedImage, provider: ImageProvider | undefined): ReservedCost {
  if (image.costEstimated !== null) return { cost: image.costEstimated, currency: image.costCurrency };
  const model = provider?.capabilities.models.find(({ id }) => id === image.model);
  const { requestedWidth: width, requestedHeight: height } = image;
  const estimate = model === undefined ? null : estimateCost(model, { width, height });
  return estimate === null
    ? { cost: null, currency: null }
    : { cost: toMicros(estimate.amount), currency: estimate.currency };
}

/** Whether a picture certainly costs nothing, so that making it again is harmless. */
export const isFree = ({ cost }: ReservedCost): boolean => cost === 0n;

/** The columns of an attempt that has ended. What may have been charged stands with its estimate. */
export function settledCost(reserved: ReservedCost, cost: GenerationCost) {
  if (cost.kind === "REPORTED") {
    return { costState: "REPORTED" as const, cost: toMicros(cost.amount), currency: cost.currency };
  }
  return cost.kind === "NONE" || isFree(reserved)
    ? { costState: "NONE" as const, cost: null, currency: null }
    : { costState: "UNKNOWN" as const, ...reserved };
}

function toMicros(amount: number): bigint {
  return BigInt(Math.round(amount * 1_000_000));
}
