import { expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { embeddingDropout, independent, labelDropout, withEmbedding } from "../../lib/couplings";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { adam, cosine, train } from "../../lib/training";

it("learns the velocity with a label, with an embedding, and with neither", async () => {
  // x1 = ±2 by the label, + 1 by the embedding e = ±1, + noise. At t = 0, b(x, ξ) = E[x1 | ξ] − x.
  const count = 4000;
  const source = rng(1);
  const labels = Int32Array.from({ length: count }, () => source.int(2));
  const signs = Float32Array.from({ length: count }, () => 2 * source.int(2) - 1);
  const x = ndarray(
    [count, 1],
    Float32Array.from({ length: count }, (_, i) => 4 * labels[i] - 2 + signs[i] + 0.1 * source.normal()),
  );
  const coupling = labelDropout(
    embeddingDropout(withEmbedding(independent({ classes: 2 }), { width: 1 }), { p: 0.3 }),
    { p: 0.3 },
  );
  const steps = 500;
  const trained = await train({
    data: { x, labels, embedding: ndarray([count, 1], signs) },
    coupling,
    interpolant: linear(),
    network: mlp({ dim: 1, width: 32, depth: 2, condition: coupling.condition }),
    optimizer: adam({ learningRate: 2e-2, schedule: cosine({ steps }) }),
    batch: 128,
    steps,
    seed: 0,
  });
  const known = [-1, 0, 1].flatMap((label) => [Number.NaN, -1, 1].map((e) => ({ label, e })));
  const { data } = await trained.field()({
    x: ndarray([9, 1], new Float32Array(9)),
    t: 0,
    xi: {
      labels: Int32Array.from(known, ({ label }) => label),
      embedding: ndarray(
        [9, 1],
        known.map(({ e }) => e),
      ),
    },
  });
  const errors = known.map(
    ({ label, e }, i) => data[i] - (label < 0 ? 0 : 4 * label - 2) - (Number.isNaN(e) ? 0 : e),
  );
  // Not seeing the embedding would cost 0.8, nor the label 1.6; a missing label taken for a class 1.15.
  expect(Math.hypot(...errors) / 3).toBeLessThan(0.5);
});
