import * as tf from "@tensorflow/tfjs-core";
import type { Named, Values } from "../engine";
import { flatten, mapTree, pathText, type Tensors, type Tree } from "../engine/tree";
import { expected } from "../errors";
import type { Network } from "../networks/network";
import type { Optimizer } from "./optimizer";
import type { Layout, TreeLike } from "./parameters";

/** State carried from step to step: vectors over all parameters joined. */
export interface TrainingState {
  readonly parameters: Values;
  /** Their moving average. */
  readonly average: Values;
  /** The optimizer's vectors. */
  readonly slots: Named<Values>;
}

/** What a training step is given. */
export interface StepInputs<Batch> {
  readonly batch: Batch;
  readonly step: { readonly averageWeight: tf.Tensor; readonly optimizer: Named<tf.Tensor> };
}

export interface TrainingStepOptions<P, Batch> {
  readonly layout: Layout<P>;
  readonly optimizer: Optimizer;
  readonly clipNorm: number;
  readonly accumulationSteps: number;
  readonly loss: (parameters: TreeLike<P, tf.Tensor>, batch: Tensors<Batch>) => tf.Scalar;
}

/** One step of training as a program: loss, gradient, clipping, optimizer and moving average. */
export function trainingStep<P, Batch>({
  layout,
  optimizer,
  clipNorm,
  accumulationSteps,
  loss,
}: TrainingStepOptions<P, Batch>) {
  return ({
    state,
    inputs: { batch, step },
  }: {
    readonly state: Tensors<TrainingState>;
    readonly inputs: StepInputs<Tensors<Batch>>;
  }) => {
    const parameters = layout.splitTensor(state.parameters);
    const { value, gradient } = accumulated(batch, accumulationSteps, (microbatch) => {
      const { value, grads } = gradients(layout, parameters, (values) => {
        const mean = loss(layout.nest(values), microbatch);
        return accumulationSteps === 1 ? mean : tf.div(mean, accumulationSteps);
      });
      return { value, gradient: tf.concat(grads.map((grad) => tf.reshape(grad, [-1]))) as tf.Tensor1D };
    });
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const clipped = tf.mul(gradient, tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-6)))) as tf.Tensor1D;
    const next = optimizer.update({
      entries: layout.entries,
      parameters: state.parameters as tf.Tensor1D,
      gradient: clipped,
      slots: state.slots,
      scalars: step.optimizer,
    });
    const average = tf.add(
      next.parameters,
      tf.mul(tf.sub(state.average, next.parameters), step.averageWeight),
    );
    return {
      outputs: { loss: value, norm },
      state: { parameters: next.parameters, average, slots: next.slots },
    };
  };
}

/** tfjs's gradients. @throws with the names of parameters that the loss doesn't depend on. */
function gradients<P>(
  { entries }: Layout<P>,
  parameters: readonly tf.Tensor[],
  loss: (values: readonly tf.Tensor[]) => tf.Scalar,
): { readonly value: tf.Scalar; readonly grads: readonly tf.Tensor[] } {
  const all = [...parameters];
  try {
    return tf.valueAndGrads((...values: tf.Tensor[]) => loss(values))(all);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("Cannot compute gradient of y=f(x)")))
      throw error;
    const idle = entries.filter((_, k) => !dependsOn(all[k], (value) => loss(all.with(k, value))));
    throw expected(
      "a loss that depends on all parameters",
      `${idle.map(({ name }) => `"${name}"`).join(", ")}, on which it doesn't depend`,
      "Use them in the network's apply, or leave them out of its shapes and init.",
    );
  }
}

function dependsOn(x: tf.Tensor, f: (x: tf.Tensor) => tf.Scalar): boolean {
  try {
    tf.grad(f)(x);
    return true;
  } catch {
    return false;
  }
}

/**
 * The largest number of equal microbatches that cut these samples with at least `network.microbatch` in each.
 */
export function defaultAccumulation({ microbatch }: Pick<Network, "microbatch">, samples: number): number {
  let steps = Math.max(1, Math.floor(samples / (microbatch ?? samples)));
  while (samples % steps !== 0) steps--;
  return steps;
}

/** A loss, and its gradient as one vector. */
interface LossGradient {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor1D;
}

/**
 * Gradient accumulation: the sum of the losses and gradients of equal microbatches, cut along the first axis.
 * Each waits for the one before, so that only one's intermediate results are in memory at a time.
 */
function accumulated<Batch>(
  batch: Batch,
  steps: number,
  gradientOf: (microbatch: Batch) => LossGradient,
): LossGradient {
  if (steps === 1) return gradientOf(batch);
  const tree = batch as Tree<tf.Tensor>;
  const pieces = Object.fromEntries(
    Object.entries(flatten(tree)).map(([key, values]) => [
      key,
      tf.split(checked(pathText(key), values, steps), steps),
    ]),
  );
  const after = (done: LossGradient | undefined, x: tf.Tensor) =>
    done && x.dtype === "float32" ? tf.add(x, tf.mul(tf.slice(done.gradient, 0, 1), 0)) : x;
  let done: LossGradient | undefined;
  for (let i = 0; i < steps; i++) {
    const next = gradientOf(mapTree(tree, (_, key) => after(done, pieces[key][i])) as Batch);
    done = done
      ? { value: tf.add(done.value, next.value), gradient: tf.add(done.gradient, next.gradient) }
      : next;
  }
  return done as LossGradient;
}

function checked(name: string, input: tf.Tensor, steps: number): tf.Tensor {
  const { shape } = input;
  if (shape.length > 0 && shape[0] % steps === 0) return input;
  throw expected(
    `a batch of samples that ${steps} microbatches divide`,
    `"${name}" of shape [${shape.join(", ")}]`,
    "Change batch or accumulationSteps.",
  );
}
