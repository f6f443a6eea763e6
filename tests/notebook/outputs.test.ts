import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openAside } from "../../lib/files/aside";
import { cellLimits } from "../../lib/notebook/runner/limits";
import { OutputList } from "../../lib/notebook/runner/outputs";

const megabyte = "x".repeat(1_000_000);
const stream = (name: "stdout" | "stderr", text: string) => ({ type: "stream", name, text }) as const;
const display = (data: Readonly<Record<string, unknown>>, displayId?: string, update = false) =>
  ({ type: "display", data, metadata: {}, displayId, update }) as const;
const sizeOf = (list: OutputList) => JSON.stringify(list.outputs).length;

describe("the outputs of a cell", () => {
  it("keep a megabyte of what is printed, in however many pieces and streams", () => {
    const one = new OutputList();
    one.add(stream("stdout", megabyte + megabyte), 1);
    one.add(stream("stdout", "more"), 1);
    expect(one.outputs).toMatchObject([{ text: `${megabyte}\n[more was cut off]\n` }]);
    const many = new OutputList();
    for (let k = 0; k < 100; k++)
      many.add(stream(k % 2 === 0 ? "stdout" : "stderr", megabyte.slice(0, 30_000)), 1);
    expect(sizeOf(many)).toBeLessThan(1_010_000);
    expect(many.outputs.at(-1)).toMatchObject({ text: expect.stringMatching(/x\n\[more was cut off\]\n$/) });
  });

  it("keep just a megabyte whole", () => {
    const list = new OutputList();
    list.add(stream("stdout", megabyte), 1);
    expect(list.outputs).toMatchObject([{ text: megabyte }]);
    list.add(stream("stdout", ""), 1);
    list.add(stream("stderr", "e"), 1);
    expect(list.outputs).toMatchObject([{ text: megabyte }, { text: "\n[more was cut off]\n" }]);
  });

  it("leave out displays and results that no program could open", () => {
    const list = new OutputList();
    const huge = { "text/html": megabyte.repeat(15), "application/json": { text: megabyte.repeat(15) } };
    list.add(display(huge), 1);
    list.add({ type: "result", data: huge }, 1);
    const note = { "text/plain": "[An output of 30 MB was left out: 20 MB is the most that is kept.]" };
    expect(list.outputs).toMatchObject([{ data: note }, { data: note }]);
  });

  it("are 50 MB at most, all in all, and say so", () => {
    const list = new OutputList();
    for (let k = 0; k < 10; k++) list.add(display({ "text/html": megabyte.repeat(15) }, `${k}`), 1);
    for (let k = 0; k < 10; k++) {
      list.add({ type: "error", ename: "E", evalue: megabyte, traceback: Array(10).fill(megabyte) }, 1);
    }
    expect(sizeOf(list)).toBeLessThan(50_100_000);
    const text =
      "[An output of 15 MB was left out: 50 MB is the most that is kept of one cell, " +
      "as of what it shows after this.]";
    expect(list.outputs.slice(3)).toEqual([
      { output_type: "display_data", data: { "text/plain": text }, metadata: {} },
    ]);

    // What an update takes away leaves room.
    const updated = new OutputList();
    for (let k = 0; k < 10; k++) {
      updated.add(display({ "text/html": megabyte.repeat(15) }, "a", k > 0), 1);
      updated.add(display({ "text/plain": "" }, "a", true), 1);
    }
    updated.add(display({ "text/plain": "there" }), 1);
    expect(updated.outputs).toMatchObject([{ data: { "text/plain": "there" } }]);
  });

  it("don't grow beyond that by updates", () => {
    const list = new OutputList();
    for (let k = 0; k < 10; k++) list.add(display({ "text/plain": "small" }, `${k}`), 1);
    for (let k = 0; k < 10; k++) list.add(display({ "text/html": megabyte.repeat(15) }, `${k}`, true), 1);
    expect(sizeOf(list)).toBeLessThan(50_100_000);
    expect(list.outputs.slice(0, 3)).toMatchObject(
      Array(3).fill({ data: { "text/html": expect.any(String) } }),
    );
    expect(list.outputs[9]).toMatchObject({
      data: { "text/plain": expect.stringContaining("15 MB was left out") },
    });
    // What is replaced leaves room again.
    list.add(display({ "text/plain": "small" }, "0", true), 1);
    list.add(display({ "text/html": megabyte.repeat(15) }, "9", true), 1);
    expect(list.outputs[9]).toMatchObject({ data: { "text/html": megabyte.repeat(15) } });
  });

  it("share what a notebook may have with those of other cells", () => {
    const list = new OutputList(3_000_000);
    list.add(stream("stdout", megabyte), 1);
    list.add(display({ "text/html": megabyte }), 1);
    expect(list.length).toBe(2_000_000);
    list.add(display({ "text/html": megabyte + megabyte }), 1);
    list.add({ type: "error", ename: "E", evalue: "e", traceback: ["t"] }, 1);
    expect(list.outputs.slice(2)).toMatchObject([
      {
        data: {
          "text/plain": "[An output of 2 MB was left out: 300 MB is the most that is kept of one notebook.]",
        },
      },
      { output_type: "error", evalue: "e" },
    ]);
    list.add(stream("stdout", "more"), 1);
    expect(list.outputs.at(-1)).toMatchObject({ text: expect.stringContaining("[more was cut off]") });
  });

  it("are cut before they travel to the runner", () => {
    const limited = cellLimits();
    expect(limited(stream("stdout", megabyte.repeat(3)))).toEqual(stream("stdout", `${megabyte}x`));
    expect(limited(stream("stderr", "more"))).toBeUndefined();
    const kept = display({ "text/html": megabyte });
    expect(limited(kept)).toBe(kept);
    expect(limited(display({ "text/html": megabyte.repeat(500) }))).toMatchObject({
      data: { "text/plain": "[An output of 500 MB was left out: 20 MB is the most that is kept.]" },
    });
  });

  it("are updated in place, where they are", () => {
    const list = new OutputList();
    list.add(display({ "text/plain": "0" }, "a"), 1);
    expect(list.add(display({ "text/plain": "1" }, "a", true), 1)).toBe(true);
    expect(list.add(display({ "text/plain": "1" }, "b", true), 1)).toBe(false);
    expect(list.outputs).toMatchObject([{ data: { "text/plain": "1" } }]);
  });
});

