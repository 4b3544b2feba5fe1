/** Makes everything that is generated, for an image or a release: the database client and the explorer's page. */
import { createProgress } from "./progress.mjs";
import { setUp } from "./set-up.ts";

await setUp(createProgress());
