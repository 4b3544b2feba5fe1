/** Every limit of time of the ledger, in milliseconds. */

/** A send is cut off after this, by a clock that nobody sets. */
export const sendDeadline = 15_000;

/** From the decision to send to the open socket. A process that needs longer was held up, and sends nothing any more. */
export const sendWithin = 5_000;

/** Nobody takes a target over that is being sent before this: start, deadline, and time to write down how it ended. */
export const sendingLease = sendWithin + sendDeadline + 5_000;

/** The reversible steps of one wake-up are cut off after this. */
export const prepareDeadline = 120_000;

/** An adapter that does not heed its signal is left behind after this. */
export const patience = 1_000;

/** A wake-up may be early by clock skew between this process and the database. */
export const earliness = 1_000;

/** Least time between two look-ups of one send. */
export const lookUpPause = 30_000;

/** Most time between two look-ups of one send. */
export const longestLookUpPause = 10 * 60_000;

/** A send that could not be looked up, or that the platform has worked on, for so long is shown to a person. */
export const lookUpPatience = 60 * 60_000;

/** How long a platform is trusted to know our key. Mastodon, the most forgetful one, keeps it for an hour. */
export const keyLife = 50 * 60_000;

/** A published post is read back this long after it went out. */
export const verifyAfter = 60_000;

/** A post that is not to be seen may only be slow to show; it is told as gone after this. */
export const slowToShow = 4 * 60_000;

/** Reading back is given up after this. */
export const verifyPatience = 6 * 60 * 60_000;
