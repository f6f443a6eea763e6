import { type NdArray, ndarray, sampleSize, sizeOf } from "../array";
import { compile, type EngineName, type Named, type Values } from "../engine";
import { expected } from "../errors";
import type { Field } from "../fields/field";
import type { Network, NetworkInput, Parameters } from "../networks/network";
import { conditionInputs, floats } from "./condition-inputs";

export interface NetworkFieldOptions {
  readonly network: Network;
  readonly parameters: Parameters<NdArray>;
  /**
   * Most samples evaluated at once. Default 64 images or 4096 points. Smaller numbers are filled up to a power
   * of two, so that few compiled models serve all numbers of samples.
   */
  readonly chunk?: number;
  readonly engine?: EngineName;
}

/**
 * A network with its parameters as a field: b or g, whichever it was trained for. The parameters are baked
 * into the compiled model. Where the condition has a mask, the values at known pixels are exactly zero.
 */
export function networkField({ network, parameters, chunk, engine }: NetworkFieldOptions): Field {
  if (chunk !== undefined && !(Number.isInteger(chunk) && chunk >= 1)) {
    throw expected("a chunk of 1 sample or more", `${chunk}`);
  }
  const compiled = compile({
    name: `field (${network.name})`,
    engine,
    constants: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, floats(value)])),
    program: ({ constants, inputs }) => ({
      outputs: { value: network.apply(constants, inputs as unknown as NetworkInput) },
    }),
  });

  return async ({ x, t, xi }) => {
    const n = x.shape[0];
    if (!Number.isFinite(t)) throw expected("a finite time t", `${t}`);
    const inputs: Named<Values> = { x: floats(x), ...conditionInputs(xi, network.condition, n) };
    const most = chunk ?? (x.shape.length === 2 ? 4096 : 64);
    const out =
      x.data instanceof Float64Array ? new Float64Array(x.data.length) : new Float32Array(x.data.length);
    const size = sampleSize(x);
    for (let start = 0; start < n; start += most) {
      const count = Math.min(most, n - start);
      const padded = Math.min(most, 2 ** Math.ceil(Math.log2(count)));
      const rows = Object.fromEntries(
        Object.entries(inputs).map(([name, values]) => [name, paddedRows(values, start, count, padded)]),
      );
      const times: Values = { shape: [padded], data: new Float32Array(padded).fill(t) };
      const { value } = await compiled.run({ ...rows, t: times });
      out.set(value.data.subarray(0, count * size), start * size);
    }
    return ndarray(x.shape, out);
  };
}

/** Rows `start` to `start + count`, the last one repeated until there are `padded`. */
function paddedRows(values: Values, start: number, count: number, padded: number): Values {
  const size = sizeOf(values.shape.slice(1));
  const rows = values.data.subarray(start * size, (start + count) * size);
  const shape = [padded, ...values.shape.slice(1)];
  if (count === padded) return { shape, data: rows.slice() };
  const data = rows instanceof Int32Array ? new Int32Array(padded * size) : new Float32Array(padded * size);
  data.set(rows);
  for (let row = count; row < padded; row++) data.copyWithin(row * size, (count - 1) * size, count * size);
  return { shape, data };
}
