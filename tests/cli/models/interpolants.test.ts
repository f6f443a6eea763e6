import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { savePngs } from "../../../lib/data";
import { loadSafetensors } from "../../../lib/formats";
import { rng } from "../../../lib/random";
import { commandIn } from "./command";

// The command as people use it: in processes of its own, in a folder of theirs.

const { folder, at, begin, run, json, remove } = commandIn("interpolants");
afterAll(remove);

beforeAll(() => {
  const random = rng("rows");
  const rows = Array.from({ length: 200 }, (_, k) => {
    const a = random.normal();
    const gap = k % 5 === 0;
    return `${k},${a.toFixed(3)},${gap ? "" : (2 * a + 0.1 * random.normal()).toFixed(3)},${a > 0 ? "up" : "down"}`;
  });
  writeFileSync(at("rows.csv"), `id,a,b,side\n${rows.join("\n")}\n`);
  writeFileSync(at("options.yaml"), "ignore: [id]\nsteps: 300\nwidth: 32\nbatch: 64\n");
  const images = rng("images").normals([20, 16, 16, 3]);
  savePngs(at("photos"), images);
});

describe("a table", () => {
  it("is learned from, filled in, measured and exported; a finished model is left alone", async () => {
    const first = await run("train", "rows.csv", "--config", "options.yaml", "--steps", "400");
    expect(first.err).toMatch(/a +numeric\n.*b +numeric, 40 missing\n.*side +categorical of 2/);
    expect(first.err).toMatch(/Trained rows-table in .*: loss [\d.]+\.\nNext:\n.*evaluate rows-table/);
    expect(first.code).toBe(0);
    const config = json("rows-table", "config.json");
    expect(config).toMatchObject({ task: "table", steps: 400, width: 32, ignore: ["id"] });
    const record = json("rows-table", "record.json");
    expect(record).toMatchObject({ status: "finished", steps: 400, data: { train: 160, test: 40 } });
    expect(record.data.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(record.loss.last).toBeLessThan(record.loss.first);
    expect(readFileSync(at("rows-table", "losses.csv"), "utf8").trim().split("\n").length).toBe(401);
    expect(existsSync(at("rows-table", "checkpoint.safetensors"))).toBe(false);
    expect(readFileSync(at("rows-table", "data-card.md"), "utf8")).toContain("### rows");

    const weights = readFileSync(at("rows-table", "model.safetensors"));
    const again = await run("train", "--config", at("rows-table", "config.json"));
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining("nothing to do") });
    const other = await run("train", "rows.csv", "--config", "options.yaml");
    expect(other.code).toBe(2);
    expect(other.err.trim()).toMatch(
      /^interpolants: rows-table holds a model.*steps is 400 there and 300 here\. Choose another --out.*$/,
    );
    expect(readFileSync(at("rows-table", "model.safetensors")).equals(weights)).toBe(true);

    writeFileSync(at("gaps.csv"), "side,a,b,note\nup,1.500,,x\n,-1.500,-3.000,y\nup,1.000,950,z\n");
    const sampled = await run("sample", "rows-table", "--input", "gaps.csv", "--out", "-", "--draws", "2");
    const lines = sampled.out.trim().split("\n");
    expect(lines[0]).toBe("side,a,b,note,draw");
    expect(lines.slice(1).map((line) => line.replace(/-?\d+\.\d{4,}/, "…"))).toEqual([
      "up,1.500,…,x,1",
      "up,1.500,…,x,2",
      "down,-1.500,-3.000,y,1",
      "down,-1.500,-3.000,y,2",
      "up,1.000,950,z,1",
      "up,1.000,950,z,2",
    ]);
    expect(sampled.err).toMatch(
      /note: b=950 in row 3 is far outside the range seen in training, -\d\.\d+ to \d\.\d+: .*extrapolation\.\n/,
    );
    expect(sampled.err.match(/note: /g)).toHaveLength(1);
    for (const line of lines.slice(1, 3)) expect(Math.abs(Number(line.split(",")[2]) - 3)).toBeLessThan(2);
    const given = await run(
      "sample",
      "rows-table",
      "--given",
      "side=down",
      "--count",
      "6",
      "--out",
      "drawn.csv",
    );
    expect(given.code).toBe(0);
    const drawn = readFileSync(at("drawn.csv"), "utf8").trim().split("\n").slice(1);
    expect(drawn.map((line) => line.split(",")[0])).toEqual(Array(6).fill("down"));
    const mean = drawn.reduce((sum, line) => sum + Number(line.split(",")[1]) / 6, 0);
    expect(mean).toBeLessThan(0);

    const measured = await run("evaluate", "rows-table", "--tolerance", "0.02");
    expect(measured.out).toMatch(/squared error of hidden cells.*5 nearest rows [\d.]+, column means [\d.]+/);
    const { measures, samples } = json("rows-table", "evaluation.json");
    expect(samples).toBe(40);
    const [error] = measures;
    expect(error.low <= error.value && error.value <= error.high).toBe(true);
    expect(error.value).toBeLessThan(error.beside["column means"]);
    const fewer = await run("evaluate", "rows-table", "--count", "10", "--tolerance", "0.02");
    expect(fewer).toMatchObject({ code: 2, err: expect.stringContaining("nothing was measured") });
    expect(json("rows-table", "evaluation.json").samples).toBe(40);

    const exported = await run("export", "rows-table");
    expect(exported).toMatchObject({ code: 0, err: expect.stringContaining("x [n, 3], t [n]") });
    expect(json("rows-table", "model.onnx.json").columns.length).toBe(3);
  }, 240_000);

  const long = ["--ignore", "id", "--steps", "1500", "--width", "64", "--batch", "64"];

  it("goes on after it was killed, and ends as if it had not been", async () => {
    const whole = run("train", "rows.csv", ...long, "--out", "whole");
    const killed = begin("train", "rows.csv", ...long, "--out", "killed", "--checkpoint-every", "0.05");
    while (!existsSync(at("killed", "checkpoint.safetensors"))) await sleep(20);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(at("killed", "model.safetensors"))).toBe(false);
    const unready = await run("sample", "killed");
    expect(unready).toMatchObject({ code: 1, err: expect.stringContaining("Its training was interrupted") });
    const other = await run("train", "rows.csv", ...long, "--seed", "1", "--out", "killed");
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining("seed is 0 there and 1 here") });

    const resumed = await run("train", "rows.csv", ...long, "--out", "killed");
    expect(resumed.err).toMatch(/resumed at step \d+\n/);
    expect(json("killed", "record.json").resumedAt).toBeGreaterThan(0);
    await whole;
    const files = ["whole", "killed"].map((out) => readFileSync(at(out, "model.safetensors")));
    expect(files[1].equals(files[0])).toBe(true);
    expect(readdirSync(at("killed")).filter((name) => name.startsWith("checkpoint"))).toEqual([]);
    const losses = ["whole", "killed"].map((out) => readFileSync(at(out, "losses.csv"), "utf8"));
    expect(losses[1]).toBe(losses[0]);
  }, 240_000);

  it("is saved when it is interrupted", async () => {
    const { child, ended } = begin("train", "rows.csv", ...long, "--steps", "100000", "--out", "stopped");
    let progress = "";
    child.stderr.on("data", (chunk) => {
      progress += chunk;
    });
    while (!/training: \d+\/100000/.test(progress)) await sleep(20);
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toMatch(/Stopped\. The same command goes on where it was\.\n$/);
    expect(existsSync(at("stopped", "checkpoint.safetensors"))).toBe(true);
  }, 120_000);

  it("goes on under another learning rate as a branch, in a folder of its own", async () => {
    const slower = ["train", "rows.csv", ...long, "--learning-rate", "0.001"];
    const refused = await run(...slower, "--steps", "100000", "--out", "stopped");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("learning-rate is 0.003 there and 0.001 here");
    expect(refused.err).toContain("--branch-from stopped goes on from where it stood");

    const { metadata } = loadSafetensors(at("stopped", "checkpoint.safetensors"));
    const steps = `${Number(metadata.step) + 20}`;
    const branch = await run(...slower, "--steps", steps, "--branch-from", "stopped", "--out", "branch");
    expect(branch.err).toContain(`from step ${metadata.step} on: `);
    expect(branch.err).toMatch(/learningRate is 0\.003 there and 0\.001 here/);
    expect(branch.code).toBe(0);
    expect(json("branch", "config.json")).toMatchObject({
      "learning-rate": 0.001,
      "branch-from": at("stopped"),
    });
    expect(json("branch", "record.json").branch.step).toBe(Number(metadata.step));
    const [of, losses] = ["stopped", "branch"].map((name) => at(name, "losses.csv"));
    expect(existsSync(of)).toBe(false);
    expect(readFileSync(losses, "utf8").trim().split("\n")).toHaveLength(Number(steps) + 1);

    const none = await run(...slower, "--branch-from", "branch", "--out", "nowhere");
    expect(none).toMatchObject({
      code: 2,
      err: expect.stringContaining('"branch", where a training is finished'),
    });
  }, 240_000);

  it("says what to do where the loss is not finite any more", async () => {
    const wild = [
      "--steps",
      "300",
      "--learning-rate",
      "1e30",
      "--checkpoint-every",
      "0.001",
      "--out",
      "wild",
    ];
    const { code, err } = await run("train", "rows.csv", "--ignore", "id", ...wild);
    expect(code).toBe(1);
    expect(err).toMatch(
      / not finite .*the last good checkpoint is .* at step \d+\)\. Try a lower --learning-rate/,
    );
    expect(err).toMatch(/with --branch-from wild and another --out it goes on from step \d+\.\n$/);
  }, 120_000);
});

