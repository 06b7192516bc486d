import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { removeIngress, removeServices } from '../../scripts/support/remove-services.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { openIngress, rollOut, routeTo, visit } from '../support/ingress-fixture.ts';
import { docker, ensureBaseImage, removeNetwork, runningContainers, uniqueName } from '../support/swarm-fixture.ts';

const network = uniqueName('kernel');
const service = uniqueName('kernel');
const state = { routes: [routeTo(service, network)], certificates: [], challenges: [] };
/** One that no kernel has. */
const impossible = { 'net.ipv4.shipmate_never': '1' };

beforeAll(async () => {
  await ensureBaseImage();
  await rollOut(service, network, 'one');
});
afterAll(async () => {
  await removeServices([service]);
  await removeNetwork(network);
});

describe('the ingress on a kernel that lacks a setting', () => {
  it('goes without it, remembers that, and serves', async () => {
    const open = await openIngress(impossible);
    try {
      await open.ingress.apply(state);
      expect(await visit(open.port, `${service}.test`)).toEqual({ status: 200, body: 'one' });
      const { Spec } = await docker.getService(open.name).inspect();
      expect(Spec.Labels[labelKeys.lacks]).toBe('net.ipv4.shipmate_never');
      expect(Spec.TaskTemplate.ContainerSpec.Sysctls).not.toHaveProperty('net.ipv4.shipmate_never');
      const [before] = await runningContainers(open.name);
      // As another Shipmate, or the same one after a restart.
      await open.anew().apply(state);
      expect(await runningContainers(open.name)).toEqual([before]);
    } finally {
      await removeIngress(open.port);
    }
  });
});
