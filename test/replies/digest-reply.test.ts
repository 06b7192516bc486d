import { describe, expect, it } from '@jest/globals';
import { digestChart, digestReply, digestWords } from '../../src/replies/digest-reply.ts';
import type { Digest } from '../../src/entities/digest.ts';
import { emptyDigest } from '../support/digest.ts';

const busy: Digest = {
  ...emptyDigest,
  measures: {
    ended: 20,
    succeeded: 17,
    rolledBack: 1,
    failed: 2,
    changes: 16,
    changesPerDay: 16 / 7,
    leadSeconds: 2_040,
    reached: 18,
    broken: 2,
    restoreSeconds: 480,
  },
  earlier: {
    ended: 10,
    succeeded: 10,
    rolledBack: 0,
    failed: 0,
    changes: 10,
    changesPerDay: 10 / 7,
    leadSeconds: 3_060,
    reached: 10,
    broken: 0,
    restoreSeconds: null,
  },
  failures: [
    {
      application: 'shop/api',
      deployment: '7b0f5a52-43c5-4d8b-93bd-0f6cbb2b4b0e',
      at: '2026-11-26T15:00:00.000Z',
      status: 'rolled_back',
      by: 'ada (slack)',
      version: '3f2c1ab Fix the cart',
      why: 'The new version did not stay healthy.',
    },
  ],
  backups: { made: 7, failed: 1, bytes: 1_400_000_000, verified: 1, without: ['shop/orders'] },
  certificates: [{ domain: 'shop.example.com', expiresAt: '2026-12-01T08:00:00.000Z' }],
  services: [
    {
      application: 'shop/web',
      since: '2026-11-27T07:00:00.000Z',
      incidents: 2,
      restarts: 9,
      error: 'exited with code 1',
    },
    { application: 'shop/api', since: null, incidents: 1, restarts: 0, error: null },
  ],
  disks: [
    { host: 'h1', name: 'data', usedPercent: 91, freeBytes: 9e9, level: 'danger', fullInDays: 2.5 },
    { host: 'h1', name: 'docker', usedPercent: 20, freeBytes: 8e11, level: 'ok', fullInDays: null },
  ],
  lostNodes: ['host-2'],
};

describe('a digest', () => {
  it('says what went well and what did not, next to the period before', () => {
    const { data, fields, table, ...rest } = digestWords(busy);
    expect(data).toBe(busy);
    expect(rest).toEqual({
      tone: 'warning',
      title: 'Digest of shop/*',
      text:
        'From 2026-11-20 08:00 UTC (2026-11-20 09:00 Europe/Berlin) to 2026-11-27 08:00 UTC (2026-11-27 09:00 Europe/Berlin).\n' +
        '20 deployments: 17 succeeded, 2 failed, 1 rolled back.',
    });
    expect(Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value]))).toEqual({
      'Success rate': '85 % (was 100 %)',
      'Deployments a day': '2.3 (was 1.4)',
      'Lead time': '34 min (was 51 min)',
      'Failed changes': '11 % (was 0 %)',
      'Time to restore': '8 min (nothing before)',
      Services:
        'shop/web: unhealthy since 2026-11-27 07:00 UTC (2026-11-27 08:00 Europe/Berlin), 2 times, 9 tasks ended (exited with code 1)\n' +
        'shop/api: well again',
      Backups: '7 made (1.3 GiB), 1 verified by restoring, 1 failed\nWithout a good last backup: shop/orders',
      'Certificates expiring soon': 'shop.example.com: in 4 d',
      Disks: 'data on h1: 91 % used, 8.38 GiB free, full in about 2 d 12 h\ndocker on h1: 20 % used, 745 GiB free',
      'Nodes that do not answer': 'host-2',
    });
    expect(table?.columns[1]).toBe('When (Europe/Berlin)');
    expect(table?.rows).toEqual([
      [
        'shop/api 3f2c1ab Fix the cart',
        '2026-11-26 16:00',
        '7b0f5a52',
        'ada (slack)',
        'The new version did not stay healthy.',
      ],
      ['and 2 more', '', '', '', ''],
    ]);
  });

  it('of a time in which nothing happened says so, without alarm', () => {
    const { fields, table, text, tone } = digestWords(emptyDigest);
    expect(tone).toBe('info');
    expect(text).toContain('Nothing was deployed.');
    expect(table).toBeUndefined();
    expect(fields?.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'Success rate – (nothing before)',
      'Deployments a day 0.0 (was 0.0)',
      'Lead time – (nothing before)',
      'Failed changes – (nothing before)',
      'Time to restore – (nothing before)',
    ]);
  });

  it('has a picture, and its bars in words', async () => {
    const { picture } = await digestReply(busy);
    expect(picture?.png.length).toBeGreaterThan(10_000);
    expect(picture?.alt).toBe('Deployments a day, 2026-11-14 to 2026-11-27: ▁▂▃▃▄▄▅▅▆▆▇▇██ (most 13)');
  });

  it('shows in the picture whether each measure became better, and which days it is about', () => {
    const { bars, emphasised, tiles } = digestChart(busy);
    expect(tiles.map(({ trend }) => trend)).toEqual(['better', 'better', 'worse', 'same']);
    expect(emphasised).toBe(8);
    expect(bars[0]).toEqual({ label: '14 Nov', parts: [0, 0, 0] });
  });
});
