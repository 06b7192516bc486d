import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../../src/compose/templates/manifest.ts';

const read = (text: string) => readManifest('blog/template.yaml', text);

describe('a manifest', () => {
  it('needs little', async () => {
    expect(await read('title: Blog\nsummary: A blog\n')).toEqual({
      title: 'Blog',
      summary: 'A blog',
      variables: [],
      databases: [],
      volumes: {},
    });
  });

  it('is refused with all that is wrong', async () => {
    const text = [
      'title: Blog',
      'service: web',
      'variables:',
      '  - { name: lower, summary: x }',
      '  - { name: BOTH, summary: x, default: a, generate: 20 }',
      'databases:',
      '  - { name: db, type: oracle, as: URL }',
      'color: red',
    ].join('\n');
    await expect(read(text)).rejects.toThrow(
      [
        '`blog/template.yaml` is no manifest of a template:',
        'summary: Invalid input: expected string, received undefined',
        'variables.0.name: is not the name of a variable',
        'variables.1: has either `default` or `generate`',
        'databases.0.type: Invalid option: expected one of "postgresql"|"mysql"|"mongodb"|"redis"',
        'Unrecognized key: "color"',
      ].join('\n'),
    );
    await expect(read('title: Blog\nsummary: x\nservice: web')).rejects.toThrow(
      'needs `service` and `port`, or neither',
    );
  });

  it.each([
    ['is no YAML', 'title: "open'],
    ['repeats itself by aliases', `a: &a [x,x]\nb: [${'*a,'.repeat(50)}]`],
  ])('that %s is refused in a sentence', async (_, text) => {
    await expect(read(text)).rejects.toThrow(/^`blog\/template.yaml` cannot be read: /);
  });
});
