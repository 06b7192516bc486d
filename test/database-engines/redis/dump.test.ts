import { describe, expect, it } from '@jest/globals';
import { dumpTool } from '../../../src/database-engines/redis/dump.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

const login = { host: 'db', user: 'default', password: 'f00dfeed', database: '0' };

describe('what lies in Redis', () => {
  it('is asked of the server, since a snapshot tells its first database only', () => {
    expect(dumpTool.count.run(login)).toEqual({
      command: ['redis-cli', '-h', 'db', '--no-auth-warning', 'info', 'keyspace'],
      env: { REDISCLI_AUTH: 'f00dfeed' },
      files: {},
    });
  });

  it('is read per numbered database', () => {
    const printed =
      '# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0,subexpiry=0\r\ndb11:keys=1200,expires=0,avg_ttl=0\r\n';
    expect(measuredInChunks(dumpTool.count.measure, Buffer.from(printed))).toEqual({
      db0: { rows: 3 },
      db11: { rows: 1200 },
    });
  });

  it('is nothing in an empty server', () => {
    expect(measuredInChunks(dumpTool.count.measure, Buffer.from('# Keyspace\r\n'))).toEqual({});
  });
});

it('drops the mark that ends a streamed snapshot, and nothing of one without it', () => {
  const end = Buffer.concat([Buffer.from('keys'), Buffer.from([0xff]), Buffer.alloc(8, 1)]);
  expect(dumpTool.surplus?.(Buffer.concat([end, Buffer.from('0123456789abcdef'.repeat(3).slice(0, 40))]))).toBe(40);
  expect(dumpTool.surplus?.(end)).toBe(0);
});
