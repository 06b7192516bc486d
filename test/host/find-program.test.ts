import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../src/errors.ts';
import { findProgram } from '../../src/host/find-program.ts';

const path = process.env['PATH'];
const { getuid } = process;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-program-'));
  process.env['PATH'] = folder;
});
afterEach(async () => {
  process.env['PATH'] = path;
  Object.assign(process, { getuid });
  await rm(folder, { recursive: true, force: true });
});

describe('findProgram', () => {
  it('takes the one in PATH', async () => {
    const program = join(folder, 'restic');
    await writeFile(program, '');
    await chmod(program, 0o755);
    expect(await findProgram('restic', join(folder, 'programs'))).toBe(program);
  });

  it('passes over a file that cannot be run, and takes what was fetched earlier', async () => {
    await writeFile(join(folder, 'restic'), '');
    await mkdir(join(folder, 'programs/restic'), { recursive: true });
    Object.assign(process, { getuid: () => 0 });
    expect(await findProgram('restic', join(folder, 'programs'))).toBe(join(folder, 'programs/restic/usr/bin/restic'));
  });

  it('says what to install when it is not there and may not be fetched', async () => {
    Object.assign(process, { getuid: () => 1000 });
    const found = findProgram('restic', join(folder, 'programs'));
    await expect(found).rejects.toThrow(UnavailableError);
    await expect(found).rejects.toThrow('apt-get install restic');
  });
});
