import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const shown = 20;
/** Seconds; the order of shorter suites makes no difference. */
const worthKeeping = 3;

interface Result {
  testResults: { testFilePath: string; perfStats: { runtime: number } }[];
}

/** Prints the slowest suites, and keeps their times for the order of the next run when all suites ran. */
export default class Slowest {
  readonly #rootDir: string;
  readonly #all: boolean;

  constructor(globalConfig: { rootDir: string; testPathPatterns: { isSet(): boolean } }) {
    this.#rootDir = globalConfig.rootDir;
    this.#all = !globalConfig.testPathPatterns.isSet();
  }

  onRunComplete(_contexts: unknown, { testResults }: Result): void {
    const suites = testResults
      .map(({ testFilePath, perfStats }) => ({
        path: relative(this.#rootDir, testFilePath),
        seconds: Math.round(perfStats.runtime / 100) / 10,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    console.log(`\nThe ${shown} slowest suites:`);
    for (const { path, seconds } of suites.slice(0, shown)) console.log(`${seconds.toFixed(1).padStart(7)} s  ${path}`);
    if (!this.#all) return;
    const kept = suites.filter(({ seconds }) => seconds >= worthKeeping).map(({ path, seconds }) => [path, seconds]);
    writeFileSync(
      new URL('suite-seconds.json', import.meta.url),
      `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`,
    );
  }
}
