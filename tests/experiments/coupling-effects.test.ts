import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../lib/array";
import { ringPairs } from "../../lib/couplings";
import { couplingEffects } from "../../lib/experiments";
import { exactFlow } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { dopri5, euler, rk4 } from "../../lib/samplers";

const target = rng(0).normals([60, 2]);
const pairs = { x0: target, x1: target, xi: {} };

describe("couplingEffects", () => {
  it("measures a flow that stays where it is", async () => {
    const b = ({ x }: { x: typeof target }) => zeros(x.shape);
    const effects = await couplingEffects({
      b,
      start: pairs,
      pairs,
      target,
      train: target,
      method: euler({ steps: 3 }),
    });
    expect(effects).toMatchObject({
      distance: 0,
      distanceInFew: 0,
      recall: 1,
      kept: 1,
      keptInFew: 1,
      copied: 1,
      action: 0,
      nfe: 3,
    });
  });

  it("samples from the start, and keeps pairs from their own x0", async () => {
    const b = ({ x }: { x: typeof target }) => zeros(x.shape);
    const shift = (by: number) =>
      ndarray(
        target.shape,
        target.data.map((value) => value + by),
      );
    const options = { b, pairs, target, train: shift(2), method: euler({ steps: 1 }) };
    const effects = await couplingEffects({ ...options, start: { x0: shift(2), xi: {} } });
    expect(effects.distance).toBeCloseTo(8, 5);
    expect(effects.kept).toBe(1);
    expect(effects.copied).toBe(1);
  });

  it("measures nothing of a flow that doesn't arrive", async () => {
    const b = ({ x }: { x: typeof target }) => x;
    const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 });
    const effects = couplingEffects({ b, start: pairs, pairs, target, train: target, method });
    await expect(effects).rejects.toThrow("The flow whose samples are measured did not reach t = 1: ");
  });

  it("sees that few steps from a narrow base lose diversity, and score higher on the pair", async () => {
    const coupling = ringPairs({ sigma: 0.03 });
    const drawn = coupling.draw(coupling.targets(150, rng(1)), rng(2));
    const b = exactFlow({ coupling, interpolant: linear() }).velocity;
    const data = coupling.targets(150, rng(3)).x;
    const method = rk4({ steps: 60 });
    const effects = await couplingEffects({
      b,
      start: drawn,
      pairs: drawn,
      target: data,
      train: data,
      method,
    });
    expect(effects.recallInFew).toBeLessThan(0.2);
    expect(effects.recall).toBeGreaterThan(0.7);
    expect(effects.keptInFew).toBeGreaterThan(effects.kept + 0.1);
    expect(effects.distanceInFew).toBeGreaterThan(4 * effects.distance);
  });
});
