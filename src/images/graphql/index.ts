/** The images' part of the schema; imported for effect. */
import "./image.ts";
import "./image-request.ts";
import "./images.ts";
import "./image-providers.ts";
import "./queue.ts";
import "./mutations.ts";
import "./regenerate-image.ts";
import "./cancel-generation.ts";
import "./image-changed.ts";
import "./generation-history.ts";
import "./statistics.ts";
import "./uploads.ts";
import "./clean-up.ts";
import "./tags.ts";
import "./library.ts";
import "./reviews.ts";
import "./styles.ts";
