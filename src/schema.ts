/** The schema: every slice adds its part when it is imported here, for effect; the result is built once. */
import "./graphql/scalars.ts";
import "./graphql/upload.ts";
import "./graphql/errors.ts";
import "./graphql/nodes.ts";
import "./graphql/server-info.ts";
import "./graphql/total-count.ts";
import "./auth/graphql/index.ts";
import "./workspaces/graphql/index.ts";
import "./images/graphql/index.ts";
import "./social-accounts/graphql/index.ts";
import "./posts/graphql/index.ts";
import "./posting-schedules/graphql/index.ts";
import "./publishing/graphql/index.ts";
import "./analytics/graphql/index.ts";
import "./notifications/graphql/index.ts";
import { builder } from "./graphql/builder.ts";
import { countAnswers } from "./graphql/count-answer.ts";

/** The executable schema. */
export const schema = countAnswers(builder.toSchema());
