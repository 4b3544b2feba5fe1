import { builder } from "../../graphql/builder.ts";

/** An amount as it is stored. */
export interface StoredMoney {
  /** Millionths of the currency's unit. */
  readonly micros: bigint;
  readonly currency: string;
  /** Whether the API reported all of it; part of it is our estimate otherwise. */
  readonly reported: boolean;
}

/** Money that pictures cost. */
export const CostType = builder.objectRef<StoredMoney>("Cost").implement({
  description: "What something cost, or is expected to have cost.",
  fields: (t) => ({
    amount: t.float({
      description: "In whole units of the currency: 0.04 is four cents.",
      resolve: ({ micros }) => Number(micros) / 1_000_000,
    }),
    currency: t.exposeString("currency", { description: "ISO 4217 code." }),
    isReported: t.exposeBoolean("reported", {
      description: "Whether the provider reported it; false where some of it is estimated from list prices.",
    }),
  }),
});
