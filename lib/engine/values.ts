/** What goes into a program and comes out: int32 for indices such as class numbers, float32 for the rest. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Values by name. */
export type Named<T> = Readonly<Record<string, T>>;
