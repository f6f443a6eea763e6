import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = [
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
  ...["microsoft-edge", "microsoft-edge-stable", "msedge"],
];

const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/**
 * The program of Chromium, Chrome or Edge: the one that CHROME_PATH names, else the first of their usual
 * names on the PATH, else where they are usually installed; nothing when there is none.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROME_PATH) return existsSync(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  const windows = process.platform === "win32";
  const onPath = names.flatMap((name) =>
    (env.PATH ?? "").split(delimiter).map((folder) => join(folder, windows ? `${name}.exe` : name)),
  );
  const programs = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].flatMap((folder) =>
    folder
      ? [
          join(folder, "Google/Chrome/Application/chrome.exe"),
          join(folder, "Microsoft/Edge/Application/msedge.exe"),
        ]
      : [],
  );
  const usual = windows ? programs : process.platform === "darwin" ? macApplications : [];
  return [...onPath, ...usual].find((file) => existsSync(file));
}
