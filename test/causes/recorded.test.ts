import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { explain } from '../../src/causes/explain.ts';
import { tellingLines } from '../../src/causes/find-causes.ts';

const about = { app: 'shop/api' };

/** What the message says of a task that printed this. */
function said(lines: string[], error = 'exited with code 1'): string {
  const telling = tellingLines(lines).map((at) => lines[at] ?? '');
  const failure = { errors: [error], lines: [...telling, ...lines], key_lines: telling.length };
  const { cause, mend } = explain(failure, about);
  return [cause, mend].filter(Boolean).join('. ');
}

function recorded(name: string): string[] {
  return readFileSync(new URL(`../fixtures/failing/recorded/${name}.txt`, import.meta.url), 'utf8').split('\n');
}

describe('what programs of the usual runtimes printed', () => {
  it.each([
    ['python', 'the variable `STRIPE_KEY` is not set. Set it: `env set shop/api STRIPE_KEY --secret`.'],
    ['ruby', 'the variable `STRIPE_KEY` is not set. Set it: `env set shop/api STRIPE_KEY --secret`.'],
    ['rust', 'the variable `STRIPE_KEY` is not set. Set it: `env set shop/api STRIPE_KEY --secret`.'],
    ['java', '`Caused by: java.lang.IllegalStateException: no queue` (exited with code 1)'],
    ['go', '`panic: no queue` (exited with code 1)'],
    ['php', '`PriceList` is not in the image. Add it to the dependencies or the build: `deploy shop/api`.'],
    ['dotnet', '`Npgsql` is not in the image. Add it to the dependencies or the build: `deploy shop/api`.'],
    [
      'postgres-login',
      'the database refuses the login of `shop`. Attach the database, which sets its variables: `db list`.',
    ],
    [
      'missing-table',
      'the table `orders` does not exist, so migrations are missing. Run them before the program starts: `redeploy shop/api`.',
    ],
    ['missing-database', 'the database `shop` does not exist. Check the name in its variables: `env list shop/api`.'],
    [
      'certificate',
      'it does not trust the certificate of a server that it connects to. Add the authority to the image (`ca-certificates`), or check the address: `env list shop/api`.',
    ],
    [
      'missing-library',
      'the image lacks the system library `libssl.so.1.1`. Install it in the Dockerfile, or build on the base image that it runs on: `deploy shop/api`.',
    ],
    [
      'missing-script',
      '`package.json` has no script `start`. Add it, or start another: `app set shop/api command=["node","server.js"]`.',
    ],
    [
      'refused-host',
      'it refuses the host `127.0.0.1:8000`, which its health check asks for. Allow `127.0.0.1` (Django: `ALLOWED_HOSTS`, Rails: `config.hosts`) and push, or check by a command: `app set shop/api health-cmd=["node","check.js"]`.',
    ],
    ['full-disk', 'there is no space left on the disk. See what fills it: `node list`.'],
  ])('%s', (name, words) => {
    expect(said(recorded(name))).toBe(words);
  });
});

describe('a line', () => {
  it.each([
    ['Error: Missing required environment variable: DATABASE_URL', 'the variable `DATABASE_URL` is not set'],
    ['error: Environment variable not found: DATABASE_URL.', 'the variable `DATABASE_URL` is not set'],
    ['ValueError: SECRET_KEY must be set', 'the variable `SECRET_KEY` is not set'],
    ['2026/11/28 15:00:00 STRIPE_KEY is required', 'the variable `STRIPE_KEY` is not set'],
    [
      'Error: listen EADDRINUSE: address already in use 0.0.0.0:3000',
      'port 3000 is taken inside the container: it is opened twice',
    ],
    [
      'panic: listen tcp :8080: bind: address already in use',
      'port 8080 is taken inside the container: it is opened twice',
    ],
    ['Error: listen EACCES: permission denied 0.0.0.0:80', 'it may not listen on port 80, which only root may'],
    ["ModuleNotFoundError: No module named 'flask'", '`flask` is not in the image'],
    ['Error: Could not find or load main class com.acme.Main', '`com.acme.Main` is not in the image'],
    ['dial tcp: lookup db on 127.0.0.11:53: no such host', 'there is no host `db` in its network'],
    [
      'psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known',
      'there is no host `db` in its network',
    ],
    ['dial tcp 10.0.1.4:5432: connect: connection refused', 'nothing answers at `10.0.1.4:5432`, to which it connects'],
    ["ERROR 1045 (28000): Access denied for user 'shop'@'10.0.1.7'", 'the database refuses the login of `shop`'],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: '/app/config.json'",
      'the file `/app/config.json` is not in the image',
    ],
    ['Error: Unable to access jarfile app.jar', 'the file `app.jar` is not in the image'],
    ["PermissionError: [Errno 13] Permission denied: '/data/orders.db'", 'its user may not use `/data/orders.db`'],
    ['/bin/sh: 1: serve: not found', 'the command `serve` is not in the image'],
    ['sh: line 1: serve: command not found', 'the command `serve` is not in the image'],
    [
      "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./server)",
      'the image lacks the system library `GLIBC_2.34`',
    ],
    ['java.lang.OutOfMemoryError: Java heap space', 'it ran out of memory by itself'],
    ['exec /app/server: exec format error', 'its program is for another processor, or a script without `#!`'],
  ])('%s', (line, words) => {
    expect(said([line]).split('. ')[0]).toBe(words);
  });
});

describe('the lines that matter', () => {
  it('come before warnings and stack traces, and the last error first', () => {
    const lines = ['warning: CACHE_URL is not set', 'Error: one', '    at a (b.js:1:1)', 'Error: two', '    at c'];
    expect(tellingLines(lines)).toEqual([3, 1, 0]);
  });

  it('are each named once', () => {
    expect(tellingLines(['Error: one', 'Error: one'])).toEqual([1]);
  });

  it('are none in a log without any', () => {
    expect(tellingLines(['started', 'listening on 3000'])).toEqual([]);
  });
});
