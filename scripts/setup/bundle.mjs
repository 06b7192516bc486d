import { spawnSync } from 'node:child_process';
import { freshEntry } from './bundle-record.mjs';
import { fromRoot, say } from '../../bin/setup/steps.mjs';

const folder = 'node_modules/.cache/shipmate/bundle';

/**
 * The program that production starts: the bundle, made first where there is none of these sources. Undefined, and said,
 * where it cannot be made: the sources do the same, and start slower.
 *
 * @param {string} node Runs TypeScript.
 * @returns {string | undefined}
 */
export function bundledProgram(node) {
  const parent = fromRoot(folder);
  const root = fromRoot('');
  const made = freshEntry(parent, root);
  if (made) return made;
  say('bundling Shipmate, once for this version');
  const { status, stderr, error } = spawnSync(node, [fromRoot('scripts/make-bundle.ts'), parent], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const program = status === 0 ? freshEntry(parent, root) : undefined;
  if (!program) say(`Shipmate starts from its sources: ${why(status, error?.message ?? stderr)}`);
  return program;
}

function why(status, text) {
  if (status === 0) return 'they changed while they were bundled.';
  const [line = ''] = text.split('\n').filter((each) => /error|cannot/i.test(each));
  return `\`node scripts/make-bundle.ts ${folder}\` failed (${line.trim() || `exit code ${status}`}).`;
}
