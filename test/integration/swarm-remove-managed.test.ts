import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { installationLabel } from '../../src/swarm/labels.ts';
import { findManaged, removeManaged } from '../../src/swarm/remove-managed.ts';
import { docker } from '../support/swarm-fixture.ts';
import { runName } from '../support/test-run.ts';
import { until } from '../support/until.ts';

const run = randomBytes(4).toString('hex');
const name = (part: string) => `shipmate-purge-${part}-${run}`;
/** Other tests have things of Shipmate's at this Engine as well. */
const mine = `shipmate-purge=${run}`;
const Labels = { 'shipmate.managed': 'true', 'shipmate-purge': run };
const Data = Buffer.from('x').toString('base64');

beforeAll(async () => {
  const network = await docker.createNetwork({ Name: name('network'), Driver: 'overlay', Labels });
  await docker.createVolume({ Name: name('volume'), Labels });
  await docker.createConfig({ Name: name('config'), Labels, Data });
  const secret = (await docker.createSecret({ Name: name('secret'), Labels, Data })) as { id: string };
  await docker.createVolume({ Name: name('others'), Labels: { 'shipmate-purge': run } });
  const file = { Name: 'secret', UID: '0', GID: '0', Mode: 0o444 };
  await docker.createService({
    Name: name('service'),
    Labels: { ...Labels, ...installationLabel(runName()) },
    TaskTemplate: {
      ContainerSpec: {
        Image: await ensureNodeBaseImage(),
        Command: ['node', '-e', 'setInterval(() => {}, 1000)'],
        Mounts: [{ Type: 'volume', Source: name('volume'), Target: '/data' }],
        Secrets: [{ SecretID: secret.id, SecretName: name('secret'), File: file }],
      },
      Networks: [{ Target: network.id }],
    },
    EndpointSpec: { Mode: 'dnsrr' },
  });
  await until('the task', async () => {
    const tasks = (await docker.listTasks({ filters: { service: [name('service')] } })) as {
      Status: { State: string };
    }[];
    return tasks.some(({ Status }) => Status.State === 'running');
  });
});
afterAll(async () => {
  await removeManaged(await findManaged(docker, [mine]));
  await docker.getVolume(name('others')).remove();
});

describe('what an uninstallation purges', () => {
  it('is all that carries the labels, in an order in which it can go', async () => {
    const found = await findManaged(docker, [mine]);
    expect(found.map(({ kind, name: each }) => `${kind} ${each}`)).toEqual(
      ['service', 'secret', 'config', 'network', 'volume'].map((kind) => `${kind} ${name(kind)}`),
    );
  });

  it('is gone, though it was in use, and nothing else is', async () => {
    await removeManaged(await findManaged(docker, [mine]));
    expect(await findManaged(docker, [mine])).toEqual([]);
    const { Volumes } = await docker.listVolumes({ filters: { label: [mine] } });
    expect(Volumes.map(({ Name }) => Name)).toEqual([name('others')]);
  });
});
