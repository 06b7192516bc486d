import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildRequest } from '../../src/swarm/swarm.ts';
import { occurring } from '../support/saved-image.ts';
import { allProcesses } from '../support/running-processes.ts';
import { fresh, sleeping, startAsleep } from '../support/sleeping-build.ts';
import { baseImage, docker, ensureBaseImage, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

const swarm = swarmWith();
const never = new AbortController().signal;
let tags: string[] = [];

beforeAll(ensureBaseImage);
afterEach(async () => {
  for (const tag of tags) await docker.getImage(tag).remove({ force: true });
  tags = [];
});

function request(context: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  const made = requestOf(context, changes);
  tags.push(made.tag);
  return made;
}

describe('a build', () => {
  it('reports its steps and makes a labelled image from arguments', async () => {
    await using context = await folder({
      'docker/Dockerfile': `${fresh()}ARG WHO\nRUN ["/usr/local/bin/node", "-p", "'hello ' + process.env.WHO"]\n`,
    });
    const asked = request(context.path, {
      settings: { dockerfile: 'docker/Dockerfile', build_args: { WHO: 'world' } },
      labels: { 'shipmate.commit': 'abc' },
    });
    const steps: string[] = [];
    const lines: string[] = [];
    const events = {
      onStep: (step: number, of: number, text: string) => steps.push(`${step}/${of} ${text}`),
      onLine: (text: string) => lines.push(text),
    };
    const built = await swarm.build(asked, events, never);
    expect(steps).toEqual([
      `1/2 FROM ${baseImage}`,
      `2/2 RUN ["/usr/local/bin/node", "-p", "'hello ' + process.env.WHO"]`,
    ]);
    expect(lines).toContain('hello world');
    expect(built.sizeBytes).toBeGreaterThan(1e6);
    expect(await swarm.findImage(asked.tag)).toEqual(built);
    // No step of the Dockerfile's own: the labels cost nothing, and leave the cache as it is.
    const { Config } = await docker.getImage(asked.tag).inspect();
    expect(Config.Labels).toEqual({ 'shipmate.commit': 'abc' });
  });

  it('says which step failed and what it printed', async () => {
    const script = "console.log('first'); console.error('no such module'); process.exit(4)";
    await using context = await folder({
      Dockerfile: `${fresh()}RUN ["/usr/local/bin/node", "-e", ${JSON.stringify(script)}]\n`,
    });
    // The Engine reads standard output and standard error apart, and passes on first what it has first.
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^Step 2\/2 failed: RUN .*\n(first\nno such module|no such module\nfirst)\nExit code 4$/,
    );
  });

  it('tells which images it uses, those of a base’s triggers too, and ends when one may not be used', async () => {
    await using other = await folder({ Dockerfile: `${fresh()}ENV OTHER=1\n` });
    const taken = request(other.path);
    await swarm.build(taken, quiet, never);
    await using base = await folder({
      Dockerfile: `${fresh()}ONBUILD COPY --from=${taken.tag} /usr/local/bin/node /stolen\n`,
    });
    const trap = request(base.path);
    await swarm.build(trap, quiet, never);
    expect((await swarm.findImage(trap.tag))?.triggers).toEqual([
      `COPY --from=${taken.tag} /usr/local/bin/node /stolen`,
    ]);
    await using context = await folder({ Dockerfile: `FROM ${trap.tag}\n` });
    const images: string[] = [];
    const onImage = async (image: string) => {
      images.push(image);
      if (image.endsWith(taken.tag)) throw new Error('not this one');
    };
    const asked = requestOf(context.path);
    await expect(swarm.build(asked, { ...quiet, onImage }, never)).rejects.toThrow('not this one');
    // Told when its metadata is looked up, or by the step that copies from it.
    expect(images.map((image) => image.replace(/^docker\.io\//, ''))).toEqual([trap.tag, taken.tag]);
    expect(await swarm.findImage(asked.tag)).toBeUndefined();
  });

  it('says what is wrong with the Dockerfile', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\nFLY away\n' });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^The Dockerfile cannot be read: line 2: unknown instruction: FLY\. Fix that line and deploy again\.$/,
    );
  });

  it('stops at the target', async () => {
    await using context = await folder({
      Dockerfile: `FROM ${baseImage} AS first\nFROM first AS second\nRUN ["/nonexistent"]\n`,
    });
    await expect(
      swarm.build(request(context.path, { settings: { target: 'first' } }), quiet, never),
    ).resolves.toBeDefined();
  });

  it('sends what .dockerignore leaves', async () => {
    const list = "console.log('sent: ' + fs.readdirSync('/src', { recursive: true }).sort().join(' '))";
    await using context = await folder({
      Dockerfile: `${fresh()}COPY . /src\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(list)}]\n`,
      '.dockerignore': 'kept/*\n!kept/one\nDockerfile\n*.log\n',
      'kept/one': '1',
      'kept/two': '2',
      'top.log': '',
      'deep/inner.log': '',
    });
    const lines: string[] = [];
    await swarm.build(request(context.path), { ...quiet, onLine: (text) => lines.push(text) }, never);
    expect(lines).toContain('sent: .dockerignore deep deep/inner.log kept kept/one');
  });

  it('knows its platform without being told', async () => {
    const print =
      'const { TARGETPLATFORM, TARGETARCH, BUILDPLATFORM } = process.env; console.log(TARGETPLATFORM, TARGETARCH, BUILDPLATFORM)';
    await using context = await folder({
      Dockerfile: `${fresh()}ARG TARGETPLATFORM\nARG TARGETARCH\nARG BUILDPLATFORM\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(print)}]\n`,
    });
    const lines: string[] = [];
    await swarm.build(request(context.path), { ...quiet, onLine: (text) => lines.push(text) }, never);
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    expect(lines).toContain(`linux/${arch} ${arch} linux/${arch}`);
  });

  it('says which steps are cached', async () => {
    await using context = await folder({ Dockerfile: `FROM ${baseImage}\nCOPY x /x\n`, x: randomUUID() });
    await swarm.build(request(context.path), quiet, never);
    const lines: string[] = [];
    await swarm.build(request(context.path), { ...quiet, onLine: (text) => lines.push(text) }, never);
    expect(lines.filter((line) => line.includes('COPY'))).toEqual(['Step 2/2: COPY x /x (cached)']);
  });

  it('has its secrets in no layer and in no line', async () => {
    const read = "console.log('it has ' + fs.readFileSync('/run/secrets/NPM_TOKEN', 'utf8').length)";
    const published = randomUUID();
    await using context = await folder({
      published,
      Dockerfile: `${fresh()}RUN --mount=type=secret,id=NPM_TOKEN,required=true ["/usr/local/bin/node", "-e", ${JSON.stringify(read)}]\nRUN ["/usr/local/bin/node", "-e", "console.log(fs.existsSync('/run/secrets/NPM_TOKEN'))"]\nCOPY published /\n`,
    });
    const secret = randomUUID();
    const lines: string[] = [];
    const asked = { ...request(context.path), secrets: { NPM_TOKEN: secret } };
    await swarm.build(asked, { ...quiet, onLine: (text) => lines.push(text) }, never);
    expect(lines).toEqual(expect.arrayContaining(['it has 36', 'false']));
    expect(lines.join('\n')).not.toContain(secret);
    const image = docker.getImage(asked.tag);
    expect(JSON.stringify([await image.history(), await image.inspect()])).not.toContain(secret);
    expect(await occurring([secret, published], await image.get())).toEqual([published]);
  });

  it('shows its secrets to no other program while a step has them', async () => {
    const secret = randomUUID();
    await using context = await folder({ Dockerfile: sleeping('--mount=type=secret,id=NPM_TOKEN,required=true') });
    const { built, cancel } = await startAsleep(swarm, context.path, { secrets: { NPM_TOKEN: secret } });
    const processes = await allProcesses();
    expect(processes.some(({ cmdline }) => cmdline.includes("console.log('asleep')"))).toBe(true);
    expect(processes.filter(({ cmdline, environ }) => `${cmdline}${environ}`.includes(secret))).toEqual([]);
    cancel.abort();
    await expect(built).rejects.toThrow();
  });

  it('names a secret that is not set', async () => {
    await using context = await folder({
      Dockerfile: `${fresh()}RUN --mount=type=secret,id=NPM_TOKEN,required=true ["/usr/local/bin/node"]\n`,
    });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^Step 2\/2 failed: .*\nThere is no build secret `NPM_TOKEN`\. Set it with `env set <app> NPM_TOKEN --build-secret`\.$/s,
    );
  });

  it('keeps a cache mount', async () => {
    const count =
      "fs.appendFileSync('/cache/runs', '.'); console.log('run ' + fs.readFileSync('/cache/runs', 'utf8').length)";
    const dockerfile = (id: string) =>
      `FROM ${baseImage}\nARG RUN\nRUN --mount=type=cache,id=${id},target=/cache ["/usr/local/bin/node", "-e", ${JSON.stringify(count)}]\n`;
    await using context = await folder({ Dockerfile: dockerfile(randomUUID()) });
    const lines: string[] = [];
    for (const RUN of [randomUUID(), randomUUID()]) {
      const asked = request(context.path, { settings: { build_args: { RUN } } });
      await swarm.build(asked, { ...quiet, onLine: (text) => lines.push(text) }, never);
    }
    expect(lines.filter((line) => /^run \d$/.test(line))).toEqual(['run 1', 'run 2']);
  });

  it('has links as links, and no Dockerfile that is left out', async () => {
    const list =
      "console.log(fs.readdirSync('/src').map((name) => name + ' -> ' + fs.readlinkSync('/src/' + name)).join(', '))";
    await using context = await folder({
      Dockerfile: `${fresh()}COPY . /src\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(list)}]\n`,
      '.dockerignore': 'Dockerfile\n.dockerignore\n',
    });
    await context.link('outside', '/etc/hostname');
    await context.link('up', '../../x');
    const lines: string[] = [];
    await swarm.build(request(context.path), { ...quiet, onLine: (text) => lines.push(text) }, never);
    expect(lines).toContain('outside -> /etc/hostname, up -> ../../x');
  });

  it('names a file that is not there', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\nCOPY nope /\n' });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      'Step 1/1 failed: COPY nope /\n`/nope` is not in the build context. Check the path and the `.dockerignore`.',
    );
  });

  it('names a base image that nobody has, with what to do', async () => {
    await using context = await folder({ Dockerfile: 'FROM localhost:1/team/base:1\nCOPY x /\n' });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^The base image `localhost:1\/team\/base:1` cannot be pulled: its registry cannot be reached\. .*connection refused$/s,
    );
  });

  it('names the image of a `# syntax=` line that nobody has', async () => {
    await using context = await folder({
      Dockerfile: '# syntax=docker/dockerfile:0.0.0-none\nFROM scratch\nCOPY x /\n',
    });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^The `# syntax=` line of the Dockerfile needs the image `docker\/dockerfile:0\.0\.0-none`, but /,
    );
  });
});

