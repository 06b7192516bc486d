import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../../src/compose/templates/manifest.ts';
import { templateValues } from '../../../src/usecases/templates/template-values.ts';

const manifest = await readManifest(
  'template.yaml',
  `title: Blog
summary: A blog
service: web
port: 80
address: SITE_URL
variables:
  - { name: EMAIL, summary: Who gets mail }
  - { name: VERSION, summary: Tag of the image, default: '1.2' }
  - { name: KEY, summary: Signs sessions, generate: 40 }
  - { name: PASSWORD, summary: To log in with, generate: 20, shown: true }
databases:
  - { name: db, type: postgresql, as: DATABASE_URL }
`,
);

describe('the values of a template', () => {
  it('are given, usual, or made; only those that people log in with are shown', () => {
    const { plain, secret, shown } = templateValues(manifest, [['EMAIL', 'a@example.com']]);
    expect(plain).toEqual({ EMAIL: 'a@example.com', VERSION: '1.2' });
    expect(Object.keys(secret)).toEqual(['KEY', 'PASSWORD']);
    expect(secret['KEY']).toMatch(/^[A-Za-z2-9]{40}$/);
    expect(shown).toEqual({ PASSWORD: secret['PASSWORD'] });
  });

  it('differ each time', () => {
    const key = () => templateValues(manifest, [['EMAIL', 'a@example.com']]).secret['KEY'];
    expect(key()).not.toBe(key());
  });

  it('that people give in the place of made ones are secrets, and not repeated to them', () => {
    const values = templateValues(manifest, [
      ['EMAIL', 'a@example.com'],
      ['VERSION', '2'],
      ['PASSWORD', 'my own'],
    ]);
    expect(values.plain).toEqual({ EMAIL: 'a@example.com', VERSION: '2' });
    expect(values.secret['PASSWORD']).toBe('my own');
    expect(values.shown).toEqual({});
  });

  it.each([
    [[], 'The template needs more values:\n`--set EMAIL=…`: Who gets mail'],
    [[['EMIAL', 'x']], 'The template has no variable `EMIAL`. Did you mean `EMAIL`?'],
    [[['DATABASE_URL', 'x']], '`DATABASE_URL` is the connection string of the database that the template makes.'],
  ] as const)('%j are refused', (given, message) => {
    expect(() => templateValues(manifest, given)).toThrow(message);
  });
});
