#!/usr/bin/env node
// The command `interpolants`. In a clone of the project it runs its source, and installs packages where some
// are missing; in the installed package it runs what was built.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("interpolants.ts", import.meta.url));
if (existsSync(source)) {
  await import(new URL("setup.mjs", import.meta.url).href);
  await import("tsx");
  await import(new URL("interpolants.ts", import.meta.url).href);
} else {
  await import(new URL("../../dist/esm/cli/interpolants.mjs", import.meta.url).href);
}