describe('a cancelled build', () => {
  it('ends with its step, and leaves another build alone', async () => {
    await using one = await folder({ Dockerfile: sleeping() });
    await using two = await folder({ Dockerfile: sleeping() });
    const first = await startAsleep(swarm, one.path);
    const second = await startAsleep(swarm, two.path);
    const reason = new Error('cancelled by ada');
    first.cancel.abort(reason);
    await expect(first.built).rejects.toBe(reason);
    let isSecondOver = false;
    void second.built.catch(() => (isSecondOver = true));
    expect(await swarm.findImage(first.asked.tag)).toBeUndefined();
    expect(isSecondOver).toBe(false);
    second.cancel.abort(reason);
    await expect(second.built).rejects.toBe(reason);
  });

  it('is ended by cleaning up after a killed process', async () => {
    await using context = await folder({ Dockerfile: sleeping() });
    const { asked, built } = await startAsleep(swarm, context.path);
    await swarm.cleanUpBuild(asked.deploymentId);
    await expect(built).rejects.toThrow();
    expect(await swarm.findImage(asked.tag)).toBeUndefined();
  });
});

describe('an image from a registry', () => {
  it('is taken from this host when it cannot be pulled', async () => {
    const lines: string[] = [];
    await swarm.pull(baseImage, (text) => lines.push(text), never);
    expect(lines.at(-1)).toMatch(/^Could not pull .*using the one on this host$/);
  });

  it('is refused when it is nowhere', async () => {
    await expect(swarm.pull('shipmate-test/nowhere:1', () => {}, never)).rejects.toThrow(
      /^The image `shipmate-test\/nowhere:1` cannot be pulled/,
    );
  });

  it('cannot be pushed where nobody listens', async () => {
    const tag = 'localhost:1/shipmate-test:1';
    await docker.getImage(baseImage).tag({ repo: 'localhost:1/shipmate-test', tag: '1' });
    tags.push(tag);
    await expect(swarm.push(tag, never)).rejects.toThrow(/cannot be pushed: .*connection refused/);
  });
});
