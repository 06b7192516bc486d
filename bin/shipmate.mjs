#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it; what follows is TypeScript, which needs Node 24. Where `node`
// is older, the one among the dependencies takes over.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInstead } from './run-child.mjs';

const root = new URL('../', import.meta.url);
const args = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  if (args[0] === 'serve') {
    process.argv.splice(2, 1, '--no-console');
    await import(new URL('src/main.ts', root).href);
  } else if (args[0] === 'migrate' || args[0] === 'restore-self') {
    const { runWithoutServer } = await import(new URL('src/without-server.ts', root).href);
    process.exitCode = await runWithoutServer(args, process.env);
  } else {
    const { runCli } = await import(new URL('src/cli/cli.ts', root).href);
    process.exitCode = await runCli(args, process.env);
  }
} else {
  runWithNewerNode();
}

function runWithNewerNode() {
  const candidates = [`node_modules/node-${process.platform}-${process.arch}/bin/node`, 'node_modules/.bin/node'];
  const node = candidates.map((path) => fileURLToPath(new URL(path, root))).find((path) => existsSync(path));
  if (node === undefined || process.env.SHIPMATE_REEXECUTED === '1') {
    process.stderr.write(`shipmate: needs Node 24 (this is ${process.versions.node}). Run \`npm install\` first.\n`);
    process.exitCode = 2;
    return;
  }
  runInstead(node, [fileURLToPath(import.meta.url), ...args], { ...process.env, SHIPMATE_REEXECUTED: '1' });
}
