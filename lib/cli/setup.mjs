// Makes sure that this project's packages are installed as package-lock.json says. Plain JavaScript without
// packages, since it runs before there are any. Says nothing when there is nothing to do.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const leastNode = [20, 19];

checkNode();
const reason = whyInstall();
if (reason) install(reason);

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  fail(
    `Node.js ${leastNode.join(".")} or later is needed, and this is ${process.version}. ` +
      "See https://nodejs.org.",
  );
}

/** Why packages must be installed, or nothing. npm writes its list of what is installed last of all. */
function whyInstall() {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (!wanted) fail("package-lock.json is missing or damaged. Restore it from version control.");
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (!installed) return "no packages are installed yet";
  for (const [path, { version, optional, link, inBundle }] of Object.entries(wanted)) {
    // Optional packages may not exist for this machine.
    if (path === "" || optional || link || inBundle) continue;
    if (installed[path]?.version !== version)
      return `${path.replace(/^.*node_modules\//, "")} is not at ${version}`;
    const isDirect = path.split("node_modules/").length === 2;
    if (isDirect && !existsSync(join(root, path))) return `${path} is missing`;
  }
  return undefined;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install(why) {
  const start = Date.now();
  console.log(`Installing packages with npm ci, since ${why}. This takes a minute or two, once.`);
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { npm_execpath: npm } = process.env;
  // Within `npm run`, npm names its own script; elsewhere Windows starts npm only through a shell.
  const result =
    npm && /\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
      : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (result.error)
    fail(`npm could not be started (${result.error.message}). Is it installed beside Node.js?`);
  if (result.signal) process.exit(130);
  if (result.status !== 0) {
    fail(
      "npm ci failed; its message is above. Check the network and the free disk space, " +
        "then run the command again.",
    );
  }
  console.log(`Installed in ${Math.round((Date.now() - start) / 1000)} s.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