describe("images", () => {
  it("have their holes filled, and their known pixels kept", async () => {
    const trained = await run(
      "train",
      "photos",
      "--size",
      "16",
      "--width",
      "8",
      "--steps",
      "3",
      "--apart",
      "0",
    );
    expect(trained.err).toContain("images of 16 × 16 × 3, 16 for training, 4 held out");
    expect(trained.code).toBe(0);
    const mask = ndarray([1, 16, 16, 1], new Float32Array(256).fill(-1));
    for (let y = 4; y < 9; y++) mask.data.fill(1, 16 * y + 2, 16 * y + 7);
    savePngs(folder, mask, { names: ["mask"] });
    const options = [
      "--mask",
      "mask.png",
      "--solver",
      "euler",
      "--steps",
      "2",
      "--draws",
      "2",
      "--out",
      "filled",
    ];
    const sampled = await run("sample", "photos-in-painting", "--input", "photos/0003.png", ...options);
    expect(sampled).toMatchObject({ code: 0, err: expect.stringContaining("2 images in filled") });
    const pixels = (path: string) => decode(readFileSync(at(path))).data;
    const [photo, one, two] = ["photos/0003.png", "filled/0003-draw-1.png", "filled/0003-draw-2.png"].map(
      pixels,
    );
    let changed = 0;
    photo.forEach((value, e) => {
      const [y, x] = [Math.floor(e / 48), Math.floor(e / 3) % 16];
      const inside = y >= 4 && y < 9 && x >= 2 && x < 7;
      if (inside && one[e] !== two[e]) changed++;
      if (!inside) expect([one[e], two[e]]).toEqual([value, value]);
    });
    expect(changed).toBeGreaterThan(50);
    expect(existsSync(at("filled", "sheet.png"))).toBe(true);
    expect(json("filled", "samples.json")).toMatchObject({ solver: "euler", steps: 2, seed: 0, nfe: 2 });
    const taken = await run("sample", "photos-in-painting", "--out", "filled");
    expect(taken).toMatchObject({
      code: 2,
      err: expect.stringContaining("There is something in filled already"),
    });
  }, 180_000);
});

