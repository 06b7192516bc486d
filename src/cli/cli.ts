import { renderReply } from '../bots/console/render.ts';
import { harmless, harmlessJson } from '../harmless-text.ts';
import { UserError } from '../errors.ts';
import type { AwaitedWork, Followed, Reply } from '../replies/reply.ts';
import { version } from '../version.ts';
import { askSecret } from './ask-secret.ts';
import { attachedText } from './attached-text.ts';
import { awaitWork } from './await-work.ts';
import { type Client, RefusedError } from './client.ts';
import { completeWord, completionScript } from './completion-script.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { followOutput } from './follow-output.ts';
import { ending, follow } from './follow.ts';
import { help } from './help.ts';
import { openClient } from './open-client.ts';
import { talk } from './console.ts';
import { printMatches } from './print-matches.ts';
import { type CliArguments, readArguments } from './read-arguments.ts';
import { reportError } from './report-error.ts';

/** What this program answers by itself; all else is a line for the server. */
const ownWords: Record<string, (words: string[], env: NodeJS.ProcessEnv) => Promise<number> | number> = {
  '--help': () => say(help),
  '-h': () => say(help),
  '--version': () => say(`shipmate ${version}`),
  install: async (words) => {
    await (await import('../install/install.ts')).install(words, print);
    return exitCodes.ok;
  },
  uninstall: async (words) => {
    await (await import('../install/uninstall.ts')).uninstall(words, print);
    return exitCodes.ok;
  },
  slack: async (words, env) =>
    (await import('./slack-app/slack-app.ts')).slackApp(words, { env, print, ask: askSecret }),
  completion: ([shell]) => say(completionScript(shell)),
  [completeWord]: (words, env) => printMatches(words, env),
  console: async (_words, env) => talk(await openClient(env)),
  mcp: async (words, env) => (await import('./mcp.ts')).serveMcp(words, env),
};

/**
 * Runs one command line against a running Shipmate.
 * @returns the exit code, see `exitCodes`.
 */
export async function runCli(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [first, ...others] = args;
  if (first === undefined) {
    process.stderr.write(`${help}\n`);
    return exitCodes.usage;
  }
  try {
    const own = Object.hasOwn(ownWords, first) ? ownWords[first] : undefined;
    if (own) return await own(others, env);
    return await runLine(await openClient(env), readArguments(args));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reportError(error, args.includes('--json'));
    return exitCodeOf(error);
  }
}

function say(text: string): number {
  print(text);
  return exitCodes.ok;
}

async function runLine(client: Client, given: CliArguments): Promise<number> {
  const line = given.attached ? `${given.line} ${await attachedText(given.attached)}` : given.line;
  const reply = await runAsking(client, line);
  const { follow: followed } = reply;
  if (followed && given.wait !== false) return followReply(client, reply, followed, given.json);
  const wait = given.wait ?? (process.stdout.isTTY && !given.json);
  if (reply.awaits && wait) return awaitEnd(client, reply, reply.awaits, given.json);
  const watched = reply.deploymentId !== undefined && wait;
  if (!given.json) print(render(reply));
  if (!watched || reply.deploymentId === undefined) {
    if (given.json) printJson(reply.data ?? null);
    return reply.tone === 'danger' ? exitCodes.failed : exitCodes.ok;
  }
  return followToEnd(client, reply.deploymentId, given.json);
}

async function awaitEnd(client: Client, reply: Reply, work: AwaitedWork, json: boolean): Promise<number> {
  if (!json) print(render(reply));
  const { ok, text: sentence } = await awaitWork(client, work);
  if (json) printJson({ ...work, ok, result: sentence });
  else print(harmless(sentence));
  return ok ? exitCodes.ok : exitCodes.failed;
}

async function followToEnd(client: Client, deployment: string, json: boolean): Promise<number> {
  const end = await follow(client, deployment, json ? () => undefined : print);
  if (json) printJson({ application: end.application, deployment: end.deployment });
  else print(ending(end));
  return end.deployment.status === 'success' ? exitCodes.ok : exitCodes.failed;
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
