/** A number in a table or report, with what a reader needs to judge it. */
export interface Measurement {
  /** What was measured and by what: "KID (mnist-cnn)". */
  readonly name: string;
  readonly value: number;
  readonly standardError?: number;
  /** The same measure between two sets of real data of the size compared: no model can be asked for less. */
  readonly floor?: number;
  readonly better: "lower" | "higher";
}
