import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { averagePool, nearestUp } from "../../../lib/couplings";
import { consistency } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const truth = rng(1).normals([5, 8, 8, 3]);
const degrade = averagePool({ factor: 4 });
const given = degrade(truth);

describe("consistency", () => {
  it("is 0 for whatever shrinks to what was given, far from the truth though it be", () => {
    const flat = nearestUp({ factor: 4 })(given);
    expect(consistency({ x: flat, given, degrade }).value).toBeLessThan(1e-12);
    expect(consistency({ x: truth, given, degrade }).value).toBeLessThan(1e-12);
  });

  it("is the squared error of the low resolution, image by image", () => {
    // Image i is brighter by i / 10; a checkerboard on top of it averages out.
    const x = ndarray(
      truth.shape,
      truth.data.map((value, e) => {
        const [image, pixel] = [Math.floor(e / 192), Math.floor(e / 3)];
        return value + image / 10 + ((pixel + Math.floor(pixel / 8)) % 2 ? 0.7 : -0.7);
      }),
    );
    const { value, values } = consistency({ x, given, degrade });
    expect(values).toHaveLength(5);
    values.forEach((error, i) => {
      expect(error).toBeCloseTo((i / 10) ** 2, 5);
    });
    expect(value).toBeCloseTo((0.01 + 0.04 + 0.09 + 0.16) / 5, 5);
  });

  it("refuses another resolution", () => {
    expect(() => consistency({ x: truth, given: truth, degrade })).toThrow("the given images");
  });

  it("refuses pixels that aren't finite, and no images", () => {
    const oddAt = (images: typeof truth, at: number) =>
      ndarray(
        images.shape,
        images.data.map((value, e) => (e === at ? Number.NaN : value)),
      );
    expect(() => consistency({ x: oddAt(truth, 200), given, degrade })).toThrow(
      "finite pixels in x, but received NaN in image 1",
    );
    expect(() => consistency({ x: truth, given: oddAt(given, 0), degrade })).toThrow(
      "finite pixels in given",
    );
    const broken = (images: typeof truth) => oddAt(degrade(images), 0);
    expect(() => consistency({ x: truth, given, degrade: broken })).toThrow(
      "finite pixels in the degraded x",
    );
    const none = ndarray([0, 8, 8, 3], []);
    expect(() => consistency({ x: none, given: none, degrade: (x) => x })).toThrow("one image or more");
  });
});
