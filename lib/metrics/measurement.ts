/** A number in a table or report, with what a reader needs to judge it. */
export interface Measurement {
  /** What was measured and with what: "KID (mnist-cnn)". */
  readonly name: string;
  /** The number itself. */
  readonly value: number;
  /** Its standard error, where one is known. */
  readonly standardError?: number;
  /** The same metric between two sets of real data of that size: the best that can be asked of a model. */
  readonly floor?: number;
  /** Standard deviation of the floor over fresh draws of real data. */
  readonly floorSpread?: number;
  /** Whether lower or higher values are better. */
  readonly better: "lower" | "higher";
}
