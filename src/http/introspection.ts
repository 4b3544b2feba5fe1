import type { Config } from "../config.ts";
import type { Viewer } from "../graphql/context.ts";

/** Whether somebody may read the schema itself: follows `EXPLORER`. */
export function mayIntrospect({ EXPLORER }: Pick<Config, "EXPLORER">, viewer: Viewer | null): boolean {
  return EXPLORER === "public" || (EXPLORER === "operators" && viewer?.isOperator === true);
}
