type Value = (...input: unknown[]) => unknown;

/**
 * What libraries load with themselves although it is seldom used. Called before such a library is imported, it puts a stand
 * in the place of a file or package that `require` finds; the first use of the stand loads what it stands for.
 */
export function loadOnUse(require: NodeJS.Require, id: string): void {
  const path = require.resolve(id);
  if (require.cache[path]) return;
  const real = () => {
    if (require.cache[path] === module) delete require.cache[path];
    return require(path) as Value;
  };
  const exports = new Proxy<Value>(() => undefined, {
    apply: (_stand, self, input) => Reflect.apply(real(), self, input),
    get: (_stand, name) => Reflect.get(real(), name) as unknown,
  });
  const module = { id: path, filename: path, path, loaded: true, exports } as unknown as NodeJS.Module;
  require.cache[path] = module;
}
