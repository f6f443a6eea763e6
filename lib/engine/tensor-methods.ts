import type * as tfjs from "@tensorflow/tfjs-core";

type Tensor = tfjs.Tensor;

type Method = (this: Tensor, ...rest: never[]) => unknown;

/**
 * Gives tensors the methods that the whole of tfjs adds and its core lacks, such as `x.matMul(w)`: operators
 * that take the tensor as their first argument.
 */
export function addTensorMethods(tf: typeof tfjs): void {
  const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
  const add = (name: string, method: Method) => {
    if (!(name in methods)) methods[name] = method;
  };
  const listed = (x: Tensor | readonly Tensor[]) => (x instanceof tf.Tensor ? [x] : x);
  const special: Record<string, Method> = {
    concat(x: Tensor | readonly Tensor[], axis?: number) {
      return tf.concat([this, ...listed(x)], axis);
    },
    stack(x: Tensor | readonly Tensor[], axis?: number) {
      return tf.stack([this, ...listed(x)], axis);
    },
    where(condition: Tensor, x: Tensor) {
      return tf.where(condition, this, x);
    },
    asScalar() {
      return tf.reshape(this, []);
    },
    flatten() {
      return tf.reshape(this, [this.size]);
    },
    reshapeAs(x: Tensor) {
      return tf.reshape(this, x.shape);
    },
    asType(type: tfjs.DataType) {
      return tf.cast(this, type);
    },
    toFloat() {
      return tf.cast(this, "float32");
    },
    toInt() {
      return tf.cast(this, "int32");
    },
    toBool() {
      return tf.cast(this, "bool");
    },
    resizeBilinear(...rest) {
      return tf.image.resizeBilinear(this as never, ...(rest as unknown as [[number, number]]));
    },
    resizeNearestNeighbor(...rest) {
      return tf.image.resizeNearestNeighbor(this as never, ...(rest as unknown as [[number, number]]));
    },
  };
  for (const [name, method] of Object.entries(special)) add(name, method);
  for (const rank of [1, 2, 3, 4, 5])
    add(`as${rank}D`, function (...shape: number[]) {
      return tf.reshape(this, rank === 1 ? [this.size] : shape);
    });
  for (const [name, operator] of Object.entries(tf)) {
    // tfjs marks operators by their functions' names.
    if (typeof operator !== "function" || operator.name !== `${name}${tf.OP_SCOPE_SUFFIX}`) continue;
    const of = operator as (...all: unknown[]) => unknown;
    add(name, function (...rest: unknown[]) {
      return of(this, ...rest);
    });
  }
}
