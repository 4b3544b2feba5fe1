/** Forms of one person that a process reads at once. */
const mostOfOne = 5;
/** Forms that a process reads at once. Each may put ten of the largest files on its disk. */
const mostTogether = 20;

/** Places for forms with files, so that the disk holds what comes at once. */
export interface FormPlaces {
  /** Takes a place. Answers how to give it back; null when there is none left, or none for this person. */
  take(userId: string): (() => void) | null;
}

/** The places of one process. */
export function createFormPlaces(): FormPlaces {
  const taken = new Map<string, number>();
  let together = 0;
  return {
    take: (userId) => {
      const own = taken.get(userId) ?? 0;
      if (own >= mostOfOne || together >= mostTogether) return null;
      taken.set(userId, own + 1);
      together += 1;
      return () => {
        const left = (taken.get(userId) ?? 1) - 1;
        if (left > 0) taken.set(userId, left);
        else taken.delete(userId);
        together -= 1;
      };
    },
  };
}
