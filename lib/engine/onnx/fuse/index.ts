import type { Rewrite } from "../lower/operation";
import { activations } from "./activations";
import { beforeReshape } from "./before-reshape";
import { constants } from "./constants";
import { convolutionBias } from "./convolution-bias";
import { layerNormalization } from "./layer-norm";
import { logSigmoid } from "./log-sigmoid";
import { factorFirst, scaledSquare } from "./scaled";
import { softmaxOfProduct } from "./softmax-of-product";
import { innerProducts, rowSums } from "./sums";

/**
 * The rewrites, in the order in which they are tried on each operation that a lowering asks for; the first
 * that applies is taken, and what it builds is rewritten in turn. Each makes models smaller or faster;
 * without it models are still correct, up to rounding.
 */
export const rewrites: readonly Rewrite[] = Object.freeze([
  constants, //        2 + 3 → 5, x · 1 → x
  logSigmoid, //       log(sigmoid(x)) → −softplus(−x), with its gradient
  activations, //      x · sigmoid(x) → SiLU or GELU in one operator
  layerNormalization, // (x − mean) / deviation → LayerNormalization
  scaledSquare, //     (x · s)² → x² · s²
  factorFirst, //      small · (x · s) → (small · s) · x
  convolutionBias, //  conv(x) + b → conv(x, b)
  beforeReshape, //    f(reshape(x)) → reshape(f(x))
  softmaxOfProduct, // softmax of a product → of the product transposed
  rowSums, //          a sum of rows → a product with ones
  innerProducts, //    Σ a · b → a product of vectors
]);
