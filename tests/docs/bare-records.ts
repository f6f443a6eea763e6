/** A record whose properties are documented in part, for tests/docs/properties.test.ts. */
export interface Bare {
  readonly first: number;
  /** A sentence. */
  readonly second: number;
  // No doc comment.
  third(): void;
}
