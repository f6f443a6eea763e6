import { assertShape, type NdArray, zeros } from "../../array";
import { assertKnown, expected } from "../../errors";
import type { Rng } from "../../random";
import type { Dynamics } from "./dynamics";

/** Options of {@link navierStokes}. */
export interface NavierStokesOptions {
  /** Pixels along each side of the square [0, 2π)². Default 32. */
  readonly size?: number;
  /** ν. Default 0.005. */
  readonly viscosity?: number;
  /** α of the linear drag. Default 0.1. */
  readonly drag?: number;
  /** By how much the noise raises the mean square of the vorticity in a unit of time. Default 4. */
  readonly forcing?: number;
  /**
   * The least and the largest wave number |k| that the noise stirs: of some of the modes that the grid has,
   * whose wave numbers along an axis are whole and at most (size − 1) / 3. Default [3, 5].
   */
  readonly stirred?: readonly [number, number];
  /** The time between a state and the next. Default 0.5. */
  readonly lag?: number;
  /** The time step. Default 0.02. */
  readonly dt?: number;
  /** How long a state is run from rest before it counts as stationary. Default 10. */
  readonly spinUp?: number;
}

/**
 * The vorticity ω `[n, size, size, 1]` of a two-dimensional flow on a torus, stirred by noise:
 *
 *     dω + v·∇ω dt = νΔω dt − αω dt + dη,   v = (∂_y ψ, −∂_x ψ),   −Δψ = ω
 *
 * with η white in time on all Fourier modes of the wave numbers `stirred`: a system like the one that Chen et
 * al. (2024, arXiv 2403.13724) forecast.
 *
 * Galerkin's method: modes up to a third of `size` along each axis, so that products are free of aliasing and
 * the flow alone conserves energy and enstrophy. In time Heun's method with the linear part solved exactly.
 * The transforms are products with matrices of real Fourier modes, which at this size take less time than
 * the fast transforms at hand.
 *
 * @example
 * const system = navierStokes({ size: 16, lag: 0.1 });
 * const present = await system.states(2, rng(0)); // [2, 16, 16, 1]
 * const future = await system.next(present, rng(1));
 * @throws when an option is out of its range, no mode is stirred, or the lag is not a whole number of steps.
 */
export function navierStokes(options: NavierStokesOptions = {}): Dynamics {
  assertKnown(
    options,
    {
      size: true,
      viscosity: true,
      drag: true,
      forcing: true,
      stirred: true,
      lag: true,
      dt: true,
      spinUp: true,
    },
    "navierStokes",
  );
  const { size = 32, viscosity = 0.005, drag = 0.1, forcing = 4, stirred = [3, 5] } = options;
  const { lag = 0.5, dt = 0.02, spinUp = 10 } = options;
  if (!(Number.isInteger(size) && size >= 8)) throw expected("a size of 8 pixels or more", `${size}`);
  for (const [name, value] of Object.entries({ viscosity, drag, forcing })) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw expected(`${name} of 0 or more`, `${value}`);
  }
  if (!(stirred[0] >= 0 && stirred[0] <= stirred[1])) {
    throw expected("stirred wave numbers [least, largest] of 0 or more", `[${stirred.join(", ")}]`);
  }
  if (!(dt > 0)) throw expected("a time step above 0", `${dt}`);
  const stepsIn = (time: number, name: string) => {
    const steps = Math.round(time / dt);
    if (!(steps > 0) || Math.abs(steps * dt - time) > 1e-9) {
      throw expected(`${name} of a whole number of steps of ${dt}`, `${time}`);
    }
    return steps;
  };
  const [steps, settling] = [stepsIn(lag, "a lag"), stepsIn(spinUp, "a spinUp")];
  const modes = fourierModes(size);
  const step = timeStep(modes, { size, viscosity, drag, forcing, stirred, dt });
  const shape = Object.freeze([size, size, 1]);
  const advance = (c: Float64Array, count: number, rng: Rng) => {
    for (let k = 0; k < count; k++) step(c, rng);
    return c;
  };
  return Object.freeze({
    name: "stirred Navier-Stokes",
    shape,
    lag,
    async states(n: number, rng: Rng) {
      const out = zeros([n, ...shape]);
      const rest = () => new Float64Array(modes.count ** 2);
      for (let i = 0; i < n; i++) modes.write(advance(rest(), settling, rng.fork("state", i)), out, i);
      return out;
    },
    async next(x: NdArray, rng: Rng) {
      assertShape(x, [-1, ...shape], "vorticities");
      const out = zeros(x.shape, x);
      for (let i = 0; i < x.shape[0]; i++) {
        modes.write(advance(modes.read(x, i), steps, rng.fork("state", i)), out, i);
      }
      return out;
    },
  });
}

interface Modes {
  /** Modes along an axis: 1, √2 cos x, √2 sin x, √2 cos 2x, … */
  readonly count: number;
  /** The wave number of each. */
  readonly wave: readonly number[];
  /** The pixels' values Y c Xᵀ, with the modes or their slopes along y and x, of coefficients `[y, x]`. */
  field(c: Float64Array, along: { readonly y: Kind; readonly x: Kind }, out: Float64Array): void;
  /** The coefficients of pixels. */
  project(field: Float64Array, out: Float64Array): void;
  read(x: NdArray, sample: number): Float64Array;
  write(c: Float64Array, x: NdArray, sample: number): void;
}

type Kind = "values" | "slopes";

