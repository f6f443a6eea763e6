import type { PlanePlay } from "../spec";
import { GRID, latents, type Plane, type PlaneFlow, planeAtFirst, range, schedules } from "../work/plane";
import { button, choice, el, segments, slider } from "./dom";
import { timeline } from "./picture";
import { attempt, type Place } from "./place";

/** Of Okabe and Ito, as in the library's other figures; the three data modes, from below. */
const colours = ["#0072b2", "#d55e00", "#009e73"];
const SIDE = 720;

type XY = readonly [number, number];

/** A coupling in the plane: drag its modes and its pairs, and see the flow that it induces. */
export async function couplingInPlane(play: PlanePlay, place: Place): Promise<HTMLElement> {
  const owner = {};
  let plane: Plane = { ...planeAtFirst, seed: play.seed };
  let flow: PlaneFlow | undefined;
  let busy = false;
  let stale = false;

  const canvas = el("canvas", {
    width: SIDE,
    height: SIDE,
    class: "play-plane",
    role: "img",
    "aria-label":
      "Modes of the base on the left, of the data on the right; pairs as thin lines, the flow coloured",
  });
  const context = canvas.getContext("2d")!;
  const status = el("p", { class: "play-status", role: "status" });
  const scale = SIDE / (range.to - range.from);
  const px = (x: number) => (x - range.from) * scale;
  const py = (y: number) => (range.to - y) * scale;

  const draw = (t: number) => {
    context.clearRect(0, 0, SIDE, SIDE);
    if (!flow) return;
    const style = getComputedStyle(canvas);
    const ink = style.getPropertyValue("--ink");
    if (flow.densities)
      drawDensity(
        flow.densities[Math.round(t * (flow.times.length - 1))],
        style.getPropertyValue("--accent"),
      );
    const n = flow.labels.length;
    context.globalAlpha = 0.1;
    context.strokeStyle = ink;
    context.lineWidth = 1;
    context.beginPath();
    for (let i = 0; i < n; i += 3) {
      context.moveTo(px(flow.x0[2 * i]), py(flow.x0[2 * i + 1]));
      context.lineTo(px(flow.x1[2 * i]), py(flow.x1[2 * i + 1]));
    }
    context.stroke();
    const last = t * (flow.times.length - 1);
    const whole = Math.floor(last + 1e-9);
    for (let mode = 0; mode < colours.length; mode++) {
      context.strokeStyle = colours[mode];
      context.fillStyle = colours[mode];
      context.globalAlpha = 0.4;
      context.lineWidth = 1.3;
      context.beginPath();
      for (let i = 0; i < n; i += 3) {
        if (flow.ends[i] !== mode) continue;
        for (let k = 0; k <= whole; k++) {
          const [x, y] = [px(flow.states[k][2 * i]), py(flow.states[k][2 * i + 1])];
          if (k === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
        const [x, y] = pointAt(flow, i, last);
        context.lineTo(px(x), py(y));
      }
      context.stroke();
      context.globalAlpha = 0.9;
      context.beginPath();
      for (let i = 0; i < n; i++) {
        if (flow.ends[i] !== mode) continue;
        const [x, y] = pointAt(flow, i, last);
        context.moveTo(px(x) + 2.4, py(y));
        context.arc(px(x), py(y), 2.4, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
  };

  const drawDensity = (density: Float32Array, colour: string) => {
    const cell = SIDE / GRID;
    const most = density.reduce((a, b) => Math.max(a, b), 0);
    context.fillStyle = colour;
    for (let e = 0; e < density.length; e++) {
      const share = Math.sqrt(density[e] / most);
      if (share < 0.02) continue;
      context.globalAlpha = 0.45 * share;
      context.fillRect((e % GRID) * cell, SIDE - (Math.floor(e / GRID) + 1) * cell, cell + 0.5, cell + 0.5);
    }
    context.globalAlpha = 1;
  };

  /** Computes the flow, and again if something changed meanwhile; never two at once. */
  const solve = async () => {
    if (busy) {
      stale = true;
      return;
    }
    busy = true;
    place.state("solving");
    const asked = plane;
    await attempt(
      async () => {
        flow = await place.runtime.run("plane", asked, { owner });
        if (!dragging) time.follow(time.t === 0 ? 1 : time.t);
        draw(time.t);
        showLadder(flow);
        const milliseconds = Math.round(flow.milliseconds);
        status.textContent = `${flow.nfe} evaluations of the exact velocity for ${flow.labels.length} points · ${milliseconds} ms`;
        if (!stale) place.state("done", { ...asked, flow });
      },
      { place, status },
    );
    busy = false;
    if (stale) {
      stale = false;
      void solve();
    }
  };
  const change = (changed: Partial<Plane>) => {
    plane = { ...plane, ...changed };
    arrange();
    void solve();
  };

  const bars = (["cost", "action", "bound"] as const).map((name) => {
    const bar = el("div", { class: "play-bar" });
    const value = el("output", {});
    return { name, bar, value };
  });
  const showLadder = (found: PlaneFlow) => {
    const finite = Math.max(found.action, Number.isFinite(found.bound) ? found.bound : 0, 1);
    for (const { name, bar, value } of bars) {
      const amount = found[name];
      value.textContent = Number.isFinite(amount) ? amount.toFixed(1) : "∞";
      bar.style.width = `${Math.min(100, (100 * amount) / finite)}%`;
    }
  };

  // Handles: the middles of the modes, and the ends of the pairs.
  let dragging = false;
  const surface = el("div", { class: "play-square" }, canvas);
  const handle = (
    name: string,
    kind: string,
    moved: (to: XY) => void,
    at: () => XY,
    key?: (by: XY) => void,
  ) => {
    const made = el("button", {
      type: "button",
      class: `play-handle ${kind}`,
      "aria-label": name,
      title: name,
    });
    const toPoint = ({ clientX, clientY }: PointerEvent): XY => {
      const box = surface.getBoundingClientRect();
      const within = (share: number) => Math.min(0.985, Math.max(0.015, share));
      const side = range.to - range.from;
      return [
        range.from + within((clientX - box.left) / box.width) * side,
        range.to - within((clientY - box.top) / box.height) * side,
      ];
    };
    made.addEventListener("pointerdown", (event) => {
      made.setPointerCapture(event.pointerId);
      dragging = true;
    });
    made.addEventListener("pointermove", (event) => {
      if (made.hasPointerCapture(event.pointerId)) moved(toPoint(event));
    });
    const end = () => {
      dragging = false;
    };
    made.addEventListener("pointerup", end);
    made.addEventListener("pointercancel", end);
    made.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 1 : 0.25;
      const by: Record<string, XY> = {
        ArrowLeft: [-step, 0],
        ArrowRight: [step, 0],
        ArrowUp: [0, step],
        ArrowDown: [0, -step],
      };
      if (!by[event.key]) return;
      event.preventDefault();
      const [dx, dy] = by[event.key];
      if (key) key([dx, dy]);
      else moved([at()[0] + dx, at()[1] + dy]);
    });
    surface.append(made);
    return { made, at };
  };
  const put = (list: readonly XY[], k: number, to: XY) =>
    list.map((point, i): XY => (i === k ? [limited(to[0]), limited(to[1])] : point));
  const limited = (value: number) => Math.min(range.to - 0.3, Math.max(range.from + 0.3, value));
  /** Joins base mode i to data mode j; the base mode that had j takes i's, so that both marginals stay. */
  const join = (i: number, j: number) => {
    const other = plane.partner.indexOf(j);
    if (other === i) return;
    const partner = [...plane.partner];
    [partner[i], partner[other]] = [partner[other], partner[i]];
    preset.set(presetOf({ ...plane, partner }));
    change({ partner });
  };
  const nearestData = ([x, y]: XY) => {
    const distances = plane.data.map(([a, b]) => Math.hypot(a - x, b - y));
    return distances.indexOf(Math.min(...distances));
  };
  const places = ["lower", "middle", "upper"];
  const ends = ["lower left", "right", "upper left"];
  const plugAt = (i: number): XY => {
    const [a, b] = [plane.base[i], plane.data[plane.partner[i]]];
    return [b[0] + 0.2 * (a[0] - b[0]), b[1] + 0.2 * (a[1] - b[1])];
  };
  const handles = [
    ...places.map((name, k) =>
      handle(
        `Base mode, ${name}: drag, or arrow keys`,
        "base",
        (to) => change({ base: put(plane.base, k, to) }),
        () => plane.base[k],
      ),
    ),
    ...ends.map((name, k) =>
      handle(
        `Data mode, ${name}: drag, or arrow keys`,
        "data",
        (to) => change({ data: put(plane.data, k, to) }),
        () => plane.data[k],
      ),
    ),
  ];
  const plugs = places.map((name, k) =>
    handle(
      `Pairs of the ${name} base mode: drag to another data mode, or arrow keys`,
      "plug",
      (to) => join(k, nearestData(to)),
      () => plugAt(k),
      ([dx, dy]) => join(k, (plane.partner[k] + (dx + dy > 0 ? 1 : 2)) % 3),
    ),
  );
  const arrange = () => {
    for (const { made, at } of [...handles, ...plugs]) {
      const [x, y] = at();
      made.style.left = `${(100 * px(x)) / SIDE}%`;
      made.style.top = `${(100 * py(y)) / SIDE}%`;
    }
    plugs.forEach(({ made }, k) => {
      made.hidden = plane.free === 10;
      made.style.setProperty("--mode", colours[plane.partner[k]]);
    });
    handles.slice(3).forEach(({ made }, k) => {
      made.style.setProperty("--mode", colours[k]);
    });
    free.set(plane.free);
  };

  const presets: Readonly<Record<string, Partial<Plane>>> = {
    independent: { free: 10, partner: [0, 1, 2] },
    matched: { free: 0, partner: [0, 1, 2] },
    shifted: { free: 0, partner: [1, 2, 0] },
  };
  const presetOf = ({ free: share, partner }: Plane): string =>
    Object.entries(presets).find(
      ([, { free: wanted, partner: order }]) =>
        wanted === share && (share === 10 || partner.join() === order!.join()),
    )?.[0] ?? "";
  const preset = segments(
    "Coupling",
    [
      { value: "independent", text: "Independent", hint: "Any base mode with any data mode" },
      { value: "matched", text: "Matched", hint: "Each base mode with a data mode that is near" },
      { value: "shifted", text: "Shifted", hint: "Each base mode with the next data mode: a bad choice" },
    ],
    (name) => {
      change(presets[name]);
      if (!dragging) time.play();
    },
  );
  const free = slider({
    label: "Share of independent pairs",
    min: 0,
    max: 10,
    step: 1,
    value: plane.free,
    text: (value) => `${value * 10} %`,
    onInput(value) {
      preset.set(presetOf({ ...plane, free: value }));
      change({ free: value });
    },
  });
  const epsilon = slider({
    label: "ε, noise of the SDE",
    min: 0,
    max: 2,
    step: 0.1,
    value: 0,
    text: (value) => (value === 0 ? "0: the flow" : `${value}`),
    onInput: (value) => change({ epsilon: value }),
  });
  const toggle = (text: string, on: (checked: boolean) => void) => {
    const input = el("input", { type: "checkbox" });
    input.addEventListener("change", () => on(input.checked));
    return el("label", { class: "play-check" }, input, text);
  };
  const names = (record: object) => Object.keys(record).map((value) => ({ value, text: value }));
  const schedule = choice("α, β", names(schedules), (value) => change({ schedule: value }));
  const latent = choice("γ", names(latents), (value) => change({ latent: value }));
  const time = timeline(["base", "data"], draw, 2200);

  const element = el(
    "div",
    { class: "play" },
    el("div", { class: "play-stage" }, surface, time.element, status),
    el(
      "div",
      { class: "play-side" },
      preset.element,
      free.element,
      toggle("The velocity sees the data mode", (labelled) => change({ labelled })),
      toggle("Densities", (densities) => change({ densities })),
      el(
        "div",
        { class: "play-ladder", role: "group", "aria-label": "cost ≤ action ≤ bound" },
        ...bars.flatMap(({ name, bar, value }) => [
          el("span", {}, name === "bound" ? name : `${name} ≤`),
          el("div", { class: "play-bar-track" }, bar),
          value,
        ]),
      ),
      el("div", { class: "play-pair" }, schedule.element, latent.element),
      epsilon.element,
      el(
        "div",
        { class: "play-buttons" },
        button("Other points", () => change({ seed: plane.seed + 1 })),
        button("Reset", () => {
          preset.set("independent");
          change(planeAtFirst);
        }),
      ),
    ),
  );
  arrange();
  await solve();
  time.play();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(time.t));
  return element;
}

/** Where point i is, at a fraction of the way through the states. */
function pointAt({ states }: PlaneFlow, i: number, at: number): XY {
  const k = Math.min(states.length - 1, Math.floor(at + 1e-9));
  const share = Math.min(1, Math.max(0, at - k));
  const [a, b] = [states[k], states[Math.min(states.length - 1, k + 1)]];
  return [a[2 * i] + share * (b[2 * i] - a[2 * i]), a[2 * i + 1] + share * (b[2 * i + 1] - a[2 * i + 1])];
}
