/** The part of the schema about people; imported for effect. */
import "./user.ts";
import "./sign-in.ts";
import "./api-tokens.ts";
