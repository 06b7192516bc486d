// Set-up, then the target under Node 24. Plain JavaScript without dependencies: it runs on Node 20 before
// anything is installed. Every npm script goes through here, because a shell remembers where it found `node`
// and would not see the one that the set-up brings.
//
// node scripts/run.mjs [--production] [--bundle] [--docker] [--chromium] [node options] <target> [arguments]
import { delimiter, dirname } from 'node:path';
import { runInstead } from '../bin/run-child.mjs';
import { bundledProgram } from './setup/bundle.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureDocker } from '../bin/setup/docker.mjs';
import { ensureGit } from '../bin/setup/git.mjs';
import { findNode } from './setup/node.mjs';
import { fromRoot, say, SetupError } from '../bin/setup/steps.mjs';

const { production, bundle, needsChromium, needsDocker, nodeOptions, target, args } = parse(process.argv.slice(2));
try {
  // Downloads of npm and of the distribution go side by side.
  await Promise.all([ensureDependencies({ production }), ensureMachine()]);
  run(findNode());
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function ensureMachine() {
  ensureGit();
  if (needsChromium) ensureChromium();
  if (needsDocker) await ensureDocker();
}

function parse(argv) {
  const at = argv.findIndex((argument) => !argument.startsWith('--'));
  if (at < 0) throw new Error('run.mjs needs a target');
  const options = argv.slice(0, at);
  const ours = ['--production', '--bundle', '--docker', '--chromium'];
  return {
    production: options.includes('--production'),
    bundle: options.includes('--bundle'),
    needsChromium: options.includes('--chromium'),
    needsDocker: options.includes('--docker'),
    nodeOptions: options.filter((option) => !ours.includes(option)),
    target: fromRoot(argv[at]),
    args: argv.slice(at + 1),
  };
}

function run(node) {
  const path = [dirname(node), fromRoot('node_modules/.bin'), process.env.PATH].join(delimiter);
  // Compiled code, types already stripped, from the last start: faster, and tens of megabytes less.
  const env = { NODE_COMPILE_CACHE: fromRoot('node_modules/.cache/node'), ...process.env, PATH: path };
  const program = (bundle && bundledProgram(node)) || target;
  runInstead(node, [...nodeOptions, program, ...args], env);
}
