// Stands for `@jest/globals`. Each suite has its own functions, and modules that imported those of an earlier suite
// see them, because an imported name is bound to the variable.
import type * as jest from '@jest/globals';

export let describe: typeof jest.describe;
export let it: typeof jest.it;
export let test: typeof jest.test;
export let expect: typeof jest.expect;
export let beforeAll: typeof jest.beforeAll;
export let afterAll: typeof jest.afterAll;
export let beforeEach: typeof jest.beforeEach;
export let afterEach: typeof jest.afterEach;

export function setGlobals(globals: Omit<typeof jest, 'jest'>): void {
  ({ describe, it, test, expect, beforeAll, afterAll, beforeEach, afterEach } = globals);
}
