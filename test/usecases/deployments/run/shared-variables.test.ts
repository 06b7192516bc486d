import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { Project } from '../../../../src/entities/project.ts';
import { SharedVariable } from '../../../../src/entities/shared-variable.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';
import { progress, says, toldSwarm } from './told-swarm.ts';

let db: TestDatabase;
const calls: string[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

it('a deployment begins with nothing whose shared variables are not set, and names the closest and what to do', async () => {
  const envVars = { DB: 'pg://${shared.DB_HSOT}/x', URL: '${shared.NOTHING}' };
  const application = await makeApplication(db.database, { replicas: 1, envVars });
  const { name, project } = application;
  await db.database.asSystem().transactional(async (em) => {
    em.create(SharedVariable, { project: em.getReference(Project, project.id), key: 'DB_HOST', value: '10.0.0.5' });
  });
  const { id } = await makeDeployment(db.database, {
    application,
    metadata: { rollback_of: randomUUID(), image: 'app:1' },
  });
  const swarm = toldSwarm({ application, calls }, () => says(progress('converged')));
  await runDeployment(fakeDeps(db.database, { swarm }), id, new AbortController().signal);
  const failed = await db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['application', 'logs'] });
  expect(failed).toMatchObject({ status: 'failed', application: { status: 'failed' } });
  expect(failed.metadata.error).toBe(
    '`DB` cannot be filled in: `${shared.DB_HSOT}` is not set. Did you mean `DB_HOST`?\n' +
      '`URL` cannot be filled in: `${shared.NOTHING}` is not set.\n' +
      `Change the variable: \`env set ${project.name}/${name} DB=<value>\`, or share it: ` +
      `\`shared set ${project.name} DB_HSOT=<value>\`.`,
  );
  expect(calls).toEqual([]);
});
