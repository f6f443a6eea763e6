import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A type error in a file of the project. Lines and columns count from 1. */
export interface FileTypeError {
  /** Relative to the project, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** With the compiler's code. */
  readonly message: string;
}

const most = 10;

/**
 * Checks the types of the project's files that cells import, in a process of its own at low priority: the
 * cells that import them don't wait, and run all the same.
 */
export class LibTypes {
  readonly #root: string;
  readonly #roots = new Set<string>();
  #known: ReadonlySet<string> = new Set();
  #report: (text: string) => void = () => {};
  #child: ChildProcess | undefined;
  #again = false;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Takes in that a cell imports `files`, and whether files were edited. Type errors that were not there
   * before are told to `report`, later.
   */
  update(files: readonly string[], edited: boolean, report: (text: string) => void): void {
    const before = this.#roots.size;
    for (const file of files) this.#roots.add(file);
    if (this.#roots.size === before && !(edited && before > 0)) return;
    this.#report = report;
    if (this.#child) this.#again = true;
    else this.#check();
  }

  close(): void {
    this.#child?.kill("SIGKILL");
  }

  #check(): void {
    this.#again = false;
    const child = fork(join(__dirname, "lib-types-process.ts"), [this.#root], {
      cwd: this.#root,
      // An interrupt of the process group is not for it.
      detached: true,
      execArgv: ["--import", `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child = child;
    child.unref();
    child.channel?.unref();
    child.once("message", (errors) => this.#tell(errors as readonly FileTypeError[]));
    child.once("error", () => {});
    child.once("close", () => {
      this.#child = undefined;
      if (this.#again) this.#check();
    });
    child.send([...this.#roots]);
  }

  #tell(errors: readonly FileTypeError[]): void {
    // An edit above an error moves it, and is no reason to tell it again.
    const key = ({ file, message }: FileTypeError) => `${file}: ${message}`;
    const news = errors.filter((error) => !this.#known.has(key(error)));
    this.#known = new Set(errors.map(key));
    if (news.length === 0) return;
    const lines = news
      .slice(0, most)
      .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}\n`);
    if (news.length > most) lines.push(`… and ${news.length - most} more type errors.\n`);
    this.#report(lines.join(""));
  }
}
