import { openProvider } from "../../support/image-providers.ts";
import type { ContractRow } from "../../support/provider-contract.ts";

/** Sketch has no API behind it: nothing but its own work can fail. */
export const sketchRow: ContractRow = {
  name: "sketch",
  open: async () => {
    const provider = openProvider("sketch", {});
    if (provider === null) throw new Error("sketch needs no settings");
    return { provider, key: null, arrivals: [] };
  },
  failures: {},
  waits: {},
};
