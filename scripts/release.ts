// `npm run release -- 0.2.0 [--dry-run]`
import { parseArgs } from 'node:util';
import { UsageError } from '../src/errors.ts';
import { root } from './bundle/build-bundle.ts';
import { release } from './release/release.ts';
import { reportUserErrors } from './support/report-user-errors.ts';

await reportUserErrors(async () => {
  const { values, positionals } = parseArgs({ options: { 'dry-run': { type: 'boolean' } }, allowPositionals: true });
  const [version, ...others] = positionals;
  if (version === undefined || others.length > 0)
    throw new UsageError('Usage: npm run release -- <version> [--dry-run]');
  const date = new Date().toISOString().slice(0, 10);
  await release({ root, version, dryRun: values['dry-run'] === true, date, say: (line) => console.log(line) });
});
