/**
 * `require` for cells, by which `import name from "package"` gives the whole of a package that was compiled
 * from a module without a default export, such as danfojs. TypeScript, too, takes it for that.
 */
export function withDefaults(require: NodeJS.Require): NodeJS.Require {
  const views = new WeakMap<object, object>();
  const viewOf = (whole: object) => {
    const view = views.get(whole) ?? new Proxy(whole, wholeAsDefault);
    views.set(whole, view);
    return view;
  };
  return Object.assign((id: string) => {
    const found: unknown = require(id);
    return isPackage(id) && lacksDefault(found) ? viewOf(found) : found;
  }, require);
}

const isPackage = (id: string) => !/^(?:[./]|node:|[a-z]:\\)/i.test(id);

const lacksDefault = (found: unknown): found is object =>
  typeof found === "object" && found !== null && "__esModule" in found && !("default" in found);

const wholeAsDefault: ProxyHandler<object> = {
  get: (whole, name) => (name === "default" ? whole : Reflect.get(whole, name)),
};
