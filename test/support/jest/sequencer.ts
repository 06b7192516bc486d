import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import type jest from '@jest/test-sequencer';
import { inTurns } from './turns.ts';

// Its types describe what `require` returns only.
const { default: JestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as typeof jest;
type Test = Parameters<InstanceType<typeof JestSequencer>['sort']>[0][number];

/** Of the suites that take longest, on a machine that has not run them yet; `npm test -- --slowest` writes it. */
const kept = JSON.parse(readFileSync(new URL('suite-seconds.json', import.meta.url), 'utf8')) as Record<string, number>;
/** Of a suite that is not among them. */
const short = 1;
/** Suites on Swarm at the same time: they share one Engine, and four of them slowed each other down to a quarter. */
const mostWaiting = 2;

export default class Sequencer extends JestSequencer {
  readonly #workers: number;

  constructor(options: ConstructorParameters<typeof JestSequencer>[0]) {
    super(options);
    this.#workers = options.globalConfig.maxWorkers;
  }

  override async sort(tests: Test[]): Promise<Test[]> {
    // Jest sets the durations that it remembers.
    const suites = (await super.sort(tests)).map((test) => {
      const path = relative(test.context.config.rootDir, test.path);
      const seconds = test.duration === undefined ? (kept[path] ?? short) : test.duration / 1000;
      return { path, seconds, waits: path.startsWith('test/integration/'), test };
    });
    const workers = this.#workers;
    const waiting = Math.max(1, Math.min(mostWaiting, workers - 1));
    return inTurns(suites, { workers, waiting }).map(({ test }) => test);
  }
}
