// Tries what outsiders write with random inputs: npm run fuzz [-- [--seed=N] [--inputs=N] [part of a name …]]
// Fails when something throws anything but a sentence for people, or holds the event loop for longer than 100 ms.
import { parseArgs } from 'node:util';
import { properties } from '../test/fuzz/properties/index.ts';
import { type CallTimes, holdingTimes } from './fuzz/holding-times.ts';

/** One call may hold the event loop for so long, milliseconds of CPU. */
const most = 100;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, inputs: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chosen = properties.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
process.stdout.write(`seed ${seed}\n`);
let failed = 0;
let tried = 0;
for (const { check, inputs: usual, inThread, name } of chosen) {
  const inputs = Number(values.inputs ?? usual);
  const times: CallTimes = holdingTimes(inThread ? Number.POSITIVE_INFINITY : most);
  const begun = performance.now();
  try {
    await check({ inputs, seed, around: times.around });
    tried += inputs;
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    process.stdout.write(`${name}: ${inputs} inputs in ${seconds} s, at most ${times.longest().toFixed(1)} ms each\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`${name}: ${told(error)}\n`);
  }
}
process.stdout.write(`${tried} inputs, ${failed} of ${chosen.length} properties failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** The counterexample is cut: the seed and the path lead back to it. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : '';
  return `${error.message.slice(0, 3_000)}${cause}`;
}
