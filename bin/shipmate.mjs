#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it; what follows needs Node 24. Where `node` is older, the one among the
// dependencies takes over.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInstead, stopWithNpm } from './run-child.mjs';

const root = new URL('../', import.meta.url);
// A package has its bundle in the place of the sources: below `node_modules`, Node takes the types off no file.
const programs = existsSync(new URL('src/main.ts', root))
  ? { server: 'src/main.ts', withoutServer: 'src/without-server.ts', commandLine: 'src/cli/cli.ts' }
  : {
      server: 'bundle/main.bundle.mjs',
      withoutServer: 'bundle/programs/without-server.bundle.mjs',
      commandLine: 'bundle/programs/cli.bundle.mjs',
    };
const args = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  if (args[0] === 'serve') {
    process.argv.splice(2, 1, '--no-console');
    stopWithNpm(() => process.kill(process.pid, 'SIGTERM'));
    await import(new URL(programs.server, root).href);
  } else if (['join-backup', 'migrate', 'restore-self'].includes(args[0])) {
    const { runWithoutServer } = await import(new URL(programs.withoutServer, root).href);
    process.exitCode = await runWithoutServer(args, process.env);
  } else {
    const { runCli } = await import(new URL(programs.commandLine, root).href);
    process.exitCode = await runCli(args, process.env);
  }
} else {
  runWithNewerNode();
}

function runWithNewerNode() {
  const node = [packagedNode(), fileURLToPath(new URL('node_modules/.bin/node', root))].find((path) =>
    existsSync(path),
  );
  if (node === undefined || process.env.SHIPMATE_REEXECUTED === '1') {
    process.stderr.write(`shipmate: needs Node 24 (this is ${process.versions.node}). Run \`npm install\` first.\n`);
    process.exitCode = 2;
    return;
  }
  runInstead(node, [fileURLToPath(import.meta.url), ...args], { ...process.env, SHIPMATE_REEXECUTED: '1' });
}

function packagedNode() {
  try {
    const manifest = createRequire(root).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin/node');
  } catch {
    return '';
  }
}
