import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readManifest } from '../../../src/archive/row-objects.ts';
import { onDatabase } from '../../support/database.ts';
import { retentionStage, type RetentionStage } from './stage.ts';

let stage: RetentionStage;
beforeAll(async () => {
  stage = await retentionStage();
});
afterAll(() => stage.db.close());
beforeEach(async () => {
  await stage.sql('delete from deployments');
  stage.objects.clear();
});

/** `count` deployments that ended `days` ago, with a log of two lines each. */
async function ended(count: number, days: number, log = `'line 1 of ' || n || E'\\nline 2 ✓'`): Promise<void> {
  await stage.sql(
    `insert into deployments (id, application_id, status, completed_at, logs, metadata)
     select gen_random_uuid(), $1, 'success', now() - make_interval(days => $2) + n * interval '1 s', ${log},
       '{"image":"shop:1"}' from generate_series(1, $3::int) n`,
    [stage.application, days, count],
  );
}

function kept() {
  return stage.sql('select logs, metadata from deployments order by completed_at');
}

const names = () => [...stage.objects.keys()].filter((name) => !name.endsWith('.manifest.json'));

describe('the logs of deployments', () => {
  it('go into the archive after their period; the rows stay and say where', async () => {
    await ended(2, 91);
    await ended(1, 89);
    expect(await stage.retain()).toBe('2 logs of deployments archived');
    const [name = ''] = names();
    expect(name).toMatch(/^deployments\/\d{4}-\d\d\/\d{8}-[0-9a-f]{16}\.ndjson\.gz$/);
    expect(await kept()).toEqual([
      { logs: null, metadata: { image: 'shop:1', archive: name } },
      { logs: null, metadata: { image: 'shop:1', archive: name } },
      { logs: 'line 1 of 1\nline 2 ✓', metadata: { image: 'shop:1' } },
    ]);
    expect(await readManifest(stage.deps.archive, name)).toMatchObject({ rows: 2, about: { what: 'deployments' } });
    expect(await stage.retain()).toBe('nothing is old enough');
  });

  it('are read back by `logs --build`', async () => {
    await ended(1, 100);
    await stage.retain();
    const reply = await stage.root.type('logs shop/api --build');
    expect(reply.code).toBe('line 1 of 1\nline 2 ✓');
  });

  it('are only counted by a dry run', async () => {
    await ended(3, 100);
    expect(await stage.retain({ dryRun: true })).toBe('3 logs of deployments to archive (66 B)');
    expect(stage.objects.size).toBe(0);
    expect((await kept()).every(({ logs }) => logs !== null)).toBe(true);
  });

  it('fill several objects when they are many or large', async () => {
    await ended(1_500, 100);
    await ended(3, 120, `repeat('x', 12000000)`);
    expect(await stage.retain()).toBe('1,503 logs of deployments archived');
    // Two of 12 MB fit into 32 MB, the third takes small ones with it.
    const rows = await Promise.all(names().map(async (name) => (await readManifest(stage.deps.archive, name))?.rows));
    expect(rows[0]).toBe(2);
    expect(rows.reduce((sum: number, one = 0) => sum + one, 0)).toBe(1_503);
  });

  it('one of which somebody else holds are left for the next run, together, and archived once', async () => {
    await ended(3, 100);
    await onDatabase(stage.db.url, async (other) => {
      await other.query('begin');
      await other.query('select from deployments order by completed_at limit 1 for update');
      expect(await stage.retain()).toBe('3 left for the next run, as others were changing them');
    });
    const before = names();
    expect((await kept()).every(({ logs }) => logs !== null)).toBe(true);
    expect(await stage.retain()).toBe('3 logs of deployments archived');
    expect(names()).toEqual(before);
    expect(before).toHaveLength(1);
  });
});

describe('archiving deployments, cut short', () => {
  it.each(['object', 'manifest'])('while the %s is written, loses nothing and is made good', async (what) => {
    await ended(5, 100);
    const { archive } = stage.deps;
    const broken = {
      ...archive,
      put: (name: string, body: Parameters<typeof archive.put>[1]) => {
        if (name.endsWith('.manifest.json') !== (what === 'manifest')) return archive.put(name, body);
        body.destroy();
        return Promise.reject(new Error('no space left'));
      },
    };
    await expect(stage.retain({ archive: broken })).rejects.toThrow('Failed, see Shipmate’s log');
    expect((await kept()).every(({ logs }) => logs !== null)).toBe(true);
    expect(await stage.retain()).toBe('5 logs of deployments archived');
    expect(names()).toHaveLength(1);
  });

  it('between the object and the rows, finds the object again', async () => {
    await ended(5, 100);
    const stopping = new AbortController();
    const { archive } = stage.deps;
    const stops = {
      ...archive,
      put: async (name: string, body: Parameters<typeof archive.put>[1]) => {
        await archive.put(name, body);
        if (name.endsWith('.manifest.json')) stopping.abort(new Error('shutting down'));
      },
    };
    await expect(stage.retain({ archive: stops, signal: stopping.signal })).rejects.toThrow('shutting down');
    expect((await kept()).every(({ logs }) => logs !== null)).toBe(true);
    const [before] = names();
    const written = stage.objects.get(before ?? '');
    expect(await stage.retain()).toBe('5 logs of deployments archived');
    expect(names()).toEqual([before]);
    expect(stage.objects.get(before ?? '')).toBe(written);
  });

  it('keeps the rows when the archive does not hold what was written', async () => {
    await ended(2, 100);
    const { archive } = stage.deps;
    const get = async (name: string) => archive.get(name.replace('.manifest.json', ''));
    const forgetful = { ...archive, get: async () => (await get([...stage.objects.keys()][0] ?? '')).destroy() };
    await expect(stage.retain({ archive: forgetful })).rejects.toThrow('logs of deployments');
    expect((await kept()).every(({ logs }) => logs !== null)).toBe(true);
  });
});
