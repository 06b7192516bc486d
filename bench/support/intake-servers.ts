import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/support/free-port.ts';
import { listens } from '../../src/host/listens.ts';
import { secret } from './intake-load.ts';
import { fetchPeers, webhookArguments } from './intake-peers.ts';

export interface Receiver {
  name: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Shipmate, the bare server and the peers, all listening. */
export async function startReceivers(
  databaseUrl: string,
  key: Buffer,
  stack: AsyncDisposableStack,
): Promise<Receiver[]> {
  const peers = stack.use(await fetchPeers());
  const env = { DATABASE_URL: databaseUrl, KEY: key.toString('base64'), SECRET: secret, PEERS: peers.folder };
  const receivers: Receiver[] = [];
  const add = (receiver: Receiver) => {
    stack.defer(() => receiver.stop());
    receivers.push(receiver);
  };
  add(await startProgram('shipmate', 'intake-shipmate.ts', env));
  add(await startProgram('bare, one INSERT', 'intake-bare.ts', env));
  add(await startProgram('bare, pg-boss', 'intake-bare.ts', { ...env, KEEP: 'pg-boss' }));
  add(await startProgram('bare, graphile-worker', 'intake-bare.ts', { ...env, KEEP: 'graphile-worker' }));
  add(await startProgram('@octokit/webhooks, keeps nothing', 'intake-octokit.ts', env));
  if (peers.webhook !== undefined) add(await startWebhook(peers.webhook, peers.folder));
  return receivers;
}

async function startProgram(name: string, program: string, env: Record<string, string>): Promise<Receiver> {
  const port = await freePort();
  const path = new URL(program, import.meta.url).pathname;
  const child = fork(path, { env: { ...process.env, ...env, PORT: String(port) } });
  await once(child, 'message');
  return receiverOf(name, port, child);
}

async function startWebhook(program: string, folder: string): Promise<Receiver> {
  const port = await freePort();
  const child = spawn(program, await webhookArguments(folder, secret, port), { stdio: 'ignore' });
  while (!(await listens(port))) await delay(50);
  return receiverOf('webhook of Debian, keeps nothing', port, child);
}

function receiverOf(name: string, port: number, child: ChildProcess): Receiver {
  return {
    name,
    port,
    pid: child.pid ?? 0,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
