// Runs Jest with its own options, and `--slowest`: name the slowest suites at the end.
import { run } from 'jest';

const args = process.argv.slice(2);
const slowest = ['--reporters', 'default', '--reporters', '<rootDir>/test/support/jest/slowest.ts'];
await run(args.flatMap((arg) => (arg === '--slowest' ? slowest : [arg])));
