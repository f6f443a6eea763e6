// Loaded into a notebook's process before anything else: tsx, in less time than by `--import tsx`. Plain
// CommonJS, as there is no compiler yet.

const Module = require("node:module");
const { pathToFileURL } = require("node:url");

const loadAsItIs = Module._extensions[".js"];
require("tsx/cjs");

// In these packages and what they use there is nothing to compile. tsx would look for it in a thousand files,
// and Node would read the map of tfjs's sources, which is larger than tfjs.
const plain = /[\\/]node_modules[\\/](?:@tensorflow|jsdom)[\\/]/;
const loadedAsTheyAre = new WeakSet();
const load = Module._extensions[".js"];
Module._extensions[".js"] = (module, file) => {
  if (!plain.test(file) && !loadedAsTheyAre.has(module.parent)) return load(module, file);
  loadedAsTheyAre.add(module);
  process.setSourceMapsEnabled(false);
  try {
    return loadAsItIs(module, file);
  } catch (error) {
    // Some versions of Node can't require an ES module.
    if (error?.code !== "ERR_REQUIRE_ESM") throw error;
    return load(module, file);
  } finally {
    process.setSourceMapsEnabled(true);
  }
};

// What `import()` needs of tsx runs in a thread of its own, so that it is started for the first module that
// may import a file in this way. A package is found without it.
const compile = Module.prototype._compile;
Module.prototype._compile = function (code, file, ...rest) {
  if (/\bimport\(\s*(?!["'][@\w])/.test(code) && !/[\\/]node_modules[\\/]/.test(file)) {
    Module.prototype._compile = compile;
    Module.register(pathToFileURL(require.resolve("tsx/esm")), { data: true });
  }
  return compile.call(this, code, file, ...rest);
};
