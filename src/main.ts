import { join } from 'node:path';
import { startApp } from './app.ts';
import { renderReply } from './bots/console/render.ts';
import { loadConfig } from './config.ts';
import { UserError } from './errors.ts';
import { createLogger } from './logger.ts';

/** A stop that takes so much longer than its grace is cut short: supervisors send SIGKILL soon after, milliseconds. */
const closingMs = 10_000;

const help = `Usage: npm start [-- --console | --no-console]
  --console     open the console even when this is no terminal: lines in, lines out
  --no-console  never open it`;

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(`${help}\n`);
  const config = loadConfig(process.env);
  const { stdin: input, stdout: output, stderr } = process;
  const talks = args.includes('--console') || (input.isTTY && output.isTTY && !args.includes('--no-console'));
  // Log lines would run through the conversation.
  const logFile = talks && output.isTTY && stderr.isTTY ? join(config.dataDir, 'shipmate.log') : undefined;
  const logger = createLogger(config.logLevel, logFile);
  const starting = startApp(config, logger, talks ? { console: { input, output } } : {});
  // It answers requests before it has started whole: a signal right then waits for the rest.
  const stopLimitMs = config.deployments.stopGraceMs + closingMs;
  const stop = stopOnce(async () => (await starting).stop(), stopLimitMs);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const app = await starting;
  if (app.left) await app.left.then(stop);
  else output.write(`${renderReply(app.greeting, { color: false, width: 200 }).join('\n')}\n`);
}

/** The second signal does not wait. */
function stopOnce(stop: () => Promise<void>, limitMs: number): () => void {
  let stopping = false;
  return () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    stop().then(() => process.exit(0), fail);
  };
}

function fail(error: unknown): never {
  const message = error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`shipmate: ${message}\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch(fail);
