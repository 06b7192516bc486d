import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { ensureAuditPartitions } from '../../../src/database/audit-partitions.ts';
import { onDatabase } from '../../support/database.ts';
import { makePerson } from '../../support/person.ts';
import { retentionStage, type RetentionStage } from './stage.ts';

let stage: RetentionStage;
beforeEach(async () => {
  stage = await retentionStage();
  await ensureAuditPartitions(stage.db.database);
});
afterEach(() => stage.db.close());

/** The 15th of the month that was `months` ago. */
function past(months: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15));
}

/** Entries that the default partition takes in, as no month of theirs was made. */
async function insert(months: number, count: number, action = 'application.set'): Promise<void> {
  await stage.sql(
    `insert into audit_logs (created_at, user_id, action, resource_type, resource_id, details)
     select $1::timestamptz + n * interval '1 s', $2, $3, 'application', $4, jsonb_build_object('n', n)
     from generate_series(1, $5::int) n`,
    [past(months), stage.root.user.id, action, stage.application, count],
  );
}

async function partitions(): Promise<string[]> {
  const rows = await stage.sql(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
  );
  return rows.map(({ name }) => String(name)).filter((name) => name !== 'audit_logs_default');
}

interface Entry {
  action: string;
  details: { n: number };
}

/** As a run leaves it that was killed before the month's partition went. */
function copyObject(name: string): void {
  const copy = name.replace('.ndjson', '-copy.ndjson');
  const manifest = JSON.parse(String(stage.objects.get(`${name}.manifest.json`))) as object;
  stage.objects.set(copy, stage.objects.get(name) ?? Buffer.alloc(0));
  stage.objects.set(`${copy}.manifest.json`, Buffer.from(JSON.stringify({ ...manifest, object: copy })));
}

const month = (date: Date) => date.toISOString().slice(0, 7);
const objects = () => [...stage.objects.keys()].filter((name) => !name.endsWith('.manifest.json'));

describe('the audit log', () => {
  it('goes into the archive month by month after a year, and can be read back', async () => {
    await insert(14, 3);
    await insert(13, 2, 'application.deploy');
    await insert(2, 1);
    const before = await partitions();
    expect(await stage.retain()).toBe('2 months of the audit log archived (5 entries)');
    expect(await partitions()).toEqual(before);
    expect(objects().sort()).toEqual([
      expect.stringMatching(new RegExp(`^audit/${month(past(14))}-3-\\d+\\.ndjson\\.gz$`)),
      expect.stringMatching(new RegExp(`^audit/${month(past(13))}-2-\\d+\\.ndjson\\.gz$`)),
    ]);
    const left = await stage.sql(`select count(*)::int as count from audit_logs where action like 'application.%'`);
    expect(left).toEqual([{ count: 1 }]);
    const recorded = await stage.sql(`select details from audit_logs where action = 'audit.archive' order by id`);
    expect(recorded).toMatchObject([
      { details: { kind: 'audit_partition', rows: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { details: { rows: 2 } },
    ]);
    const { data, actions } = await stage.root.type('audit --archived --limit 3');
    expect(data).toMatchObject([
      { user: stage.root.user.username, action: 'application.deploy', details: { n: 2 } },
      { action: 'application.deploy', details: { n: 1 } },
      { action: 'application.set', details: { n: 3 } },
    ]);
    const older = await stage.root.type(actions?.[0]?.command ?? '');
    expect(older.data).toMatchObject([{ details: { n: 2 } }, { details: { n: 1 } }]);
    const filtered = await stage.root.type(
      `audit --archived --app shop/api --action application.d* --user ${stage.root.user.username} --since 500d`,
    );
    expect(filtered.data).toHaveLength(2);
    expect((await stage.root.type('audit --archived --until 500d')).data).toEqual([]);
  });

  it('is paged without a gap or a repeat, whatever the order of ids, and when two objects hold the same', async () => {
    await insert(13, 3, 'application.scale');
    await insert(14, 3, 'application.set');
    await insert(15, 2, 'application.stop');
    await stage.retain();
    copyObject(objects().find((name) => name.includes(month(past(14)))) ?? '');
    const seen: string[] = [];
    let line = 'audit --archived --action application.* --limit 2';
    for (let page = 0; page < 8 && line !== ''; page += 1) {
      const { data, actions } = await stage.root.type(line);
      seen.push(...(data as Entry[]).map(({ action, details }) => `${action.split('.')[1]} ${details.n}`));
      line = actions?.[0]?.command ?? '';
    }
    expect(seen).toEqual(['scale 3', 'scale 2', 'scale 1', 'set 3', 'set 2', 'set 1', 'stop 2', 'stop 1']);
    const { text } = await stage.root.type('audit --archived --before 999999');
    expect(text).toContain('There is no archived audit entry 999999.');
  });

  it('is read back by super_admins only', async () => {
    const ada = await makePerson(stage.deps, 'admin');
    expect((await ada.type('audit --archived')).text).toContain('needs the role `super_admin`');
  });

  it('is only counted by a dry run, which makes no partition', async () => {
    const before = await partitions();
    await insert(14, 3);
    expect(await stage.retain({ dryRun: true })).toBe('1 month of the audit log to archive (3 entries)');
    expect(await partitions()).toEqual(before);
  });

  it('keeps a month when retention is cut short after its object was written, and finds the object again', async () => {
    await insert(14, 3);
    const stopping = new AbortController();
    const { archive } = stage.deps;
    const stops = {
      ...archive,
      put: async (name: string, body: Parameters<typeof archive.put>[1]) => {
        await archive.put(name, body);
        if (name.endsWith('.manifest.json')) stopping.abort(new Error('shutting down'));
      },
    };
    // The month itself is not aborted any more: its partition goes, or stays, as a whole.
    await stage.retain({ archive: stops, signal: stopping.signal }).catch(() => undefined);
    await stage.retain();
    expect(objects()).toHaveLength(1);
    expect((await stage.root.type('audit --archived')).data).toHaveLength(3);
    expect((await partitions()).some((name) => name.endsWith(month(past(14)).replace('-', '_')))).toBe(false);
  });

  it('keeps a partition that holds something else than was archived', async () => {
    await insert(14, 3);
    await stage.sql('select part_old_audit_rows(now())');
    const partition = `audit_logs_${month(past(14)).replace('-', '_')}`;
    await expect(stage.sql('select drop_audit_partition($1, 2, 1)', [partition])).rejects.toThrow('holds 3 rows');
    expect(await partitions()).toContain(partition);
  });

  it('lets nobody drop a month that is not over, another table, or anything as a person', async () => {
    const [present = ''] = await partitions();
    for (const name of [present, 'users', 'audit_logs_default']) {
      await expect(stage.sql('select drop_audit_partition($1, 0, 0)', [name])).rejects.toThrow('no past month');
    }
    const em = stage.db.database.asUser(stage.root.user.id);
    for (const call of [`drop_audit_partition('audit_logs_2001_01', 0, 0)`, 'part_old_audit_rows(now())']) {
      await expect(executeSql(em, `select ${call}`)).rejects.toThrow('permission denied');
    }
  });

  it('waits two seconds at most behind somebody who holds it, and goes another day', async () => {
    await insert(14, 3);
    await stage.sql('select part_old_audit_rows(now())');
    await onDatabase(stage.db.url, async (other) => {
      await other.query('begin');
      await other.query('select from audit_logs limit 1');
      await expect(stage.retain()).rejects.toThrow('the audit log');
    });
    expect(await stage.retain()).toBe('1 month of the audit log archived (3 entries)');
  });
});
