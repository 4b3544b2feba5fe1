/** Repeatable chance: everything that varies in a sketch is drawn from streams made here, never from `Math.random`. */

/** A stream of repeatable random values. */
export interface Random {
  /** A value in [0, 1). */
  next(): number;
  /** A value in [min, max). */
  between(min: number, max: number): number;
  /** A whole number from min to max, both included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  /** One of the items; throws when there are none. */
  pick<Item>(items: readonly Item[]): Item;
}

/** A 32-bit hash of a text (FNV-1a with a murmur finaliser, so that near texts land far apart). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream from a 32-bit seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    between: (min, max) => min + next() * (max - min),
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) {
        throw new Error("Nothing to pick from: the list is empty.");
      }
      return item;
    },
  };
}

/** Smooth noise along a line: −1 to 1, one feature per unit of x, repeatable for a stream. */
export function createNoise(random: Random): (x: number) => number {
  const slopes = Array.from({ length: 256 }, () => random.between(-1, 1));
  const slope = (cell: number): number => slopes[((cell % 256) + 256) % 256] ?? 0;
  return (x) => {
    const cell = Math.floor(x);
    const t = x - cell;
    const fade = t * t * t * (t * (t * 6 - 15) + 10);
    const left = slope(cell) * t;
    const right = slope(cell + 1) * (t - 1);
    return (left + fade * (right - left)) * 2;
  };
}
