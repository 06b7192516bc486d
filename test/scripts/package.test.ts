import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { root as checkout } from '../../scripts/bundle/build-bundle.ts';
import { shrinkwrapOf } from '../../scripts/package/shrinkwrap.ts';
import type { Packed } from '../../scripts/support/pack.ts';
import { gatewayProgram } from '../../src/database-engines/gateway-program.ts';
import { databaseEngines } from '../../src/database-engines/registry.ts';
import { packedOnce } from '../support/installation/packaged.ts';

const run = promisify(execFile);

let packed: Packed;
beforeAll(async () => {
  packed = await packedOnce();
});

describe('the package', () => {
  it('has a scope, and only the parts that an installation uses', () => {
    const parts = packed.files.map((file) => file.replace(/^((?:src[/])?[^/]+)[/].*$/, '$1'));
    expect([...new Set(parts)].sort()).toEqual([
      'LICENSE',
      'README.md',
      'bin',
      'bundle',
      'npm-shrinkwrap.json',
      'package.json',
      'src/compose',
      'src/database-engines',
      'src/handlers',
      'src/migrations',
      'src/swarm',
    ]);
  });

  it('has the sources that gateways are made of, and no others', async () => {
    const programs = await Promise.all(Object.values(databaseEngines).map(gatewayProgram));
    const needed = programs.flatMap(({ files }) => Object.keys(files)).map((name) => `src/database-engines/${name}`);
    const sources = packed.files.filter((file) => file.endsWith('.ts'));
    expect(sources).toEqual(expect.arrayContaining(needed));
    // Only types.
    expect(sources.filter((file) => !needed.includes(file))).toEqual(['src/database-engines/gateway/opening.ts']);
  });

  it('has a program of each source that is started by its address', async () => {
    const sources = await readdir(join(checkout, 'src'), { recursive: true });
    const started = new Set<string>();
    for (const source of sources.filter((name) => name.endsWith('.ts') && !name.startsWith('database-engines/'))) {
      const text = await readFile(join(checkout, 'src', source), 'utf8');
      for (const [, name = ''] of text.matchAll(/new URL\('([^']+)[.]ts', import[.]meta[.]url\)/g)) started.add(name);
    }
    const programs = packed.files.filter((file) => /^bundle[/]programs[/][^/]+[.]bundle[.]mjs$/.test(file));
    expect(started.size).toBeGreaterThan(3);
    expect([...started].filter((name) => !programs.includes(`bundle/programs/${name}.bundle.mjs`))).toEqual([]);
  });

  it.each([
    'src/migrations',
    'src/compose/templates/library',
    'src/handlers/http/pages/views',
    'src/handlers/http/pages/assets',
  ])('has what is read of %s', async (folder) => {
    const there = await readdir(join(checkout, folder), { recursive: true, withFileTypes: true });
    const read = there.filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'));
    const paths = read.map((entry) => join(entry.parentPath, entry.name).replace(checkout, ''));
    expect(packed.files.filter((file) => file.startsWith(`${folder}/`)).sort()).toEqual(paths.sort());
  });

  it('locks libraries that npm installs as they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shipmate-locked-'));
    try {
      await cp(join(packed.folder, 'npm-shrinkwrap.json'), join(folder, 'npm-shrinkwrap.json'));
      const manifest = JSON.parse(await readFile(join(packed.folder, 'package.json'), 'utf8')) as object;
      await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, devDependencies: {}, scripts: {} }));
      const { stdout } = await run('npm', ['ci', '--dry-run', '--omit=dev', '--ignore-scripts', '--offline'], {
        cwd: folder,
      });
      expect(stdout).toMatch(/added \d+ packages/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the lock file of a package', () => {
  it('leaves out what only development needs', () => {
    const lock = {
      lockfileVersion: 3,
      packages: {
        '': { version: '1.0.0', devDependencies: { jest: '30.5.2' } },
        'node_modules/express': { version: '5.3.0' },
        'node_modules/jest': { version: '30.5.2', dev: true },
        'node_modules/fsevents': { version: '2.3.3', devOptional: true },
      },
    };
    expect(shrinkwrapOf(lock)).toEqual({
      lockfileVersion: 3,
      packages: { '': { version: '1.0.0' }, 'node_modules/express': { version: '5.3.0' } },
    });
  });
});
