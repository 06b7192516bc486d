import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-load-on-use-'));
  await writeFile(join(folder, 'function.cjs'), `console.log('function loaded'); module.exports = (n) => n + 1;`);
  await writeFile(join(folder, 'object.cjs'), `console.log('object loaded'); exports.twice = (n) => 2 * n;`);
  await writeFile(
    join(folder, 'library.cjs'),
    `const add = require('./function.cjs'), object = require('./object.cjs');
     console.log('library loaded');
     exports.add = (n) => add(n);
     exports.twice = (n) => object.twice(n);`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

test('a file is loaded by its first use, whether it is a function or an object, and once', async () => {
  const program = `
    const { createRequire } = await import('node:module');
    const { loadOnUse } = await import(${JSON.stringify(new URL('../src/load-on-use.ts', import.meta.url).href)});
    const require = createRequire(${JSON.stringify(join(folder, 'program.mjs'))});
    loadOnUse(require, './function.cjs');
    loadOnUse(require, './object.cjs');
    const library = require('./library.cjs');
    console.log(library.add(1), library.add(2));
    console.log(library.twice(2), library.twice(3));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout.trim().split('\n')).toEqual(['library loaded', 'function loaded', '2 3', 'object loaded', '4 6']);
});

test('a library that imports the names of a part finds them, although another one has it loaded on use', async () => {
  const program = `
    const { createRequire } = await import('node:module');
    const { loadOnUse } = await import(${JSON.stringify(new URL('../src/load-on-use.ts', import.meta.url).href)});
    const require = createRequire(${JSON.stringify(join(folder, 'program.mjs'))});
    loadOnUse(require, './object.cjs');
    const { twice } = await import(${JSON.stringify(pathToFileURL(join(folder, 'object.cjs')).href)});
    console.log(twice(2), 'twice' in require('./object.cjs'), Object.keys(require('./object.cjs')));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout.trim().split('\n')).toEqual(['object loaded', "4 true [ 'twice' ]"]);
});
