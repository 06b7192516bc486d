import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { ReferenceService } from './compare-service.ts';

const run = promisify(execFile);

/** What is given to the reference implementation. */
export interface ReferenceInput {
  /** Texts by path; the compose files first, in their order. */
  files: Readonly<Record<string, string>>;
  composeFiles: readonly string[];
  variables: Readonly<Record<string, string>>;
  profiles?: readonly string[];
}

/**
 * The services as `docker-compose config` reads them, dollar signs and paths as they are in the files; undefined when it
 * refuses the files.
 * @param program Compose 2.40 or newer.
 */
export async function referenceServices(
  program: string,
  { composeFiles, files, profiles = [], variables }: ReferenceInput,
): Promise<Record<string, ReferenceService> | undefined> {
  const base = await mkdtemp(join(tmpdir(), 'compose-reference-'));
  // Deep enough for paths that lead out of the repository.
  const folder = join(base, 'a/b/c');
  try {
    await mkdir(folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const options = [...composeFiles.flatMap((one) => ['-f', one]), ...profiles.flatMap((one) => ['--profile', one])];
    const line = ['-p', 'reference', ...options, 'config', '--no-env-resolution', '--format', 'json'];
    const env = { ...variables, PATH: process.env['PATH'], HOME: folder };
    const { stdout } = await run(program, line, { cwd: folder, env, maxBuffer: 100 * 1024 ** 2 });
    const { services } = JSON.parse(stdout.replaceAll('$$', '$'), (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(base) ? relative(folder, value) || '.' : value,
    ) as { services: Record<string, ReferenceService> };
    return services;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'number') return undefined;
    throw error;
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
