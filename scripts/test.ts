// Runs Jest with its own options, and `--slowest`: name the slowest suites at the end.
// A few suites that are red run once more, alone: a machine that starves a test is told from a fault. Both are printed.
import { relative } from 'node:path';
import { buildArgv, runCLI } from 'jest';

/** More red suites than this have a common cause, which a second run only repeats. */
const mostAgain = 8;

type Options = Parameters<typeof runCLI>[0];

const slowest = ['--reporters', 'default', '--reporters', '<rootDir>/test/support/jest/slowest.ts'];

/** @returns paths of the red suites; undefined when the run failed without one, for example for want of suites. */
async function redSuites(options: Options): Promise<string[] | undefined> {
  const { results } = await runCLI(options, [process.cwd()]);
  const red = results.testResults.filter(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError);
  if (red.length === 0 && !results.success) return undefined;
  return red.map(({ testFilePath }) => testFilePath);
}

async function isGreenAlone(options: Options, red: string[]): Promise<boolean> {
  const names = red.map((path) => relative(process.cwd(), path)).join(', ');
  console.error(`test: red, and run once more alone: ${names}`);
  const still = await redSuites({ ...options, _: red, runTestsByPath: true, maxWorkers: 1 });
  const green = still?.length === 0;
  console.error(green ? `test: UNSTABLE, red once and green alone: ${names}` : `test: red twice`);
  return green;
}

const options = await buildArgv(process.argv.slice(2).flatMap((arg) => (arg === '--slowest' ? slowest : [arg])));
const red = await redSuites(options);
const again = red !== undefined && red.length > 0 && red.length <= mostAgain;
const green = again ? await isGreenAlone(options, red) : red?.length === 0;
process.exitCode = green ? 0 : 1;
