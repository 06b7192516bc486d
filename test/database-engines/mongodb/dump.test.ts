import { describe, expect, it } from '@jest/globals';
import { dumpTool } from '../../../src/database-engines/mongodb/dump.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';
import { archiveBlock, bson, mongoArchive } from '../../support/mongo-archive.ts';

const login = { host: 'db', user: 'app', password: 'f00dfeed', database: 'app' };

describe('what lies in MongoDB', () => {
  it('is printed by another dump', () => {
    const { command, files } = dumpTool.count.run(login);
    expect(dumpTool.count.run(login)).toEqual(dumpTool.dump(login));
    expect(command).toEqual(expect.arrayContaining(['mongodump', '--host=db:27017', '--archive', '--db=app']));
    expect(Object.values(files)).toEqual(['password: "f00dfeed"\n']);
  });

  it('is read per collection', () => {
    const printed = mongoArchive(
      archiveBlock('orders', bson({ _id: '1' }), bson({ _id: '2' })),
      archiveBlock('orders'),
    );
    expect(measuredInChunks(dumpTool.count.measure, printed)).toEqual({
      'app.orders': { rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});
