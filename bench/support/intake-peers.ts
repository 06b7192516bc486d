import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = { 'octokit-webhooks': '@octokit/webhooks@14.2.0', 'graphile-worker': 'graphile-worker@0.18.0' };

export interface Peers extends AsyncDisposable {
  folder: string;
  /** The program `webhook`, started by its arguments; undefined where Debian's package is not to be had. */
  webhook: string | undefined;
}

/** Fetches what Shipmate is compared with, which is no dependency of it, into a folder that disposing removes. */
export async function fetchPeers(): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-peers-'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', ...Object.values(packages)], { cwd: folder });
  for (const [name, spec] of Object.entries(packages)) {
    await writeFile(join(folder, `${name}.mjs`), `export * from '${spec.replace(/@[^@]*$/, '')}';\n`);
  }
  return {
    folder,
    webhook: await fetchWebhook(folder).catch(() => undefined),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function fetchWebhook(folder: string): Promise<string> {
  await run('apt-get', ['download', 'webhook'], { cwd: folder });
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  await run('dpkg-deb', ['-x', archive, '.'], { cwd: folder });
  return join(folder, 'usr/bin/webhook');
}

/** The arguments of `webhook` to verify what GitHub signs and to start a program that does nothing. */
export async function webhookArguments(folder: string, secret: string, port: number): Promise<string[]> {
  const signature = {
    type: 'payload-hmac-sha256',
    secret,
    parameter: { source: 'header', name: 'X-Hub-Signature-256' },
  };
  const hook = {
    id: 'github',
    'execute-command': '/bin/true',
    'success-http-response-code': 202,
    'trigger-rule': { match: signature },
  };
  const hooks = join(folder, 'hooks.json');
  await writeFile(hooks, JSON.stringify([hook]));
  return ['-hooks', hooks, '-ip', '127.0.0.1', '-port', String(port), '-urlprefix', 'webhooks'];
}
