import type { Floats } from "../array";
import { expected, UsageError } from "../errors";
import type { Field, FieldInput } from "../fields/field";

/** A field as a solver asks for it. */
export interface Rates {
  readonly field: Field;
  /** What the field is called in errors: "field", "score", … */
  readonly name: string;
  /** Where to look when its values are not finite. */
  readonly advice: string;
}

/**
 * Writes the field's values into `out`, zero where `known` is 1.
 * @throws when they are not finite or not of x's shape.
 */
export async function writeRates(
  { field, name, advice }: Rates,
  at: FieldInput,
  known: Uint8Array | undefined,
  out: Floats,
): Promise<void> {
  const value = await field(at);
  const length = out.length;
  const { shape } = at.x;
  if (value.data.length !== length) {
    throw expected(
      `values of shape [${shape.join(", ")}], that of x, from the ${name}`,
      `shape [${value.shape.join(", ")}]`,
    );
  }
  for (let e = 0; e < length; e++) {
    const rate = value.data[e];
    if (rate - rate !== 0) {
      const sample = Math.floor(e / (length / shape[0]));
      throw new UsageError(
        `The ${name} is ${rate} at t = ${at.t}, in sample ${sample} of its batch. ${advice}`,
      );
    }
    out[e] = known && known[e] === 1 ? 0 : rate;
  }
}
