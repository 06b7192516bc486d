import { beforeAll, describe, expect, it } from '@jest/globals';
import { dockerSwarm } from '../../src/swarm/dockerode.ts';
import { buildContainers } from '../../src/swarm/images/build-leftovers.ts';
import { fresh, sleeping, startAsleep } from '../support/sleeping-build.ts';
import { docker, ensureBaseImage, folder, quiet, requestOf } from '../support/swarm-fixture.ts';

/** The Engine, as if it had no BuildKit. */
function engineOf(ApiVersion: string) {
  const old: typeof docker = Object.create(docker);
  old.version = async () => ({ ...(await docker.version()), ApiVersion });
  return old;
}

const swarm = dockerSwarm(engineOf('1.38'), { contextLimitBytes: 200_000_000 });
const never = new AbortController().signal;

beforeAll(ensureBaseImage);

describe('a build by an Engine without BuildKit', () => {
  it('reports its steps and makes a labelled image', async () => {
    await using context = await folder({
      Dockerfile: `${fresh()}COPY . /src\nRUN ["/usr/local/bin/node", "-p", "fs.readdirSync('/src').join(' ')"]\n`,
      '.dockerignore': 'dropped\n',
      dropped: '',
      sent: '',
    });
    const asked = requestOf(context.path, { labels: { 'shipmate.commit': 'abc' } });
    const steps: string[] = [];
    const lines: string[] = [];
    const events = {
      onStep: (step: number, of: number) => steps.push(`${step}/${of}`),
      onLine: (text: string) => lines.push(text),
    };
    const built = await swarm.build(asked, events, never);
    expect(steps).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    expect(lines).toContain('.dockerignore Dockerfile sent');
    const { Config } = await docker.getImage(built.id).inspect();
    expect(Config.Labels).toEqual({ 'shipmate.commit': 'abc' });
    expect(await buildContainers(docker, asked.deploymentId)).toEqual([]);
    await docker.getImage(asked.tag).remove({ force: true });
  });

  it('says which step failed and what it printed', async () => {
    await using context = await folder({
      Dockerfile: `${fresh()}RUN ["/usr/local/bin/node", "-e", "console.log('first'); process.exit(4)"]\n`,
    });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      /^Step 3\/3 failed: RUN .*\nfirst\nThe command .* returned a non-zero code: 4$/,
    );
  });

  it('is refused for a here-document, which that builder skips', async () => {
    await using context = await folder({ Dockerfile: `${fresh()}RUN <<EOF\necho hello\nEOF\n` });
    await expect(swarm.build(requestOf(context.path), quiet, never)).rejects.toThrow(
      'A here-document (`<<EOF`) in the Dockerfile needs BuildKit, which this Docker Engine does not have. ' +
        'Update it to 18.09 or later.',
    );
  });

  it('is refused with build secrets', async () => {
    await using context = await folder({ Dockerfile: fresh() });
    await expect(swarm.build({ ...requestOf(context.path), secrets: { TOKEN: 'x' } }, quiet, never)).rejects.toThrow(
      'Build secrets need BuildKit, which this Docker Engine does not have.',
    );
  });

  it('ends with its container when it is cancelled, and leaves another one alone', async () => {
    await using one = await folder({ Dockerfile: sleeping() });
    await using two = await folder({ Dockerfile: sleeping() });
    const first = await startAsleep(swarm, one.path);
    const second = await startAsleep(swarm, two.path);
    const reason = new Error('cancelled by ada');
    first.cancel.abort(reason);
    await expect(first.built).rejects.toBe(reason);
    expect(await buildContainers(docker, first.asked.deploymentId)).toEqual([]);
    const [survivor] = await buildContainers(docker, second.asked.deploymentId);
    expect((await survivor?.inspect())?.State.Running).toBe(true);
    // As after a killed process.
    await swarm.cleanUpBuild(second.asked.deploymentId);
    expect(await buildContainers(docker, second.asked.deploymentId)).toEqual([]);
    await expect(second.built).rejects.toThrow();
    expect(await swarm.findImage(first.asked.tag)).toBeUndefined();
  });
});
