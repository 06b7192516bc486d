import { expect, it } from '@jest/globals';
import { networkName, serviceName } from '../../../src/swarm/names.ts';
import { reconcileIngress } from '../../../src/usecases/ingress/reconcile-ingress.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeIngress } from '../../support/fakes.ts';

it('routes to what has a port and a version on Swarm, in the order of the hosts', async () => {
  await using test = await createTestDatabase();
  const { ingress, applied } = fakeIngress();
  const project = await makeProject(test.database, { name: 'shop' });
  const dockerConfig = { ports: [{ container: 3000 }] };
  const make = async (name: string, status: 'success' | 'deploying' | 'failed' | undefined, over = {}) => {
    const application = await makeApplication(test.database, { name, project, dockerConfig, ...over });
    if (status) await makeDeployment(test.database, { application, status });
    return application;
  };
  const web = await make('web', 'deploying');
  const api = await make('api', 'success');
  await make('new', undefined);
  await make('broken', 'failed');
  await make('worker', 'success', { dockerConfig: {} });
  await make('gone', 'success', { status: 'archived', deletedAt: new Date() });

  await reconcileIngress(fakeDeps(test.database, { ingress }));

  const network = networkName('shop', project.id);
  expect(applied).toEqual([
    {
      certificates: [],
      probe: expect.stringMatching(/^shipmate-ingress [0-9a-f]{16}$/),
      challenges: [],
      routes: [
        { host: 'api.shop.localhost', service: serviceName('shop', 'api', api.id), port: 3000, network, tls: false },
        { host: 'web.shop.localhost', service: serviceName('shop', 'web', web.id), port: 3000, network, tls: false },
      ],
    },
  ]);
});
