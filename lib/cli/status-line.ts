/** Where a command tells how far it is. */
export interface StatusLine {
  /** Sets the line about what goes on now. */
  update(text: string): void;
  /** Prints a line that stays. */
  print(text: string): void;
  /** Ends the line about what goes on. */
  close(): void;
}

/** The part of a terminal, or a file in its place, that is written to. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * On a terminal one line that is rewritten in place, four times a second at most; elsewhere, as in the log of a
 * continuous-integration job, a line every `seconds`, and only when there is news.
 */
export function statusLine(terminal: Terminal, seconds = 5): StatusLine {
  return terminal.isTTY ? inPlace(terminal) : lineByLine(terminal, seconds * 1000);
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

/** Calls `draw` with the latest text, but not more often than every `interval` milliseconds. */
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
