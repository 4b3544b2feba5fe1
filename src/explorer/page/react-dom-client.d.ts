declare module "react-dom/client" {
  import type { ReactNode } from "react";

  /** React's root, as far as this page uses it; its types are a package of their own. */
  export function createRoot(container: Element): { render(children: ReactNode): void };
}
