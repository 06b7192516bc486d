import { expect, it } from '@jest/globals';
import { networkName, serviceName } from '../../../src/swarm/names.ts';
import { reconcileIngress } from '../../../src/usecases/ingress/reconcile-ingress.ts';
import { openIncident } from '../../../src/usecases/watchers/incidents.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeIngress } from '../../support/fakes.ts';

it('routes to what has a port and a version on Swarm, in the order of the hosts', async () => {
  await using test = await createTestDatabase();
  const { ingress, applied } = fakeIngress();
  const project = await makeProject(test.database, { name: 'shop' });
  const dockerConfig = { ports: [{ container: 3000 }] };
  const make = async (name: string, status: 'success' | 'deploying' | 'failed' | undefined, over = {}) => {
    const application = await makeApplication(test.database, {
      name,
      project,
      dockerConfig,
      status: 'running',
      ...over,
    });
    if (status) await makeDeployment(test.database, { application, status });
    return application;
  };
  const web = await make('web', 'deploying');
  const api = await make('api', 'success');
  const asleep = await make('asleep', 'success', { status: 'stopped' });
  const crashed = await make('crashed', 'success', { status: 'failed' });
  const limping = await make('limping', 'success', { status: 'failed' });
  await test.database.asSystem().transactional(async (em) => {
    await openIncident(em, { id: crashed.id, replicas: 2, running: 0, ended: 3, error: null });
    await openIncident(em, { id: limping.id, replicas: 2, running: 1, ended: 3, error: null });
  });
  await make('new', undefined);
  await make('broken', 'failed');
  await make('worker', 'success', { dockerConfig: {} });
  await make('gone', 'success', { status: 'archived', deletedAt: new Date() });

  await reconcileIngress(fakeDeps(test.database, { ingress }));

  const network = networkName('shop', project.id);
  const routeOf = (name: string, id: string) => ({
    host: `${name}.shop.localhost`,
    service: serviceName('shop', name, id),
    port: 3000,
    network,
    tls: false,
  });
  expect(applied).toEqual([
    {
      certificates: [],
      probe: expect.stringMatching(/^shipmate-ingress [0-9a-f]{16}$/),
      challenges: [],
      routes: [
        { host: 'api.shop.localhost', service: serviceName('shop', 'api', api.id), port: 3000, network, tls: false },
        { ...routeOf('asleep', asleep.id), down: true },
        { ...routeOf('crashed', crashed.id), down: true },
        routeOf('limping', limping.id),
        { host: 'web.shop.localhost', service: serviceName('shop', 'web', web.id), port: 3000, network, tls: false },
      ],
    },
  ]);
});
