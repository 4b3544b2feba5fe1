/** What may outlive the browser tab: the look of the page, under the names that GraphiQL gives it. */
const PREFERENCES = ["theme", "visiblePlugin", "docExplorerFlex", "editorFlex", "secondaryEditorFlex"];

/**
 * GraphiQL's storage, divided. Its tabs and history hold the header pane and the variables, so passwords and tokens:
 * they stay in `sessionStorage` and go with the browser tab. Only preferences reach `localStorage`.
 */
export const visitorStorage = {
  getItem: (key: string): string | null => storeFor(key).getItem(key),
  setItem: (key: string, value: string): void => storeFor(key).setItem(key, value),
  removeItem: (key: string): void => storeFor(key).removeItem(key),
  clear: (): void => {
    for (const store of [sessionStorage, localStorage]) {
      for (const key of Object.keys(store).filter((name) => name.startsWith("graphiql:"))) store.removeItem(key);
    }
  },
  get length(): number {
    return sessionStorage.length + localStorage.length;
  },
};

function storeFor(key: string): Storage {
  return PREFERENCES.some((name) => key === `graphiql:${name}`) ? localStorage : sessionStorage;
}
