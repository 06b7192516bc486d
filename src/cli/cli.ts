import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { renderReply } from '../bots/console/render.ts';
import { harmless, harmlessJson } from '../harmless-text.ts';
import { UserError } from '../errors.ts';
import type { AwaitedWork, Followed, Reply } from '../replies/reply.ts';
import { askSecret } from './ask-secret.ts';
import { awaitWork } from './await-work.ts';
import { type Client, createClient, RefusedError } from './client.ts';
import { followOutput } from './follow-output.ts';
import { ending, follow } from './follow.ts';
import { type CliArguments, readArguments } from './read-arguments.ts';

const help = `Usage: shipmate [--json] [--wait | --no-wait] <command line>
       shipmate serve          run the server (npm start without the console)

  --json      print the facts as JSON
  --wait      follow a deployment, backup, restore or drill to its end (default on a terminal)
  -           as the last word: what is piped in, e.g. shipmate env import shop/api - < .env

SHIPMATE_URL (default http://127.0.0.1:8080) and SHIPMATE_TOKEN say whom to ask and who you are.
\`shipmate help\` lists the commands.`;

/**
 * Runs one command line against a running Shipmate.
 * @returns the exit code: 0 done, 1 refused or failed, 2 invalid or no server; of `run`, the command's own.
 */
export async function runCli(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (args.length === 0 || args[0] === '--help') {
    print(help);
    return args.length === 0 ? 2 : 0;
  }
  const client = createClient({
    url: env['SHIPMATE_URL'] ?? 'http://127.0.0.1:8080',
    token: env['SHIPMATE_TOKEN'],
    account: userInfo().username,
  });
  try {
    return await runLine(client, readArguments(args));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${harmless(error.message)}\n`);
    return error instanceof RefusedError && error.status !== 422 && error.status !== 400 ? 1 : 2;
  }
}

async function runLine(client: Client, given: CliArguments): Promise<number> {
  const line = given.stdin ? `${given.line} ${await text(process.stdin)}` : given.line;
  const reply = await runAsking(client, line);
  const { follow: followed } = reply;
  if (followed && given.wait !== false) return followReply(client, reply, followed, given.json);
  const wait = given.wait ?? (process.stdout.isTTY && !given.json);
  if (reply.awaits && wait) return awaitEnd(client, reply, reply.awaits, given.json);
  const watched = reply.deploymentId !== undefined && wait;
  if (!given.json) print(render(reply));
  if (!watched || reply.deploymentId === undefined) {
    if (given.json) printJson(reply.data ?? null);
    return reply.tone === 'danger' ? 1 : 0;
  }
  return followToEnd(client, reply.deploymentId, given.json);
}

async function awaitEnd(client: Client, reply: Reply, work: AwaitedWork, json: boolean): Promise<number> {
  if (!json) print(render(reply));
  const { ok, text: sentence } = await awaitWork(client, work);
  if (json) printJson({ ...work, ok, result: sentence });
  else print(harmless(sentence));
  return ok ? 0 : 1;
}

async function followToEnd(client: Client, deployment: string, json: boolean): Promise<number> {
  const end = await follow(client, deployment, json ? () => undefined : print);
  if (json) printJson({ application: end.application, deployment: end.deployment });
  else print(ending(end));
  return end.deployment.status === 'success' ? 0 : 1;
}

/** Standard output has what is printed, and nothing else. */
async function followReply(client: Client, reply: Reply, followed: Followed, json: boolean): Promise<number> {
  if ('deployment' in followed) return followToEnd(client, followed.deployment, json);
  const note = (line: string) => void process.stderr.write(`${line}\n`);
  if ('run' in followed) note(harmless(reply.text ?? ''));
  return followOutput(client, followed, {
    json,
    out: print,
    note,
    onInterrupt(stop) {
      process.on('SIGINT', stop);
      return () => process.off('SIGINT', stop);
    },
  });
}

/** Asks for secrets when the server reports that the line needs them. */
async function runAsking(client: Client, line: string): Promise<Reply> {
  try {
    return await client.run(line);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.asks.length === 0) throw error;
    const secrets: Record<string, string> = {};
    for (const { name, summary } of error.asks) secrets[name] = await askSecret(summary);
    return client.run(line, secrets);
  }
}

/** Wraps lines to the terminal's width; piped output is not wrapped. */
function render(reply: Reply): string {
  const { stdout } = process;
  const width = stdout.columns ?? Number.MAX_SAFE_INTEGER;
  return renderReply(reply, { color: stdout.isTTY && !process.env['NO_COLOR'], width }).join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printJson(value: unknown): void {
  print(harmlessJson(value));
}
