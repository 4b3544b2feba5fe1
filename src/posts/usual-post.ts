/** How large posts usually are, by which operations that ask for them are weighed; what they may hold is far more. */

/** Pictures of a post. */
export const usualPictures = 4;

/** Targets of a post. */
export const usualTargets = 3;
