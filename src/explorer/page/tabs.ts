import { settings } from "./settings.ts";
import { visitorStorage } from "./visitor-storage.ts";

const TABS_KEY = "graphiql:tabState";

/** The props that fill GraphiQL's tabs: the prepared ones at first, afterwards what the visitor made of them. */
export function tabProps() {
  const defaultTabs = settings.tabs;
  const [first] = defaultTabs;
  if (first === undefined) return {};
  if (visitorStorage.getItem(TABS_KEY) !== null) return { defaultTabs };
  // NOTE: GraphiQL 5 fills the variables pane from `initialVariables` only, not from the first default tab.
  return { defaultTabs, initialQuery: first.query, initialVariables: first.variables ?? "" };
}

/** Throws the visitor's tabs away and opens the page anew with the prepared ones. */
export function restoreTabs(): void {
  for (const key of [TABS_KEY, "graphiql:query", "graphiql:variables"]) visitorStorage.removeItem(key);
  location.reload();
}
