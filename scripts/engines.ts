// Runs the demo and the suites that touch Docker on the Engine at DOCKER_HOST, and writes its row in docs/engines.md.
// The ports that it publishes have to be reachable on 127.0.0.1: run this on the Engine's host.
//
// DOCKER_HOST=unix:///run/docker.sock npm run engines [-- demo build roll-out …]
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeEngine } from './support/describe-engine.ts';
import { parts, type Results, withRow } from './support/engine-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/engines.md');

interface JestSummary {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
}

async function main(asked: string[]): Promise<boolean> {
  const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')} is not one of ${Object.keys(parts).join(', ')}`);
  const engine = await describeEngine();
  console.log(`engines: ${Object.values(engine).join(', ')}`);
  const results: Results = {};
  for (const [name, suites] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    results[name] = suites.length === 0 ? playDemo() : await runSuites(suites);
    console.log(`engines: ${name}: ${results[name]}`);
    await writeFile(page, withRow(await readFile(page, 'utf8'), engine, results));
    run([join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', '--log-level=warn', page]);
  }
  return Object.values(results).every((result) => result.startsWith('ok'));
}

function playDemo(): string {
  return run([join(root, 'scripts/demo.ts')]) === 0 ? 'ok' : 'failed';
}

async function runSuites(suites: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-engines-'));
  const outputFile = join(folder, 'results.json');
  try {
    const paths = suites.map((suite) => `test/integration/${suite}.test.ts`);
    // One after another: some bound what belongs to the whole Engine, such as its build cache.
    const options = ['--maxWorkers=1', '--json', `--outputFile=${outputFile}`, '--runTestsByPath'];
    run([join(root, 'scripts/test.ts'), ...options, ...paths]);
    const summary = JSON.parse(await readFile(outputFile, 'utf8')) as JestSummary;
    const all = summary.numPassedTests + summary.numFailedTests;
    if (summary.numFailedTestSuites === 0) return `ok (${all})`;
    return `${summary.numFailedTests} of ${all} failed`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string[]): number | null {
  // Jest's own answer goes to the file; what people follow goes to standard error.
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return status;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
