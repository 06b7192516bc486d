import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dumpTool } from '../../../src/database-engines/postgresql/dump.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

const login = { host: 'db', user: 'app', password: 'f00dfeed', database: 'app' };

describe('what lies in PostgreSQL', () => {
  it('is printed by another dump', () => {
    expect(dumpTool.count.run(login)).toEqual(dumpTool.dump(login));
    expect(dumpTool.count.run(login)).toMatchObject({
      command: expect.arrayContaining([expect.stringContaining('pg_dump --format=plain')]),
      env: {
        PGHOST: 'db',
        PGUSER: 'app',
        PGDATABASE: 'app',
        PGPASSWORD: 'f00dfeed',
        PGOPTIONS: '-c timezone=UTC -c bytea_output=hex -c lc_monetary=C',
      },
    });
  });

  it('is read per table', () => {
    const printed = 'COPY public.orders (id) FROM stdin;\n1\n2\n\\.\n';
    expect(measuredInChunks(dumpTool.count.measure, Buffer.from(printed))).toEqual({
      'public.orders': { rows: 2, sha256: createHash('sha256').update('1\n2\n').digest('hex') },
    });
  });
});
