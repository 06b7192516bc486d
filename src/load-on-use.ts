import { createRequire } from 'node:module';

type Value = (...input: unknown[]) => unknown;

/** A file or package that a library loads with itself although it is seldom used. */
export interface UnneededPart {
  /** The library, after those through which it is found: `['express', 'body-parser']`. */
  of: readonly string[];
  /** As the library requires it. */
  id: string;
}

/** What `require` means within a package that is found through others. */
export function requireOf(require: NodeJS.Require, packages: readonly string[]): NodeJS.Require {
  return packages.reduce((outer, name) => createRequire(outer.resolve(name)), require);
}

/**
 * Called before the library is imported, puts a stand in the place of a part that `require` finds; the first use of the
 * stand loads what it stands for. A bundle has the stands in it (`scripts/bundle/`).
 */
export function loadOnUse(require: NodeJS.Require, id: string): void {
  const path = require.resolve(id);
  if (require.cache[path]) return;
  const exports = standFor(() => {
    if (require.cache[path] === module) delete require.cache[path];
    return require(path);
  });
  const module = { id: path, filename: path, path, loaded: true, exports } as unknown as NodeJS.Module;
  require.cache[path] = module;
}

/**
 * Behaves as what `real` returns, a function or an object, which is loaded by its first use. An `import` of its names,
 * by another library that has the same part, is a use.
 */
export function standFor(real: () => unknown): Value {
  return new Proxy<Value>(() => undefined, {
    apply: (_stand, self, input) => Reflect.apply(real() as Value, self, input),
    get: (_stand, name) => Reflect.get(real() as Value, name) as unknown,
    has: (_stand, name) => Reflect.has(real() as Value, name),
    ownKeys: () => Reflect.ownKeys(real() as Value),
    getOwnPropertyDescriptor(_stand, name) {
      const descriptor = Reflect.getOwnPropertyDescriptor(real() as Value, name);
      // A proxy may not report what its own target lacks as lasting.
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}