describe("a wrong call", () => {
  it("ends with a code and one sentence", async () => {
    const calls = [
      [["trian"], 2, 'There is no command "trian". Did you mean train?'],
      [
        ["train", "photos", "--epochs", "3"],
        2,
        "There is no option --epochs: say by --steps how many batches",
      ],
      [["train", "photos", "--stepps", "3"], 2, "There is no option --stepps. Did you mean --steps?"],
      [
        ["sample"],
        2,
        "Expected one model, but received none. As in: interpolants sample photos-in-painting.",
      ],
      [["sample", "emoji-32-inpaintin"], 2, 'Did you mean "emoji-32-inpainting"?'],
      [["sample", "photos-in-painting", "--class", "cat"], 2, "--class is not for in-painting"],
      [
        ["export", "emoji-32-inpainting", "--batch", "0"],
        2,
        "Expected any or a whole number above 0 as --batch",
      ],
    ] as const;
    for (const [args, code, message] of calls) {
      const ended = await run(...args);
      expect({ args, code: ended.code }).toEqual({ args, code });
      expect(ended.err).toContain(message);
      expect(ended.err.trim().split("\n").length).toBe(1);
    }
  });

  it("is not one that asks for help", async () => {
    const [all, one, version] = await Promise.all([run(), run("train", "--help"), run("--version")]);
    const { version: stated } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(version).toMatchObject({ code: 0, err: "", out: `${stated}\n` });
    expect(all).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("interpolants sample MODEL"),
    });
    expect(one).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("--checkpoint-every SECONDS"),
    });
    for (const line of `${all.out}\n${one.out}`.split("\n")) expect(line.length).toBeLessThan(111);
  });
});
