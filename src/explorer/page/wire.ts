import * as z from "zod/mini";

// NOTE: zod otherwise probes whether it may compile code at run time, and this page's policy reports that as an attack.
z.config({ jitless: true });

const userSchema = z.object({ id: z.string(), displayName: z.string(), email: z.string() });

/**
 * Somebody signed in: what `login`, `register` and `refreshToken` answer on success, and what the browser tab remembers. The
 * refresh token is null when it lies in a cookie, out of this page's reach.
 */
export const signedInSchema = z.object({
  accessToken: z.string(),
  expiresAt: z.string(),
  refreshToken: z.nullable(z.string()),
  user: userSchema,
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** What the server writes into the page: the mode, a nonce for style elements, and the tabs to begin with. */
export const settingsSchema = z.object({
  mode: z.enum(["operators", "public"]),
  styleNonce: z.string(),
  tabs: z.array(z.object({ query: z.string(), variables: z.nullable(z.string()) })),
});
export type Settings = z.infer<typeof settingsSchema>;

const errorSchema = z.object({
  message: z.string(),
  extensions: z.optional(z.nullable(z.looseObject({ code: z.optional(z.string()) }))),
});

/** The errors of a GraphQL answer, as far as the explorer acts on them. */
export const errorsSchema = z.array(errorSchema);

/** An answer to `login` and its kin: success, or an error of the schema, or errors at the top. */
export const accountAnswerSchema = z.object({
  data: z.optional(
    z.nullable(
      z.object({
        answer: z.union([
          signedInSchema,
          z.object({ sessionId: z.string() }),
          z.object({
            code: z.string(),
            message: z.string(),
            issues: z.optional(z.array(z.object({ path: z.unknown(), message: z.string() }))),
          }),
        ]),
      }),
    ),
  ),
  errors: z.optional(errorsSchema),
});
