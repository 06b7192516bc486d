import { expect, it } from '@jest/globals';
import { dumpTool } from '../../../src/database-engines/redis/dump.ts';

const login = { host: 'db', user: 'default', password: 'f00dfeed', database: '0' };

it('is measured by another snapshot', () => {
  expect(dumpTool.count.run(login)).toEqual(dumpTool.dump(login));
  expect(dumpTool.dump(login)).toEqual({
    command: ['redis-cli', '-h', 'db', '--no-auth-warning', '--rdb', '-'],
    env: { REDISCLI_AUTH: 'f00dfeed' },
    files: {},
  });
});

it('drops the mark that ends a streamed snapshot, and nothing of one without it', () => {
  const end = Buffer.concat([Buffer.from('keys'), Buffer.from([0xff]), Buffer.alloc(8, 1)]);
  expect(dumpTool.surplus?.(Buffer.concat([end, Buffer.from('0123456789abcdef'.repeat(3).slice(0, 40))]))).toBe(40);
  expect(dumpTool.surplus?.(end)).toBe(0);
});
