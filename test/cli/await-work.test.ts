import { describe, expect, it } from '@jest/globals';
import { awaitWork } from '../../src/cli/await-work.ts';
import { type Client, RefusedError } from '../../src/cli/client.ts';

const since = '2026-11-28T10:00:00.000Z';
const unused = () => {
  throw new Error('not called');
};

/** Answers each `db backups` with the next of these lists. */
function clientThat(...answers: Record<string, unknown>[]) {
  const lines: string[] = [];
  const client: Client = {
    async run(line) {
      lines.push(line);
      const data = answers.shift();
      if (data === undefined) throw new RefusedError(404, { detail: 'There is no database.' });
      return { tone: 'info', data: { backups: [], restores: [], ...data } };
    },
    complete: unused,
    deployment: unused,
    message: unused,
    running: unused,
    output: unused,
    place: 'nowhere',
  };
  return { client, lines };
}

describe('what the command line waits for', () => {
  it('is the end of a backup', async () => {
    const one = { id: 'a', metadata: {} };
    const { client } = clientThat(
      { backups: [{ ...one, status: 'running' }] },
      { backups: [{ ...one, status: 'success' }] },
    );
    const work = { kind: 'backup', id: 'a', databases: ['shop/main'], since } as const;
    expect(await awaitWork(client, work)).toEqual({ ok: true, text: 'The backup is complete.' });
  });

  it('is the end of a restore into a new database, which is listed with its source when it failed', async () => {
    const failed = { id: 'r', status: 'failed', metadata: { error: 'the server is full' } };
    const { client, lines } = clientThat({}, { restores: [failed] });
    const work = { kind: 'restore', id: 'r', databases: ['shop/copy', 'shop/main'], since } as const;
    expect(await awaitWork(client, work)).toEqual({
      ok: false,
      text: 'The restore is `failed`: the server is full',
    });
    expect(lines).toEqual(['db backups shop/copy', 'db backups shop/main']);
  });

  it('is the drill that was asked for, not one before', async () => {
    const drill = (at: string, ok: boolean) => ({
      backups: [{ id: 'a', status: 'success', metadata: { drill: { at, ok, compared: '', error: 'a row differs' } } }],
    });
    const { client } = clientThat(drill('2026-11-27T10:00:00.000Z', true), drill('2026-11-28T10:00:01.000Z', false));
    const work = { kind: 'drill', id: 'a', databases: ['shop/main'], since } as const;
    expect(await awaitWork(client, work)).toEqual({ ok: false, text: 'The drill failed: a row differs' });
  });

  it('ends when nothing of it is left', async () => {
    const { client } = clientThat();
    const work = { kind: 'restore', id: 'r', databases: ['shop/main'], since } as const;
    expect(await awaitWork(client, work)).toMatchObject({ ok: false, text: expect.stringContaining('is gone') });
  });
});
