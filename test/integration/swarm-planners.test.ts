import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BaseImages } from '../../src/config-base-images.ts';
import type { BuildRequest } from '../../src/swarm/swarm.ts';
import { ensureBuilderImages } from '../support/builder-image.ts';
import { putPrograms } from '../support/planners/put-programs.ts';
import { occurring } from '../support/saved-image.ts';
import { docker, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

const frontend = 'shipmate-test/railpack-frontend:v0.9.1';
const never = new AbortController().signal;
const files = {
  'package.json': '{}',
  // Otherwise a step of an earlier run is cached, which had another value of a secret.
  'run-of-test': randomUUID(),
  'server.js': 'console.log(require("fs").readFileSync("built", "utf8"))',
  'build.js':
    'console.log("building"); require("fs").writeFileSync("built", [process.env.WHO, process.env.SPACED].join())',
  '.dockerignore': '.*\n',
};
let images: BaseImages;
let programs: Awaited<ReturnType<typeof putPrograms>>;
let tags: string[] = [];

beforeAll(async () => {
  const base = await ensureBuilderImages();
  programs = await putPrograms(String(base.node));
  const script = await readFile(join(import.meta.dirname, '../support/planners/frontend.mjs'), 'utf8');
  await using context = await folder({
    Dockerfile: `FROM ${String(base.node)}\nCOPY frontend.mjs /\nENTRYPOINT ["/usr/local/bin/node", "/frontend.mjs"]\n`,
    'frontend.mjs': script,
  });
  await swarmWith().build(requestOf(context.path, { tag: frontend }), quiet, never);
  images = { 'railpack-frontend': 'shipmate-test/railpack-frontend:v{version}' };
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await docker.getImage(frontend).remove({ force: true });
});
afterEach(async () => {
  for (const tag of tags.splice(0)) await docker.getImage(tag).remove({ force: true });
});

async function build(context: string, changes: Partial<BuildRequest>) {
  const asked = requestOf(context, { generation: { images, port: 3000 }, ...changes });
  const lines: string[] = [];
  const used: string[] = [];
  const events = {
    ...quiet,
    onLine: (line: string) => lines.push(line),
    onImage: async (image: string) => void used.push(image),
  };
  await swarmWith().build(asked, events, never);
  tags.push(asked.tag);
  const { Config } = await docker.getImage(asked.tag).inspect();
  return { tag: asked.tag, lines, used, config: Config };
}

/** What the container prints. */
async function outputOf(image: string): Promise<string> {
  const container = await docker.createContainer({ Image: image, Tty: true });
  try {
    await container.start();
    await container.wait();
    return String(await container.logs({ stdout: true })).trim();
  } finally {
    await container.remove({ force: true });
  }
}

describe.each(['nixpacks', 'railpack'] as const)('%s', (builder) => {
  it('plans, and the Engine builds with our labels, build arguments and port', async () => {
    await using context = await folder(files);
    const who = randomUUID();
    const settings = { build_args: { WHO: who, SPACED: `a=b c $HOME 'q'`, NODE_OPTIONS: '--no-warnings' } };
    const made = await build(context.path, { builder, settings, labels: { 'shipmate.commit': 'abc' } });
    expect(await outputOf(made.tag)).toBe(`${who},a=b c $HOME 'q'`);
    expect(made.config.Labels).toEqual({ 'shipmate.commit': 'abc' });
    expect(made.config.Env).toContain('PORT=3000');
    expect(made.lines).toContain('building');
    expect(made.used).toContain(builder === 'railpack' ? frontend : programs.base);
    expect((await readdir(context.path)).sort()).toEqual(Object.keys(files).sort());
    // Others on the host can read arguments, and an environment like that runs a stranger's code.
    for (const { args, env } of await programs.runs(builder)) {
      expect(args.join(' ')).not.toContain(who);
      expect(env['NODE_OPTIONS']).not.toBe('--no-warnings');
    }
  });

  it('takes the commands that a person set, and variables that configure it', async () => {
    await using context = await folder(files);
    const variables = { [`${builder.toUpperCase()}_START_CMD`]: 'echo configured' };
    const configured = await build(context.path, { builder, settings: { build_args: variables } });
    expect(await outputOf(configured.tag)).toBe('configured');
    const settings = { build_command: 'echo --built--', start_command: 'echo --started--' };
    const set = await build(context.path, { builder, settings });
    expect(set.lines).toContain('--built--');
    expect(await outputOf(set.tag)).toBe('--started--');
  });
});

it('variables that nixpacks sets by itself reach the build, and `.nixpacks` whatever `.dockerignore` says', async () => {
  await using context = await folder({ ...files, '.dockerignore': '*\n!package.json\n!*.js\n' });
  const made = await build(context.path, { builder: 'nixpacks', settings: { build_args: { CI: 'false' } } });
  // What a person sets comes before what it sets.
  expect(made.config.Env).toEqual(expect.arrayContaining(['NIXPACKS_METADATA=node', 'CI=false']));
});

describe('build secrets', () => {
  const secret = `s3cret-${randomUUID()}`;
  const steps = {
    ...files,
    'build.js': 'require("fs").writeFileSync("built", String((process.env.TOKEN ?? "none").length))',
  };

  it('reach the steps of railpack, and neither the image nor the planner', async () => {
    await using context = await folder(steps);
    const made = await build(context.path, { builder: 'railpack', secrets: { TOKEN: secret } });
    expect(await outputOf(made.tag)).toBe(String(secret.length));
    expect(await occurring([secret], await docker.getImage(made.tag).get())).toEqual([]);
    for (const { args, env } of await programs.runs('railpack')) {
      expect(JSON.stringify([args, env])).not.toContain(secret);
    }
  });

  it('are kept from nixpacks, which says so', async () => {
    await using context = await folder(steps);
    const made = await build(context.path, { builder: 'nixpacks', secrets: { TOKEN: secret } });
    expect(await outputOf(made.tag)).toBe('4');
    expect(made.lines).toContain(
      '`TOKEN` did not go into this build: nixpacks would keep build secrets in the image. Use a Dockerfile, or ' +
        '`app set <app> builder=railpack`.',
    );
  });
});
