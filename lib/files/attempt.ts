/** What `f` returns, or nothing where it throws, as where a disk refuses. */
export function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
