/** Where a command shows its progress. */
export interface StatusLine {
  /** Sets the status line. */
  update(text: string): void;
  /** Prints a permanent line. */
  print(text: string): void;
  /** Removes the status line. */
  close(): void;
}

/** The part of a terminal, or of a file in its place, that is used here. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * On a terminal, one line that is rewritten in place, at most four times a second; elsewhere, as in a CI
 * job's log, a new line at most every `seconds`, and only when it changed.
 */
export function statusLine(terminal: Terminal, seconds = 5): StatusLine {
  return terminal.isTTY ? inPlace(terminal) : lineByLine(terminal, seconds * 1000);
}

/** Lines for `count` works that go on at once, shown side by side in one line. */
export function sharedLines(line: StatusLine, count: number): StatusLine[] {
  const texts = Array.from({ length: count }, () => "");
  return texts.map((_, k) => ({
    ...line,
    update(text: string) {
      texts[k] = text;
      const shown = texts.filter((one) => one !== "").join(" | ");
      if (shown !== "") line.update(shown);
    },
  }));
}

function inPlace(terminal: Terminal): StatusLine {
  const clear = "\r\u001b[K";
  const draw = paced(250, (text) => {
    const columns = terminal.columns || 80;
    terminal.write(clear + (text.length < columns ? text : `${text.slice(0, columns - 2)}…`));
  });
  return {
    update: draw.next,
    print(text) {
      draw.drop();
      terminal.write(`${clear}${text}\n`);
    },
    close() {
      draw.drop();
      terminal.write(clear);
    },
  };
}

function lineByLine(terminal: Terminal, interval: number): StatusLine {
  let written = "";
  const draw = paced(interval, (text) => {
    if (text !== written) terminal.write(`${text}\n`);
    written = text;
  });
  return {
    update: draw.next,
    print(text) {
      draw.drop();
      terminal.write(`${text}\n`);
    },
    close: draw.drop,
  };
}

/** Calls `draw` with the latest text, at most every `interval` milliseconds. */
function paced(interval: number, draw: (text: string) => void) {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let latest = "";
  const now = () => {
    timer = undefined;
    drawnAt = performance.now();
    draw(latest);
  };
  return {
    next(text: string) {
      latest = text;
      timer ??= setTimeout(now, Math.max(0, drawnAt + interval - performance.now()));
    },
    drop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
