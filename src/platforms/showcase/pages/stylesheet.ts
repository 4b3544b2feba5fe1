import { fileURLToPath } from "node:url";

/** Where the stylesheet lies on disk. */
export const stylesheetPath = fileURLToPath(new URL("./showcase.css", import.meta.url));

/** The pages ask for the stylesheet under this name, directly below `assetsUrl`. */
export const stylesheetName = "showcase.css";
