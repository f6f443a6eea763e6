import { nearest, UsageError } from "../errors";

/** The options of `npm run notebook`. */
export interface NotebookOptions {
  readonly help: boolean;
  readonly list: boolean;
  /** Copies to write back to notebooks/. */
  readonly bringBack: readonly string[];
  readonly force: boolean;
  /** All else, which is for JupyterLab. */
  readonly lab: readonly string[];
}

export const notebookHelp = `Opens the notebooks in JupyterLab, on a TypeScript kernel.

npm run notebook -- [options] [NOTEBOOK] [options of jupyter lab]

  NOTEBOOK           the one to open, by number or name, as in npm run notebook -- 02
  --list             the notebooks in work/, and which of them were edited
  --bring-back LIST  write edited copies back to notebooks/, as in --bring-back 02,04
  --force            with --bring-back: also where the original has changed since it was copied
  --help             this text

What you open are copies in work/, which git ignores: edit and run them as you like. A copy that you have not
edited follows its original in notebooks/; an edited one stays as it is. Notebooks of your own may lie in
work/ as well. All run in this folder, so that "./lib" is the library. To run one without JupyterLab:

npm run reproduce -- work/02-inpainting.ipynb

Options of JupyterLab, such as --no-browser or --port 8889, are passed on; jupyter lab --help lists them.`;

const own = ["help", "list", "bring-back", "force"];

/**
 * Parses the command line; what is not of this command is left for JupyterLab.
 * @throws a one-line error for an option that looks like a mistyped one of these, and for --force or
 *   --bring-back alone.
 */
export function parseNotebookOptions(args: readonly string[]): NotebookOptions {
  const lab: string[] = [];
  const bringBack: string[] = [];
  const flags = { help: false, list: false, force: false };
  for (let k = 0; k < args.length; k++) {
    const [option, value] = args[k].split(/=(.*)/s, 2);
    const name = option === "-h" ? "help" : option.replace(/^--/, "");
    if (option === "--bring-back") {
      const list = value ?? args[++k] ?? "";
      const names = list.split(",").map((one) => one.trim());
      if (list.startsWith("-") || names.includes("")) {
        throw new UsageError("Say which notebooks after --bring-back, as in --bring-back 02.");
      }
      bringBack.push(...names);
    } else if (option.startsWith("-") && name in flags && value === undefined) {
      flags[name as keyof typeof flags] = true;
    } else {
      const near = option.startsWith("--") && value === undefined && nearest(name, own);
      if (near) throw new UsageError(`There is no option ${option}. Did you mean --${near}?`);
      lab.push(args[k]);
    }
  }
  if (flags.force && bringBack.length === 0) throw new UsageError("--force belongs to --bring-back.");
  return { ...flags, bringBack, lab };
}
