/** Processes that die around the calls of outside platforms: see the other half. */
import t from "tap";
import { platformBenches } from "../support/platform-benches/registry.ts";
import { isBuiltIn, tellDeaths } from "../support/platform-deaths.ts";

tellDeaths(
  t,
  platformBenches.filter((row) => !isBuiltIn(row)),
);