function fourierModes(size: number): Modes {
  const most = Math.floor((size - 1) / 3);
  const count = 2 * most + 1;
  const wave = Array.from({ length: count }, (_, k) => Math.ceil(k / 2));
  /** `[size, count]` */
  const table = (value: (x: number, k: number) => number) =>
    Float64Array.from({ length: size * count }, (_, e) =>
      value((2 * Math.PI * Math.floor(e / count)) / size, e % count),
    );
  const [cos, sin] = [Math.cos, Math.sin].map((f) => (x: number) => Math.SQRT2 * f(x));
  const tables = {
    values: table((x, k) => (k === 0 ? 1 : k % 2 === 1 ? cos(wave[k] * x) : sin(wave[k] * x))),
    slopes: table((x, k) => wave[k] * (k % 2 === 1 ? -sin(wave[k] * x) : cos(wave[k] * x))),
  };
  const transposed = {
    values: transpose(tables.values, size, count),
    slopes: transpose(tables.slopes, size, count),
  };
  const half = new Float64Array(size * count);
  const field: Modes["field"] = (c, { y, x }, out) => {
    product(tables[y], c, half, [size, count, count]);
    product(half, transposed[x], out, [size, count, size]);
  };
  const project: Modes["project"] = (pixels, out) => {
    product(transposed.values, pixels, half, [count, size, size]);
    product(half, tables.values, out, [count, size, count]);
    for (let e = 0; e < out.length; e++) out[e] /= size ** 2;
  };
  return {
    ...{ count, wave, field, project },
    read(x, sample) {
      const c = new Float64Array(count ** 2);
      project(Float64Array.from(x.data.subarray(sample * size ** 2, (sample + 1) * size ** 2)), c);
      return c;
    },
    write(c, x, sample) {
      const pixels = new Float64Array(size ** 2);
      field(c, { y: "values", x: "values" }, pixels);
      x.data.set(pixels, sample * size ** 2);
    },
  };
}

function transpose(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: a.length }, (_, e) => a[(e % rows) * columns + Math.floor(e / rows)]);
}

/** out = a b for `[n, m]` and `[m, k]`. At these sizes two thirds of the time of ml-matrix, and no memory. */
function product(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  [n, m, k]: readonly [number, number, number],
): void {
  for (let i = 0; i < n; i++) {
    const row = i * k;
    for (let j = 0; j < k; j++) out[row + j] = 0;
    for (let l = 0; l < m; l++) {
      const factor = a[i * m + l];
      const from = l * k;
      for (let j = 0; j < k; j++) out[row + j] += factor * b[from + j];
    }
  }
}

type StepOptions = Required<
  Pick<NavierStokesOptions, "viscosity" | "drag" | "forcing" | "stirred" | "dt">
> & {
  readonly size: number;
};

/** Takes the coefficients one step of time further, in place. */
function timeStep(modes: Modes, options: StepOptions): (c: Float64Array, rng: Rng) => void {
  const { size, viscosity, drag, forcing, stirred, dt } = options;
  const { count, wave, field, project } = modes;
  const squared = Float64Array.from(
    { length: count ** 2 },
    (_, e) => wave[Math.floor(e / count)] ** 2 + wave[e % count] ** 2,
  );
  const isStirred = (k2: number) => k2 >= stirred[0] ** 2 && k2 <= stirred[1] ** 2;
  const stirredModes = squared.filter(isStirred).length;
  if (forcing > 0 && stirredModes === 0) {
    const most = Math.sqrt(squared.reduce((a, b) => Math.max(a, b), 0));
    throw expected(
      `stirred wave numbers of some modes at size ${size}, whose |k| reach ${most.toFixed(1)}`,
      `[${stirred.join(", ")}], which no mode has`,
      "Stir others, or raise size.",
    );
  }
  const share = forcing / Math.max(1, stirredModes);
  const decay = squared.map((k2) => Math.exp(-(drag + viscosity * k2) * dt));
  const noise = squared.map((k2) => {
    if (!isStirred(k2)) return 0;
    const lambda = 2 * (drag + viscosity * k2);
    return Math.sqrt(share * (lambda > 0 ? -Math.expm1(-lambda * dt) / lambda : dt));
  });

  const pixels = () => new Float64Array(size ** 2);
  const [u, minusV, alongX, alongY] = [pixels(), pixels(), pixels(), pixels()];
  const [stream, first, second, predicted] = [0, 1, 2, 3].map(() => new Float64Array(count ** 2));
  /** −v·∇ω. */
  const advection = (c: Float64Array, out: Float64Array) => {
    for (let e = 0; e < c.length; e++) stream[e] = squared[e] > 0 ? c[e] / squared[e] : 0;
    field(stream, { y: "slopes", x: "values" }, u);
    field(stream, { y: "values", x: "slopes" }, minusV);
    field(c, { y: "values", x: "slopes" }, alongX);
    field(c, { y: "slopes", x: "values" }, alongY);
    for (let e = 0; e < u.length; e++) u[e] = minusV[e] * alongY[e] - u[e] * alongX[e];
    project(u, out);
  };

  return (c, rng) => {
    advection(c, first);
    for (let e = 0; e < c.length; e++) predicted[e] = decay[e] * (c[e] + dt * first[e]);
    advection(predicted, second);
    for (let e = 0; e < c.length; e++) {
      c[e] = decay[e] * (c[e] + (dt / 2) * first[e]) + (dt / 2) * second[e];
      if (forcing > 0 && noise[e] > 0) c[e] += noise[e] * rng.normal();
    }
  };
}
