/** Publishing's part of the schema; imported for effect. */
import "./attempts.ts";
import "./mutations.ts";
