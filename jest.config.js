import { availableParallelism, totalmem } from 'node:os';

const gigabyte = 1024 ** 3;

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
  runtime: '<rootDir>/test/support/jest/runtime.ts',
  testEnvironment: '<rootDir>/test/support/jest/environment.ts',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Only what never ends takes this long, even on a machine that is busy.
  testTimeout: 1_800_000,
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testSequencer: '<rootDir>/test/support/jest/sequencer.ts',
  // Suites that use Swarm wait much of their time. A worker and what it starts take a gigabyte.
  maxWorkers: Math.min(availableParallelism() + 1, Math.max(2, Math.floor(totalmem() / gigabyte) - 2)),
  workerIdleMemoryLimit: '1GB',
};
