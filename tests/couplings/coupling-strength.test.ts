import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { couplingStrength, dataDependent, independent, minibatchOT, paired } from "../../lib/couplings";
import type { Samples } from "../../lib/data";
import { rng } from "../../lib/random";
import { unbalanced } from "../../lib/transport";

const x = rng(0).normals([4000, 2]);
const targets = { x, x0: x };

describe("couplingStrength", () => {
  it("is the share of the base's variance that x1 explains", async () => {
    for (const [a, sigma] of [
      [1, 1],
      [0.5, 0.2],
      [2, 3],
    ]) {
      const mean = ({ x: { shape, data } }: Samples) =>
        ndarray(
          shape,
          data.map((value) => a * value),
        );
      const coupling = dataDependent({ mean, sigma });
      const strength = await couplingStrength({ coupling, targets, rng: rng(1) });
      expect(Math.abs(strength - a ** 2 / (a ** 2 + sigma ** 2))).toBeLessThan(0.03);
    }
  });

  it("is 0 for independent and 1 for given pairs", async () => {
    expect(Math.abs(await couplingStrength({ coupling: independent(), targets, rng: rng(1) }))).toBeLessThan(
      0.05,
    );
    expect(await couplingStrength({ coupling: paired(), targets, rng: rng(1) })).toBe(1);
  });

  it("grows with the batch of minibatch OT", async () => {
    const some = { x: ndarray([512, 2], x.data.slice(0, 1024)) };
    const strength = (batch: number) =>
      couplingStrength({ coupling: minibatchOT(), targets: some, batch, rng: rng(2) });
    const [one, eight, many] = [await strength(1), await strength(8), await strength(128)];
    expect(Math.abs(one)).toBeLessThan(0.12);
    expect(eight).toBeGreaterThan(one + 0.2);
    expect(many).toBeGreaterThan(eight + 0.1);
  });

  it("says what it needs", async () => {
    const few = { x: ndarray([1, 2], [1, 2]) };
    await expect(couplingStrength({ coupling: independent(), targets: few, rng: rng(1) })).rejects.toThrow(
      "two targets",
    );
    const coupling = minibatchOT({ solver: unbalanced({ epsilon: 0.1, penalty: 1 }) });
    const some = { x: ndarray([64, 2], x.data.slice(0, 128)) };
    await expect(couplingStrength({ coupling, targets: some, rng: rng(1) })).rejects.toThrow(
      "keeps its targets",
    );
    await expect(
      couplingStrength({ coupling: independent(), targets, batch: 0, rng: rng(1) }),
    ).rejects.toThrow("batch");
  });
});
