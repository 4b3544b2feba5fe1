import { builder } from "./builder.ts";
import type { KeysetOrder } from "./keyset.ts";

/** By when things were made, in both directions: the key is the value of the enum that {@link createdOrderEnum} makes. */
export const createdOrders = {
  CREATED_DESC: { field: "createdAt", direction: "desc" },
  CREATED_ASC: { field: "createdAt", direction: "asc" },
} as const satisfies Record<string, KeysetOrder<"createdAt">>;

/** An enum of orders for one list; `things` is its plural, for the description. */
export const createdOrderEnum = (name: string, things: string) =>
  builder.enumType(name, {
    description: `How ${things} are ordered.`,
    values: {
      CREATED_DESC: { description: "The newest first." },
      CREATED_ASC: { description: "The oldest first." },
    } as const,
  });
