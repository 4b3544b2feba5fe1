/** The images' part of the schema; imported for effect. */
import "./image.ts";
import "./images.ts";
import "./image-providers.ts";
import "./mutations.ts";
import "./cancel-generation.ts";
import "./image-changed.ts";
import "./generation-history.ts";
import "./statistics.ts";
