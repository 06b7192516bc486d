import { join } from 'node:path';
import type { App, AppOptions } from './app.ts';
import { requireRecipient } from './config-recipient.ts';
import { type Config, loadConfig } from './config.ts';
import { UnavailableError, UserError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { sourceLines } from './source-lines.ts';
import { openStorage } from './storage.ts';

/** A stop that takes so much longer than its grace is cut short: supervisors send SIGKILL soon after, milliseconds. */
const closingMs = 10_000;
/** `EX_TEMPFAIL` of sysexits: what Shipmate needs does not answer, and another start may succeed. */
const unavailable = 75;
/** Why a start ends that a signal stopped. */
const stopped = new Error('told to stop');
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
  await requireRecipient(config);
  const { stdin: input, stdout: output, stderr } = process;
  const talks = args.includes('--console') || (input.isTTY && output.isTTY && !args.includes('--no-console'));
  // Log lines would run through the conversation.
  const inTheWay = talks && output.isTTY && stderr.isTTY;
  const logger = await openLogger(config, inTheWay ? join(config.dataDir, 'shipmate.log') : undefined);
  const waiting = new AbortController();
  const starting = start(config, logger, {
    ...(talks && { console: { input, output } }),
    signal: waiting.signal,
    tell: (sentence) => (inTheWay ? say(sentence) : logger.warn(sentence)),
    lost: (why) => {
      say(why.message);
      end(unavailable);
    },
  });
  // It answers requests before it has started whole: a signal right then waits for the rest.
  const stop = async () => {
    await (await starting)?.stop();
    await written(logger);
  };
  const end = endOnce(stop, config.deployments.stopGraceMs + closingMs);
  const onSignal = () => {
    waiting.abort(stopped);
    end(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const app = await starting;
  if (!app) return;
  setTimeout(releaseStartGarbage, tidyAfterMs).unref();
  if (app.left) await app.left.then(() => end(0));
  else await greet(app);
}

/** @param aside Where the log goes unless the configuration says where. */
async function openLogger(
  { logFile, logFormat: format, logLevel }: Config,
  aside: string | undefined,
): Promise<Logger> {
  const file = logFile ?? aside;
  if (file === undefined) return createLogger(logLevel, { format });
  const { openLogFile } = await import('./log-file.ts');
  return createLogger(logLevel, { format, to: await openLogFile(file) });
}

/** What was logged last is often why one looks. */
function written(logger: Logger): Promise<void> {
  return new Promise((done) => logger.flush(() => done()));
}

interface StartOptions extends AppOptions {
  /** Ends the wait for PostgreSQL. */
  signal: AbortSignal;
  /** What the start waits for. */
  tell(sentence: string): void;
  /** The database has ended for good. */
  lost(why: UnavailableError): void;
}

/**
 * PostgreSQL starts while the rest of Shipmate is loaded: both take about as long. Loading holds the event loop, so it
 * begins when the server does. Undefined when it was told to stop while it waited for PostgreSQL.
 */
async function start(config: Config, logger: Logger, options: StartOptions): Promise<App | undefined> {
  const { lost, signal, tell, ...ofApp } = options;
  const launched = Promise.withResolvers<void>();
  const opening = openStorage(config, { logger, wait: { signal, tell }, onLaunch: launched.resolve });
  try {
    await Promise.race([launched.promise, opening]);
    const [storage, { startApp }] = await Promise.all([opening, import('./app.ts')]);
    if (storage.outside !== undefined) logger.warn({ folder: storage.outside }, outsideDataFolder);
    void storage.lost?.then(lost);
    return await startApp(config, logger, storage, ofApp);
  } catch (error) {
    if (error === stopped) return undefined;
    throw error;
  }
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

/** Ends the process with `code`, also when the stop takes too long. The second call does not wait. */
function endOnce(stop: () => Promise<void>, limitMs: number): (code: number) => void {
  let ending = false;
  return (code) => {
    if (ending) process.exit(code || 1);
    ending = true;
    setTimeout(() => process.exit(code || 1), limitMs).unref();
    stop().then(() => process.exit(code), fail);
  };
}

function fail(error: unknown): never {
  say(error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error));
  process.exit(error instanceof UnavailableError ? unavailable : 1);
}

function say(message: string): void {
  // The journal reads the level of each line from its beginning; the configuration may be what is wrong.
  const level = process.env['SHIPMATE_LOG_FORMAT'] === 'journald' ? '<3>' : '';
  const lines = `shipmate: ${sourceLines(message)}`.split('\n');
  process.stderr.write(`${lines.map((line) => `${level}${line}`).join('\n')}\n`);
}

main(process.argv.slice(2)).catch(fail);
