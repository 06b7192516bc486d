// Everything CI checks; says which step runs and stops at the first that fails.
import { spawnSync } from 'node:child_process';

const steps: Record<string, string[]> = {
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  lint: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
  'import rules': [
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    'src',
    'test',
    'scripts',
    'bench',
    'bin',
  ],
  'unused code': ['node_modules/knip/bin/knip.js'],
  'schema drift': ['scripts/drift.ts'],
  test: ['scripts/test.ts'],
};

for (const [name, command] of Object.entries(steps)) {
  console.log(`check: ${name}`);
  const started = Date.now();
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(status ?? 1);
  }
  console.log(`check: ${name} passed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
console.log('check: ok');
