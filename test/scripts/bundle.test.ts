import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundle, buildBundle, root } from '../../scripts/bundle/build-bundle.ts';
import { freshEntry, recordName, stamp } from '../../scripts/setup/bundle-record.mjs';
import { loggedError } from '../../src/logger.ts';
import { sourceLines } from '../../src/source-lines.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'shipmate-bundle-'));
});
afterAll(() => rm(parent, { recursive: true }));

describe('the bundle', () => {
  // As at the first start, nothing of the way to it is there yet.
  const home = join(root, 'node_modules/bundle-test');
  const folder = join(home, 'bundle/made');
  let bundle: Bundle;
  let texts: string[];
  beforeAll(async () => {
    await rm(home, { recursive: true, force: true });
    bundle = await buildBundle(folder);
    const programs = [...bundle.files].filter(([name]) => name.endsWith('.mjs'));
    texts = programs.map(([, contents]) => Buffer.from(contents).toString('utf8'));
  });

  afterAll(() => rm(home, { recursive: true }));

  it('begins with main.ts, and knows what it is made of', () => {
    expect([...bundle.files.keys()]).toEqual(expect.arrayContaining(['main.bundle.mjs', 'main.bundle.mjs.map']));
    expect(bundle.inputs).toEqual(
      expect.arrayContaining([
        'src/main.ts',
        'src/app.ts',
        'node_modules/express/index.js',
        'node_modules/pg/lib/index.js',
      ]),
    );
  });

  it('imports nothing of Node as a namespace, and has no place of its own for a file', () => {
    const imported = texts.flatMap((text) => [...text.matchAll(/\bfrom ?"(node:[^"]+)"/g)].map(([, name]) => name));
    expect(imported).toEqual([]);
    expect(texts.filter((text) => /\b__(?:dir|file)name\b/.test(text))).toEqual([]);
  });

  it.each([
    'node_modules/ssh2/',
    'node_modules/qs/',
    'node_modules/@grpc/',
    'node_modules/discord.js/',
    'node_modules/bcrypt/',
  ])('leaves out %s, which is loaded on first use', (folder) => {
    expect(bundle.inputs.filter((path) => path.includes(folder))).toEqual([]);
  });

  it('imports only files of its own that are there', () => {
    const imported = texts.flatMap((text) => [...text.matchAll(/(?:\bfrom ?|\bimport ?|\bimport\()"[.~][/]([^"]+)"/g)]);
    expect(imported.length).toBeGreaterThan(100);
    expect(imported.filter(([found, name = '']) => found.includes('~') || !bundle.files.has(name))).toEqual([]);
  });

  it('has what every start loads in a few files', () => {
    const loaded = new Set(['main.bundle.mjs', 'rest.bundle.mjs']);
    for (const name of loaded) {
      const text = Buffer.from(bundle.files.get(name) ?? '').toString('utf8');
      for (const [, needed = ''] of text.matchAll(/(?:\bfrom|\bimport)"[.][/]([^"]+)"/g)) loaded.add(needed);
    }
    expect(loaded.size).toBeLessThanOrEqual(5);
  });

  it('names the lines of the sources, in what every start loads and in what it does not', () => {
    const found = texts.flatMap((text, at) =>
      ['startApp', 'runDeployment'].flatMap((name) => sourceOf(`async function ${name}(`, text, at)),
    );
    expect(found).toEqual(expect.arrayContaining(['src/app.ts', 'src/usecases/deployments/run/run-deployment.ts']));
  });

  /** The source of the line of a text that holds this. */
  function sourceOf(code: string, text: string, at: number): string[] {
    const lines = text.split('\n');
    const line = lines.findIndex((each) => each.includes(code));
    if (line < 0) return [];
    const map = [...bundle.files].filter(([name]) => name.endsWith('.mjs'))[at]?.[0];
    const json = Buffer.from(bundle.files.get(`${map}.map`) ?? '').toString('utf8');
    const column = (lines[line]?.indexOf(code) ?? 0) + 'async function '.length;
    const origin = new SourceMap(JSON.parse(json) as SourceMapPayload).findOrigin(line + 1, column + 1);
    if (!('fileName' in origin)) return [];
    return [relative(root, new URL(origin.fileName, pathToFileURL(join(folder, 'x'))).pathname)];
  }

  it('does not shorten or change the name of any of our classes', () => {
    const ours = texts.flatMap((text) => [...text.matchAll(/\bclass (\w+Error)\d+\b/g)].map(([, name]) => name));
    expect(ours).toEqual([]);
  });
});

describe('the record of a bundle', () => {
  async function recorded(name: string): Promise<{ folder: string; source: string }> {
    const folder = join(parent, name);
    const source = join(folder, 'source.ts');
    await mkdir(join(folder, 'abc'), { recursive: true });
    await writeFile(join(folder, 'abc/main.bundle.mjs'), '');
    await writeFile(source, 'one');
    const record = { entry: 'abc/main.bundle.mjs', files: [['source.ts', ...stamp(source)]] };
    await writeFile(join(folder, recordName), JSON.stringify(record));
    return { folder, source };
  }

  it('names the program while no source has changed', async () => {
    const { folder } = await recorded('same');
    expect(freshEntry(folder, folder)).toBe(join(folder, 'abc/main.bundle.mjs'));
  });

  it.each<[string, (paths: { folder: string; source: string }) => Promise<void>]>([
    ['a source was written again', ({ source }) => writeFile(source, 'two')],
    ['a source was removed', ({ source }) => rm(source)],
    ['the program was removed', ({ folder }) => rm(join(folder, 'abc'), { recursive: true })],
    ['the record is cut short', ({ folder }) => writeFile(join(folder, recordName), '{"entry":"abc/ma')],
  ])('does not when %s', async (name, change) => {
    const paths = await recorded(name.replaceAll(' ', '-'));
    await change(paths);
    expect(freshEntry(paths.folder, paths.folder)).toBeUndefined();
  });
});

describe('a stack of the bundle', () => {
  it('is logged with the lines of the sources', async () => {
    const url = pathToFileURL(join(parent, 'main.bundle.mjs')).href;
    const map = { version: 3, sources: ['../src/app.ts'], names: [], mappings: 'AACA;UAEE' };
    await writeFile(join(parent, 'main.bundle.mjs.map'), JSON.stringify(map));
    const error = new Error('no');
    error.stack = `Error: no\n    at start (${url}:2:11)\n    at ${url}:1:1\n    at node:internal/x:1:1`;
    const source = new URL('../src/app.ts', url).href;
    expect(loggedError(error)).toMatchObject({
      stack: `Error: no\n    at start (${source}:4:3)\n    at ${source}:2:1\n    at node:internal/x:1:1`,
    });
  });

  it('stays as it is where the map is gone', () => {
    const line = `    at start (${pathToFileURL(join(parent, 'gone.bundle.mjs')).href}:2:11)`;
    expect(sourceLines(line)).toBe(line);
  });
});
