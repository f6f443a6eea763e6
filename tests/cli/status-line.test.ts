import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sharedLines, statusLine } from "../../lib/cli/status-line";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function terminal(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe("on a terminal", () => {
  it("rewrites one line, cut to the width, four times a second at most", () => {
    const screen = terminal(true);
    const line = statusLine(screen);
    for (let k = 0; k <= 100; k++) {
      line.update(`step ${k} of a hundred steps`);
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1000);
    expect(screen.written.length).toBeLessThanOrEqual(6);
    expect(screen.written.at(-1)).toBe("\r\u001b[Kstep 100 of a hund…");
    for (const text of screen.written) expect(text.length - "\r\u001b[K".length).toBeLessThan(20);
  });

  it("keeps printed lines apart from it", () => {
    const screen = terminal(true);
    const line = statusLine(screen);
    line.update("working");
    line.print("done");
    line.close();
    vi.advanceTimersByTime(1000);
    expect(screen.written.join("")).toBe("\r\u001b[Kdone\n\r\u001b[K");
  });
});

describe("elsewhere", () => {
  it("writes a line now and then, and only news", () => {
    const log = terminal(false);
    const line = statusLine(log, 5);
    for (let second = 0; second < 20; second++) {
      line.update(second < 12 ? `second ${second}` : "the same");
      vi.advanceTimersByTime(1000);
    }
    expect(log.written).toEqual(["second 0\n", "second 4\n", "second 9\n", "the same\n"]);
    line.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("works that go on at once", () => {
  it("share a line, in which each keeps its place until it ends", () => {
    const log = terminal(false);
    const [first, second] = sharedLines(statusLine(log, 5), 2);
    const shown = () => {
      vi.advanceTimersByTime(6000);
      return log.written.at(-1);
    };
    second.update("second at work");
    expect(shown()).toBe("second at work\n");
    first.update("first at work");
    expect(shown()).toBe("first at work | second at work\n");
    second.update("");
    expect(shown()).toBe("first at work\n");
    first.print("first done");
    first.update("");
    expect(shown()).toBe("first done\n");
  });
});
