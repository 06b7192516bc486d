import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unpackPackages } from '../../src/host/debian-packages.ts';

const path = process.env['PATH'];
let machine: string;

/** A machine whose apt knows no package until its lists are there. */
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), 'shipmate-packages-'));
  const apt = `shift 2
echo "$1" >> ${machine}/asked
if [ "$1" = update ]; then touch ${machine}/lists; exit; fi
[ -e ${machine}/lists ] || exit 100
for last; do case $last in Dir::*) touch "\${last#*=}/restic.deb";; esac; done
`;
  await program('flock', apt);
  await program('dpkg-deb', 'mkdir -p "$3/usr/bin"\n');
  process.env['PATH'] = [machine, path].join(delimiter);
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(machine, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(machine, name), `#!/bin/sh\n${script}`, { mode: 0o755 });
}

async function asked(): Promise<string[]> {
  return (await readFile(join(machine, 'asked'), 'utf8')).trim().split('\n');
}

describe('packages of the distribution', () => {
  it('are fetched without new lists where the lists know them', async () => {
    await writeFile(join(machine, 'lists'), '');
    expect(await unpackPackages(['restic'], join(machine, 'restic'))).toBe(join(machine, 'restic'));
    expect(await asked()).toEqual(['install']);
  });

  it('are fetched after the lists where those are missing', async () => {
    await unpackPackages(['restic'], join(machine, 'restic'));
    expect(await asked()).toEqual(['install', 'update', 'install']);
  });

  it('are fetched once', async () => {
    await unpackPackages(['restic'], join(machine, 'restic'));
    await unpackPackages(['restic'], join(machine, 'restic'));
    expect(await asked()).toEqual(['install', 'update', 'install']);
  });
});
