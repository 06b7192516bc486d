import { join } from 'node:path';
import type { App, AppOptions } from './app.ts';
import { type Config, loadConfig } from './config.ts';
import { UserError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { sourceLines } from './source-lines.ts';
import { openStorage } from './storage.ts';

/** A stop that takes so much longer than its grace is cut short: supervisors send SIGKILL soon after, milliseconds. */
const closingMs = 10_000;
/** Longer than the work that follows a start, milliseconds. */
const tidyAfterMs = 5_000;

const outsideDataFolder =
  'the database is outside the data folder, which its user cannot reach: copies of the data folder do not have it';

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
  const starting = start(config, logger, talks ? { console: { input, output } } : {});
  // It answers requests before it has started whole: a signal right then waits for the rest.
  const stopLimitMs = config.deployments.stopGraceMs + closingMs;
  const stop = stopOnce(async () => (await starting).stop(), stopLimitMs);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const app = await starting;
  setTimeout(releaseStartGarbage, tidyAfterMs).unref();
  if (app.left) await app.left.then(stop);
  else await greet(app);
}

/**
 * PostgreSQL starts while the rest of Shipmate is loaded: both take about as long. Loading holds the event loop, so it
 * begins when the server does.
 */
async function start(config: Config, logger: Logger, options: AppOptions): Promise<App> {
  const launched = Promise.withResolvers<void>();
  const opening = openStorage(config, launched.resolve);
  await Promise.race([launched.promise, opening]);
  const [storage, { startApp }] = await Promise.all([opening, import('./app.ts')]);
  if (storage.outside !== undefined) logger.warn({ folder: storage.outside }, outsideDataFolder);
  return startApp(config, logger, storage, options);
}

async function greet({ greeting }: App): Promise<void> {
  const { renderReply } = await import('./bots/console/render.ts');
  process.stdout.write(`${renderReply(greeting, { color: false, width: 200 }).join('\n')}\n`);
}

/**
 * Gives back what only the start needed, 10 MB of objects and code: V8 does so under pressure, which an idle process does
 * not have. It takes about a tenth of a second, once. Does nothing without `--expose-gc`.
 */
function releaseStartGarbage(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
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
  process.stderr.write(`shipmate: ${sourceLines(message)}\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch(fail);
