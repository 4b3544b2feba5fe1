import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

const payload = z.object({ socialAccountId: z.uuid() });

/** Renews an account's access, or looks whether it ends. */
export const refreshAccountJob = defineJob({ name: "refresh-account", payload, maxAttempts: 3 });

/** Asks the platform whether an account still lets us in. */
export const checkAccountJob = defineJob({ name: "check-account", payload, maxAttempts: 1 });

/** Ends a disconnected account's access at its platform and erases what opened it. */
export const endAccessJob = defineJob({ name: "end-access", payload, maxAttempts: 5 });

/** An account's state changed: whoever has plans for it follows. Handled by the posts, which accounts know nothing of. */
export const followAccountJob = defineJob({ name: "follow-account", payload, maxAttempts: 5 });
