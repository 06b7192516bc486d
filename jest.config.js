import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
  runtime: '<rootDir>/test/support/jest/runtime.ts',
  testEnvironment: '<rootDir>/test/support/jest/environment.ts',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Only what never ends takes this long, even on a machine that is busy.
  testTimeout: 300_000,
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testSequencer: '<rootDir>/test/support/jest/sequencer.ts',
  // Suites that use Swarm mostly wait.
  maxWorkers: availableParallelism() + 2,
  workerIdleMemoryLimit: '1GB',
};