describe("outputs that were set aside", () => {
  const folder = mkdtempSync(join(tmpdir(), "outputs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const filled = () => {
    const list = new OutputList();
    list.add(stream("stdout", "é → 中\n".repeat(3000)), 1);
    list.add(display({ "application/json": { y: [0.1, -0, 3e200], none: null } }, "a"), 1);
    list.add({ type: "result", data: { "text/plain": "4" } }, 1);
    return list;
  };

  it("are read again as they were, and can be added to and changed", () => {
    const aside = openAside(folder);
    const [kept, away] = [filled(), filled()];
    away.setAside(aside);
    expect(away.outputs).toStrictEqual(kept.outputs);
    expect(away.length).toBe(kept.length);
    const later = [
      stream("stdout", "later\n"),
      display({ "text/plain": "changed" }, "a", true),
      display({ "text/plain": "of another cell" }, "b", true),
    ];
    const told = later.map((output) => away.add(output, 1));
    expect(told).toEqual([true, true, false]);
    expect(later.map((output) => kept.add(output, 1))).toEqual(told);
    for (const list of [away, kept]) list.setAside(aside);
    expect(away.outputs).toStrictEqual(kept.outputs);
    expect(kept.outputs.map(({ output_type }) => output_type)).toEqual([
      "stream",
      "display_data",
      "execute_result",
      "stream",
    ]);
    expect(kept.outputs[1]).toMatchObject({ data: { "text/plain": "changed" } });
    aside.close();
  });

  it("say so where the disk doesn't give them back", () => {
    const aside = openAside(folder);
    const list = filled();
    list.setAside(aside);
    aside.close();
    const lost = { "text/plain": expect.stringMatching(/^\[What this cell had shown can't be read .*\]$/) };
    expect(list.outputs).toMatchObject([{ data: lost }]);
  });
});
