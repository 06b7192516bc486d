import { chmod, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { logRotation, openLogFile } from '../src/log-file.ts';
import { createLogger } from '../src/logger.ts';
import { until } from './support/until.ts';

/** Lines that together are larger than a file may be. */
const size = 1_000_000;
const lines = 45;

it('rotates what it writes, losing no line, in order, for nobody else to read', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-log-'));
  const path = join(folder.path, 'logs', 'shipmate.log');
  const file = await openLogFile(path);
  for (let line = 0; line < lines; line += 1) file.write(`${`${line} `.padEnd(size - 1, 'x')}\n`);
  await new Promise<void>((done) => file.flush(done));
  expect(logRotation).toEqual({ size: '20M', files: 10 });
  const names = await until('two files of before', async () => {
    const found = (await readdir(join(folder.path, 'logs'))).filter((name) => /^shipmate\.log(\.\d+\.gz)?$/.test(name));
    return found.length === 3 ? found.sort() : undefined;
  });
  expect(names).toEqual(['shipmate.log', 'shipmate.log.1.gz', 'shipmate.log.2.gz']);
  const [newest, middle, oldest] = await Promise.all(names.map((name) => readFile(join(folder.path, 'logs', name))));
  const text = [gunzipSync(oldest ?? ''), gunzipSync(middle ?? ''), newest].join('');
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => Number.parseInt(line, 10)),
  ).toEqual(Array.from({ length: lines }, (_, line) => line));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('goes on with the file of an earlier start', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-log-'));
  const path = join(folder.path, 'shipmate.log');
  await writeFile(path, 'before\n');
  const file = await openLogFile(path);
  const logger = createLogger('info', { format: 'journald', to: file });
  logger.info('after');
  await new Promise<void>((done) => logger.flush(() => done()));
  expect(await readFile(path, 'utf8')).toBe('before\n<6>after\n');
});

it('says which file it cannot write', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'shipmate-log-'));
  const taken = join(folder.path, 'taken');
  await writeFile(taken, '');
  await chmod(taken, 0o600);
  await expect(openLogFile(join(taken, 'shipmate.log'))).rejects.toThrow(
    /^The log cannot be written to .*taken\/shipmate\.log: .*\. Set SHIPMATE_LOG_FILE to another file\.$/,
  );
  await expect(openLogFile(folder.path)).rejects.toThrow('Set SHIPMATE_LOG_FILE to another file.');
});
