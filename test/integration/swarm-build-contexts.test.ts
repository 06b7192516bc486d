import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildEngine, isIn } from '../../src/swarm/api-version.ts';
import type { BuildRequest } from '../../src/swarm/swarm.ts';
import { allProcesses } from '../support/running-processes.ts';
import { until } from '../support/until.ts';
import { fresh, sleeping, startAsleep } from '../support/sleeping-build.ts';
import { baseImage, docker, ensureBaseImage, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

const swarm = swarmWith();
const never = new AbortController().signal;
let tags: string[] = [];
let takesNames = false;

beforeAll(async () => {
  await ensureBaseImage();
  takesNames = isIn((await buildEngine(docker)).apiVersion, 'namedContexts');
});
afterEach(async () => {
  for (const tag of tags) await docker.getImage(tag).remove({ force: true });
  tags = [];
});

/** The lines of a build, or why an older Engine refuses it. */
async function linesOf(request: BuildRequest): Promise<string[]> {
  const lines: string[] = [];
  await swarm.build(request, { ...quiet, onLine: (text) => lines.push(text) }, never);
  tags.push(request.tag);
  return lines;
}

const tooOld =
  'Named contexts (`additional_contexts`) need Docker Engine 23 or later. Update it, name images in `FROM` or ' +
  '`COPY --from`, and take a `context` that has the folders.';

async function expectLines(request: BuildRequest, expected: (lines: string[]) => void): Promise<void> {
  if (takesNames) expected(await linesOf(request));
  else await expect(linesOf(request)).rejects.toThrow(tooOld);
}

describe('a build with named contexts', () => {
  it('takes files from folders, without what their .dockerignore leaves out, and images by name', async () => {
    const list = "console.log('it has: ' + fs.readdirSync('/shared').sort().join(' '), process.env.WHO)";
    await using shared = await folder({ '.dockerignore': 'secret\n', kept: randomUUID(), secret: '' });
    await using context = await folder({
      Dockerfile: `FROM base\nARG WHO\nCOPY --from=shared . /shared\nRUN ["/usr/local/bin/node", "-e", ${JSON.stringify(list)}]\n`,
    });
    const request = requestOf(context.path, {
      settings: { build_args: { WHO: 'ada' } },
      labels: { 'shipmate.commit': 'abc' },
      baseImages: [],
      contexts: { shared: { folder: shared.path }, base: { source: `docker-image://${baseImage}` } },
    });
    const images: string[] = [];
    const onImage = async (image: string) => void images.push(image);
    await expectLines(request, (lines) => expect(lines).toContain('it has: .dockerignore kept ada'));
    if (!takesNames) return;
    await swarm.build(request, { ...quiet, onImage }, never);
    expect(images).toContain(baseImage);
    expect((await docker.getImage(request.tag).inspect()).Config.Labels).toEqual({ 'shipmate.commit': 'abc' });
  });

  it('says which step failed and what it printed', async () => {
    await using shared = await folder({ one: '' });
    await using context = await folder({
      Dockerfile: `${fresh()}RUN ["/usr/local/bin/node", "-e", "console.log('first'); process.exit(4)"]\nCOPY --from=shared one /\n`,
    });
    const building = linesOf(requestOf(context.path, { contexts: { shared: { folder: shared.path } } }));
    await expect(building).rejects.toThrow(takesNames ? /^Step \d\/\d failed: RUN .*\nfirst\nExit code 4$/ : tooOld);
  });

  it('names the file that a context does not have', async () => {
    await using shared = await folder({ one: '' });
    await using context = await folder({ Dockerfile: 'FROM scratch\nCOPY --from=shared two /\n' });
    const building = linesOf(requestOf(context.path, { contexts: { shared: { folder: shared.path } } }));
    await expect(building).rejects.toThrow(
      takesNames ? '`/two` is not in the build context. Check the path and the `.dockerignore`.' : tooOld,
    );
  });
});

describe('a cancelled build with named contexts', () => {
  it('ends with its step', async () => {
    await using shared = await folder({ one: '' });
    const dockerfile = sleeping();
    const [mark = ''] = /RUN_OF_TEST=\S+/.exec(dockerfile) ?? [];
    await using context = await folder({ Dockerfile: `${dockerfile}COPY --from=shared one /\n` });
    const contexts = { shared: { folder: shared.path } };
    if (!takesNames) {
      await expect(swarm.build(requestOf(context.path, { contexts }), quiet, never)).rejects.toThrow(tooOld);
      return;
    }
    const { asked, built, cancel } = await startAsleep(swarm, context.path, { contexts });
    const runs = async () => (await allProcesses()).some(({ environ }) => environ.includes(mark));
    expect(await runs()).toBe(true);
    const reason = new Error('cancelled by ada');
    cancel.abort(reason);
    await expect(built).rejects.toBe(reason);
    await until('the end of the step', async () => !(await runs()));
    expect(await swarm.findImage(asked.tag)).toBeUndefined();
  });
});
