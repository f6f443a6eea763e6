import { describe, expect, it } from "vitest";
import { type MixtureCoupling, ringPairs } from "../../lib/couplings";
import { rng } from "../../lib/random";

/** E[a b] of two coordinates of (x0, x1), 0 to 3, from the components. */
function product({ components }: MixtureCoupling, a: number, b: number) {
  return components.reduce((sum, { weight, mean0, mean1, cov00, cov01, cov11 }) => {
    const mean = [...mean0, ...mean1];
    const covariance = [0, 1]
      .map((i) => [...cov00[i], ...cov01[i]])
      .concat([0, 1].map((i) => [cov01[0][i], cov01[1][i], ...cov11[i]]));
    return sum + weight * (mean[a] * mean[b] + covariance[a][b]);
  }, 0);
}

describe("ringPairs", () => {
  // Radius 2 and deviation 0.2 give each coordinate of x1 a variance of 2 + 0.04.
  it.each([-1, -0.4, 0, 0.7, 1])("has the same base and the same data at a share of %d", (share) => {
    const coupling = ringPairs({ sigma: 0.5, share });
    expect(product(coupling, 0, 0)).toBeCloseTo(2.04 + 0.25, 12);
    expect(product(coupling, 1, 1)).toBeCloseTo(0.25, 12);
    expect(product(coupling, 2, 2)).toBeCloseTo(2.04, 12);
    expect(product(coupling, 3, 3)).toBeCloseTo(2.04, 12);
    expect(product(coupling, 0, 2)).toBeCloseTo(2.04 * share, 12);
    expect(product(coupling, 1, 3)).toBeCloseTo(0, 12);
  });

  it.each([1, -1])("draws x0 as the first coordinate times %d, and noise", (side) => {
    const coupling = ringPairs({ sigma: 0.3, share: side });
    const { x0, x1 } = coupling.draw(coupling.targets(4000, rng(0)), rng(1));
    let [first, second] = [0, 0];
    for (let i = 0; i < 4000; i++) {
      first += (x0.data[2 * i] - side * x1.data[2 * i]) ** 2 / 4000;
      second += x0.data[2 * i + 1] ** 2 / 4000;
    }
    expect(first / 0.09).toBeGreaterThan(0.9);
    expect(first / 0.09).toBeLessThan(1.1);
    expect(second / 0.09).toBeGreaterThan(0.9);
    expect(second / 0.09).toBeLessThan(1.1);
  });

  it("says what it needs", () => {
    expect(() => ringPairs({ sigma: 0 })).toThrow("Expected a sigma above 0");
    expect(() => ringPairs({ sigma: 1, share: 1.1 })).toThrow("Expected a share from −1 to 1");
  });
});
