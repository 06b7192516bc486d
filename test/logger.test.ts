import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openLogFile } from '../src/log-file.ts';
import { createLogger, loggedError } from '../src/logger.ts';
import { until } from './support/until.ts';

describe('an error in the log', () => {
  it('keeps its message, its causes and its code', () => {
    const error = Object.assign(new Error('no connection', { cause: new Error('refused') }), { code: 'ECONNREFUSED' });
    expect(loggedError(error)).toEqual({
      type: 'Error',
      message: 'no connection: refused',
      stack: expect.stringContaining('caused by: Error: refused'),
      code: 'ECONNREFUSED',
    });
  });

  it('leaves out what libraries hang on it, in the errors of an aggregate too', () => {
    const lost = Object.assign(new Error('lost'), { code: '57P01', client: { processID: 7, secretKey: 42 } });
    const refused = Object.assign(new Error('401'), { status: 401, request: { headers: { authorization: 'x' } } });
    const logged = loggedError(new AggregateError([lost, refused], 'both'));
    expect(logged).toMatchObject({
      message: 'both',
      aggregateErrors: [
        { message: 'lost', code: '57P01' },
        { message: '401', status: 401 },
      ],
    });
    expect(JSON.stringify(logged)).not.toMatch(/client|request|secretKey|authorization/);
  });

  it('is whatever was thrown when that is no error', () => {
    expect(loggedError('ended')).toBe('ended');
  });
});

describe('a line of the log', () => {
  async function logged(write: (logger: ReturnType<typeof createLogger>) => void): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'shipmate-log-'));
    const file = join(folder, 'log');
    const logger = createLogger('info', { to: await openLogFile(file) });
    write(logger);
    const text = await until('a line in the log', async () => (await readFile(file, 'utf8').catch(() => '')) || false);
    await rm(folder, { recursive: true });
    return text;
  }

  it('holds no control of a terminal, and says the same', async () => {
    const name = 'a\u001b[2J\u009b2J\u0085b\u007f\u202ec\n\tй漢';
    const line = await logged((logger) => logger.info({ name, [name]: 1 }, name));
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({ name, [name]: 1, msg: name });
  });

  it('censors values under names that hold secrets', async () => {
    const line = await logged((logger) => logger.info({ token: 'a', login: { password: 'b' } }, 'c'));
    expect(JSON.parse(line)).toMatchObject({ token: '[redacted]', login: { password: '[redacted]' }, msg: 'c' });
  });
});
