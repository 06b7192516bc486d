import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BuildSettings } from '../../../src/entities/application-config.ts';
import type { EngineBuildRequest } from '../../../src/swarm/images/builder.ts';
import { builderNamed, buildersFor } from '../../../src/swarm/images/builders.ts';
import type { BuildEvents } from '../../../src/swarm/swarm.ts';
import { groupsGone } from '../../git/recorded-git.ts';
import { docker, folder, quiet, requestOf } from '../../support/swarm-fixture.ts';
import { until } from '../../support/until.ts';

const before = process.env['PATH'] ?? '';
let bin: string;
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'shipmate-planner-'));
  process.env['PATH'] = `${bin}${delimiter}${before}`;
});
afterEach(async () => {
  process.env['PATH'] = before;
  await rm(bin, { recursive: true, force: true });
});

/** Puts a program of this name first in PATH. */
async function put(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

interface Asked {
  settings?: BuildSettings;
  events?: Partial<BuildEvents>;
  signal?: AbortSignal;
  buildkit?: boolean;
}

/** Nothing here gets as far as the Engine. */
function build(name: string, context: string, { settings = {}, events, signal, buildkit = true }: Asked = {}) {
  const request: EngineBuildRequest = {
    ...requestOf(context, { settings, builder: name }),
    docker,
    contextLimitBytes: 1e6,
    credentials: async () => undefined,
    engine: { apiVersion: '1.51', platform: 'linux/amd64', buildkit },
  };
  return builderNamed(name).build(request, { ...quiet, ...events }, signal ?? new AbortController().signal);
}

describe('a planner', () => {
  it('is never chosen by itself', async () => {
    const names = buildersFor({}).map(({ name }) => name);
    expect(names).not.toContain('nixpacks');
    expect(names).not.toContain('railpack');
    expect(buildersFor({ builder: 'nixpacks' }).map(({ name }) => name)).toEqual(['nixpacks']);
    const checkout = { folder: '/', settings: {}, platform: 'linux/amd64' };
    expect(await builderNamed('nixpacks').detects(checkout)).toBeUndefined();
    expect(await builderNamed('railpack').detects(checkout)).toBeUndefined();
  });

  it.each(['nixpacks', 'railpack'])('that is not installed is named with the remedy: %s', async (name) => {
    process.env['PATH'] = bin;
    await using context = await folder({ 'package.json': '{}' });
    await expect(build(name, context.path)).rejects.toThrow(
      new RegExp(
        `^The builder \`${name}\` needs the program \`${name}\` on Shipmate's host\\. Install it \\(https://${name}\\.com/.*\\), ` +
          'or let Shipmate choose a builder: `app set <app> builder=`\\.$',
      ),
    );
    expect(await readdir(context.path)).toEqual(['package.json']);
  });

  it('that cannot plan the checkout says why, with its exit code', async () => {
    await put('nixpacks', 'printf "\\033[31mNixpacks was unable to generate a build plan\\033[0m\\n" >&2; exit 1');
    await using context = await folder();
    await expect(build('nixpacks', context.path)).rejects.toThrow(
      '`nixpacks plan` failed with exit code 1:\nNixpacks was unable to generate a build plan',
    );
  });

  it('that fails while its output is shown says it again, the last 30 lines', async () => {
    await put('railpack', '[ "$1" = --version ] && exec echo railpack version 0.9.1; seq 40; exit 2');
    await using context = await folder();
    const lines: string[] = [];
    const failing = build('railpack', context.path, { events: { onLine: (line) => lines.push(line) } });
    const shown = Array.from({ length: 30 }, (_, at) => at + 11).join('\n');
    await expect(failing).rejects.toThrow(`\`railpack prepare\` failed with exit code 2:\n${shown}`);
    expect(lines).toHaveLength(40);
  });

  it.each([
    ['nixpacks', 'echo no plan', 'The plan of `nixpacks` is not a JSON object.'],
    ['nixpacks', 'echo "{}"', 'Nixpacks wrote no `.nixpacks/Dockerfile`.'],
    ['railpack', 'echo dev', '`railpack --version` prints no version.'],
    ['railpack', 'echo 0.9.1', 'Railpack wrote no plan.'],
    ['railpack', 'while :; do echo 0123456789; done', '`railpack` printed more than 2 MiB.'],
  ])('%s that does %j is refused', async (name, script, message) => {
    await put(name, script);
    await using context = await folder();
    await expect(build(name, context.path)).rejects.toThrow(message);
  });

  it('ends with a cancelled build, helpers included', async () => {
    await put('nixpacks', `(trap '' TERM; while :; do sleep 1; done) & echo $$ > ${bin}/pid; wait`);
    await using context = await folder();
    const cancelled = new AbortController();
    const building = build('nixpacks', context.path, { signal: cancelled.signal });
    const leader = await until(
      'the planner starts',
      async () => Number(await readFile(join(bin, 'pid'), 'utf8').catch(() => '')) || undefined,
    );
    cancelled.abort(new Error('cancelled'));
    await expect(building).rejects.toThrow('cancelled');
    await groupsGone([leader]);
  });

  it('is kept from what a link of the repository leads to', async () => {
    await put('nixpacks', `echo ran > ${bin}/ran`);
    await using outside = await folder();
    await using context = await folder();
    await context.link('.nixpacks', outside.path);
    await expect(build('nixpacks', context.path)).rejects.toThrow(
      'The repository has `.nixpacks`, which the builder writes itself. Remove it.',
    );
    expect([...(await readdir(outside.path)), ...(await readdir(bin))]).toEqual(['nixpacks']);
  });

  it('asks whether each image of its plan may be used, before anything is built', async () => {
    const step = {
      inputs: [{ image: 'shipmate/other-secret:1' }],
      commands: [{ image: 'tools:2', src: '/', dest: '/' }],
    };
    const plan = JSON.stringify({ steps: [step], deploy: { base: { image: 'runtime:3' } } });
    await put('railpack', `[ "$1" = --version ] && exec echo 0.9.1; cat > "$4" <<'P'\n${plan}\nP`);
    await using context = await folder();
    const asked: string[] = [];
    const onImage = async (image: string) => {
      asked.push(image);
      if (image.startsWith('shipmate/')) throw new Error('not this one');
    };
    await expect(build('railpack', context.path, { events: { onImage } })).rejects.toThrow('not this one');
    expect(asked).toEqual(['ghcr.io/railwayapp/railpack-frontend:v0.9.1', 'runtime:3', 'shipmate/other-secret:1']);
  });

  it('refuses what it would pass over', async () => {
    await mkdir(join(bin, 'context'));
    const context = join(bin, 'context');
    await expect(build('nixpacks', context, { settings: { output: 'dist' } })).rejects.toThrow(
      'The builder `nixpacks` does not use `output`. Unset it with `app set <app> output=`.',
    );
    await expect(build('railpack', context, { buildkit: false })).rejects.toThrow(
      'The builder `railpack` needs BuildKit, which this Docker Engine does not have.',
    );
  });

  it('says how to see its plan in place of a Dockerfile', async () => {
    await expect(builderNamed('nixpacks').dockerfile?.({ folder: '/', settings: {} })).rejects.toThrow(
      'run `nixpacks build . --out .` in the repository',
    );
    await expect(builderNamed('railpack').dockerfile?.({ folder: '/', settings: {} })).rejects.toThrow(
      'run `railpack plan .` in the repository',
    );
  });
});
