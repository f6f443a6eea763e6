/** Values by name, of which only the latest to be made are kept. */
export interface BoundedCache<T> {
  /** The value of this name, made where it isn't there. */
  of(name: string, make: () => T): T;
  /** How many values there are. */
  readonly size: number;
}

/** Keeps at most so many values: a further one takes the place of the oldest. */
export function boundedCache<T>(most: number): BoundedCache<T> {
  const values = new Map<string, T>();
  return Object.freeze({
    of(name: string, make: () => T) {
      const found = values.get(name);
      if (found !== undefined) return found;
      const made = make();
      if (values.size >= most) values.delete(values.keys().next().value as string);
      values.set(name, made);
      return made;
    },
    get size() {
      return values.size;
    },
  });
}
