import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { measureCopies } from '../../../src/database-engines/postgresql/measure-copies.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a plain dump of PostgreSQL', () => {
  it('is measured table by table, by the lines between COPY and its end', () => {
    const dump = `--
CREATE TABLE public.orders (id integer, note text);
COPY public.orders (id, note) FROM stdin;
1\tone
2\t\\\\. in a text
3\t\\N
\\.

COPY public."odd name" (id) FROM stdin;
\\.
SELECT pg_catalog.setval('public.orders_id_seq', 3, true);
COPY public.bare FROM stdin;
x
\\.
`;
    expect(measuredInChunks(measureCopies, Buffer.from(dump))).toEqual({
      'public.orders': { rows: 3, sha256: sha256('1\tone\n2\t\\\\. in a text\n3\t\\N\n') },
      'public."odd name"': { rows: 0, sha256: sha256('') },
      'public.bare': { rows: 1, sha256: sha256('x\n') },
    });
  });

  it('has no tables when it is empty', () => {
    expect(measuredInChunks(measureCopies, Buffer.from('SET x = 1;\n'))).toEqual({});
  });

  it('is measured by what it defines, with a list of values written either way', () => {
    const dumpOf = (check: string, token: string) =>
      [
        `\\restrict ${token}`,
        '-- Dumped from database version 18',
        '-- Name: orders; Type: TABLE; Schema: public; Owner: -',
        '--',
        'CREATE TABLE public.orders (',
        `    CONSTRAINT c CHECK (${check})`,
        ');',
        '-- Name: few; Type: VIEW; Schema: public; Owner: -',
        `CREATE VIEW public.few AS SELECT '${'x'.repeat(100_000)}';`,
        `\\unrestrict ${token}`,
        '',
      ].join('\n');
    const structureOf = (dump: string) => {
      const measure = measureCopies();
      measuredInChunks(measureCopies, Buffer.from(dump));
      measure.add(Buffer.from(dump));
      measure.end();
      return measure.structure?.();
    };
    const first = `((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))`;
    const again = `((status)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))`;
    const found = structureOf(dumpOf(first, 'one'));
    expect(found).toMatchObject({ tables: { rows: 1 }, views: { rows: 1 } });
    expect(structureOf(dumpOf(again, 'other'))).toEqual(found);
    expect(structureOf(dumpOf(first.replace(`'b'`, `'c'`), 'one'))?.['tables']).not.toEqual(found?.['tables']);
  });
});
