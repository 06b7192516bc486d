import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { setGlobals } from './globals.ts';

const require = createRequire(import.meta.url);
const globalsUrl = new URL('globals.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globalsUrl, shortCircuit: true } : next(specifier, context),
});

/**
 * Runs suites as Node itself does, without a virtual machine: the suites of a worker share the modules under test, so
 * that only the first one loads and compiles them. There are no module mocks and no code coverage.
 * @see https://github.com/jestjs/jest/blob/v30.5.2/packages/jest-runner/src/runTest.ts for what Jest calls
 */
export default class NativeRuntime {
  /** Jest's own parts: once per worker, but what collects a suite's tests is new for each. */
  requireInternalModule(path: string): unknown {
    delete require.cache[path];
    // Where that part keeps who listens to the events of a suite.
    Reflect.deleteProperty(globalThis, Symbol.for('EVENT_HANDLERS'));
    return require(path);
  }

  requireModule(path: string): unknown {
    return require(path);
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  async unstable_importModule(path: string): Promise<unknown> {
    return import(pathToFileURL(path).href);
  }

  setGlobalsForRuntime(globals: Parameters<typeof setGlobals>[0]): void {
    setGlobals(globals);
  }

  /** Types are replaced by spaces: lines and columns are those of the source. */
  getSourceMaps(): Map<string, string> {
    return new Map();
  }

  getAllCoverageInfoCopy(): undefined {
    return undefined;
  }

  enterTestCode(): void {}
  leaveTestCode(): void {}
  teardown(): void {}
}
