/** Counts the lasting connections of each user on this process, websockets and event streams alike. */
export interface OpenConnections {
  /** Counts one more and answers what gives it back, which may be called twice; null when the user has as many as allowed. */
  take(userId: string): (() => void) | null;
}

/** Opens the count; each user may have `most`. */
export function createOpenConnections(most: number): OpenConnections {
  const counts = new Map<string, number>();
  return {
    take: (userId) => {
      const open = counts.get(userId) ?? 0;
      if (open >= most) return null;
      counts.set(userId, open + 1);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        const left = (counts.get(userId) ?? 1) - 1;
        if (left > 0) counts.set(userId, left);
        else counts.delete(userId);
      };
    },
  };
}
