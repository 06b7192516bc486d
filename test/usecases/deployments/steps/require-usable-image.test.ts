import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../../support/fakes.ts';

let db: TestDatabase;
beforeAll(async () => void (db = await createTestDatabase()));
afterAll(() => db.close());

/** Deploys an image that another application has, or that the pull finds out to be another's. */
async function deploy(image: string, builtFor: (pulled: boolean) => string | undefined) {
  const application = await makeApplication(db.database, { type: 'docker', sourceConfig: { image } });
  const { id } = await makeDeployment(db.database, { application, commitSha: null, metadata: { ref: image } });
  const pulls: string[] = [];
  const swarm = {
    ...fakeSwarm().swarm,
    async findImage() {
      const found = builtFor(pulls.length > 0);
      return { id: 'sha256:1', sizeBytes: 1, ...(found !== undefined && { application: found }) };
    },
    async pull(reference: string) {
      pulls.push(reference);
      return reference;
    },
  };
  await runDeployment(fakeDeps(db.database, { swarm }), id, new AbortController().signal);
  const ended = await db.database.asSystem().findOneOrFail(Deployment, id);
  return { ...ended.metadata, status: ended.status, pulls };
}

it('an image that was built for another application is not even pulled', async () => {
  const owner = randomUUID();
  const { error, pulls, status } = await deploy('renamed:1', () => owner);
  expect({ status, pulls }).toEqual({ status: 'failed', pulls: [] });
  expect(error).toContain('The image: Shipmate built `renamed:1` for another application.');
  expect(error).toContain('`promote <from> <to>`');
  expect(error).not.toContain(owner);
});

it('nor is one rolled out that turns out to be so once it is pulled', async () => {
  const { error, pulls, status } = await deploy('registry.example.com/copied:1', (pulled) =>
    pulled ? randomUUID() : undefined,
  );
  expect({ status, pulls }).toEqual({ status: 'failed', pulls: ['registry.example.com/copied:1'] });
  expect(error).toContain('Shipmate built `registry.example.com/copied:1` for another application.');
});

it('nor one with the name of a built image, whatever it is', async () => {
  const { error, pulls } = await deploy('shipmate/shop-web-1f3a9c02:1', () => undefined);
  expect(pulls).toEqual([]);
  expect(error).toContain('is an image that Shipmate builds for one application');
});
