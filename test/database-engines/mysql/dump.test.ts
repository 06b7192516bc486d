import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dumpTool } from '../../../src/database-engines/mysql/dump.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

const login = { host: 'db', user: 'app', password: 'f00dfeed', database: 'app' };

describe('what lies in MySQL or MariaDB', () => {
  it('is printed by another dump, with the program of whichever it is', () => {
    const { command, files } = dumpTool.count.run(login);
    expect(dumpTool.count.run(login)).toEqual(dumpTool.dump(login));
    expect(command[2]).toContain('first mariadb-dump mysqldump');
    expect(command).toEqual(expect.arrayContaining(['app', '--single-transaction', '--skip-add-locks']));
    expect(files).toEqual({
      '/shipmate-client.cnf': '[client]\nuser=root\npassword="f00dfeed"\nhost=db\nprotocol=tcp\n',
      '/shipmate-definers.sql': expect.stringContaining('create user if not exists'),
      '/shipmate-sequences.sql': expect.stringContaining('next_not_cached_value'),
    });
  });

  it('is left alone by events while it is compared', () => {
    expect(dumpTool.still?.(login).command[2]).toContain('set global event_scheduler = off');
  });

  it('is read per table', () => {
    const printed = "INSERT INTO `orders` VALUES (1,'a'),(2,'b');\n";
    expect(measuredInChunks(dumpTool.count.measure, Buffer.from(printed))).toEqual({
      orders: { rows: 2, sha256: createHash('sha256').update(" (1,'a'),(2,'b')").digest('hex') },
    });
  });
});
