import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** "~/photos" → the folder in the user's home; what is relative starts from the working directory. */
export const folderPath = (path: string): string =>
  resolve(/^~(?=[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path);
