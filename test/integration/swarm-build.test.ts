import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildContainers } from '../../src/swarm/images/build-leftovers.ts';
import type { BuildRequest } from '../../src/swarm/swarm.ts';
import { baseImage, docker, ensureBaseImage, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

const swarm = swarmWith();
const never = new AbortController().signal;
const sleeping = `FROM ${baseImage}\nRUN ["/usr/local/bin/node", "-e", "console.log('asleep'); setTimeout(() => {}, 60000)"]\n`;
let tags: string[] = [];

beforeAll(ensureBaseImage, 120_000);
afterEach(async () => {
  for (const tag of tags) await docker.getImage(tag).remove({ force: true });
  tags = [];
});

function request(context: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  const made = requestOf(context, changes);
  tags.push(made.tag);
  return made;
}

/** Starts a build and resolves once its step runs. */
async function startAsleep(context: string) {
  const asked = requestOf(context);
  const cancel = new AbortController();
  const asleep = Promise.withResolvers<void>();
  const onLine = (text: string) => text === 'asleep' && asleep.resolve();
  const built = swarm.build(asked, { ...quiet, onLine }, cancel.signal);
  built.catch(() => {});
  await asleep.promise;
  return { asked, cancel, built };
}

describe('a build', () => {
  it('reports its steps and makes a labelled image from arguments', async () => {
    await using context = await folder({
      'docker/Dockerfile': `FROM ${baseImage}\nARG WHO\nRUN ["/usr/local/bin/node", "-p", "'hello ' + process.env.WHO"]\n`,
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
    expect(steps.slice(0, 2)).toEqual([`1/4 FROM ${baseImage}`, '2/4 ARG WHO']);
    expect(lines).toContain('hello world');
    expect(built.sizeBytes).toBeGreaterThan(1e6);
    expect(await swarm.findImage(asked.tag)).toEqual(built);
    const { Config } = await docker.getImage(asked.tag).inspect();
    expect(Config.Labels).toEqual({ 'shipmate.commit': 'abc' });
    expect(await buildContainers(docker, asked.deploymentId)).toEqual([]);
  });

  it('says which step failed and what it printed', async () => {
    const script = "console.log('first'); console.error('no such module'); process.exit(4)";
    await using context = await folder({
      Dockerfile: `FROM ${baseImage}\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(script)}]\n`,
    });
    // The Engine reads standard output and standard error apart, and passes on first what it has first.
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^Step 2\/2 failed: RUN .*\n(first\nno such module|no such module\nfirst)\nThe command .* returned a non-zero code: 4$/,
    );
  });

  it('says what is wrong with the Dockerfile', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\nFLY away\n' });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(/unknown instruction: FLY/);
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
      Dockerfile: `FROM ${baseImage}\nCOPY . /src\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(list)}]\n`,
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
});

describe('a cancelled build', () => {
  it('ends with its container, and leaves another build alone', async () => {
    await using one = await folder({ Dockerfile: sleeping });
    await using two = await folder({ Dockerfile: `${sleeping}# another\n` });
    const first = await startAsleep(one.path);
    const second = await startAsleep(two.path);
    const reason = new Error('cancelled by ada');
    first.cancel.abort(reason);
    await expect(first.built).rejects.toBe(reason);
    expect(await buildContainers(docker, first.asked.deploymentId)).toEqual([]);
    const [survivor] = await buildContainers(docker, second.asked.deploymentId);
    expect((await survivor?.inspect())?.State.Running).toBe(true);
    second.cancel.abort(reason);
    await expect(second.built).rejects.toBe(reason);
    expect(await buildContainers(docker, second.asked.deploymentId)).toEqual([]);
    expect(await swarm.findImage(first.asked.tag)).toBeUndefined();
  });

  it('leaves nothing that cleaning up after a killed process would not find', async () => {
    await using context = await folder({ Dockerfile: sleeping });
    const { asked, built } = await startAsleep(context.path);
    expect(await buildContainers(docker, asked.deploymentId)).toHaveLength(1);
    await swarm.cleanUpBuild(asked.deploymentId);
    expect(await buildContainers(docker, asked.deploymentId)).toEqual([]);
    await expect(built).rejects.toThrow();
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
