import { startApp } from './app.ts';
import { loadConfig } from './config.ts';
import { UserError } from './errors.ts';
import { createLogger } from './logger.ts';

/** A stop that takes longer than this is cut short: supervisors send SIGKILL soon after, milliseconds. */
const stopLimitMs = 30_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const app = await startApp(config, logger);
  const stop = stopOnce(app.stop);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(`Shipmate listens on ${app.url}\n`);
  if (app.firstLinkCode) process.stdout.write(`Nobody is linked yet: link ${app.firstLinkCode}\n`);
}

/** The second signal does not wait. */
function stopOnce(stop: () => Promise<void>): () => void {
  let stopping = false;
  return () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), stopLimitMs).unref();
    stop().then(() => process.exit(0), fail);
  };
}

function fail(error: unknown): never {
  const message = error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`shipmate: ${message}\n`);
  process.exit(1);
}

main().catch(fail);
