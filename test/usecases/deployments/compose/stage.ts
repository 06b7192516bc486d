import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../../../src/entities/application.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeOneShots } from '../../../support/fake-backups.ts';
import { fakeDeps, fakeGit, testConfig } from '../../../support/fakes.ts';
import { StackSwarm, swarmOf } from './stack-swarm.ts';

/** Compose applications whose repository has `files`. */
export class Stage {
  db: TestDatabase;
  dataDir: string;
  files: Record<string, string> = { Dockerfile: 'FROM scratch\n' };
  /** Files of folders. */
  folders: Record<string, Record<string, string>> = {};
  /** What the operator allows of the nodes. */
  hostPaths: string[] = [];

  constructor(db: TestDatabase, dataDir: string) {
    this.db = db;
    this.dataDir = dataDir;
  }

  async application(over: Partial<Application> = {}): Promise<StackSwarm> {
    const sourceConfig = { clone_url: 'https://github.com/acme/stack.git', ...over.sourceConfig };
    return new StackSwarm(await makeApplication(this.db.database, { type: 'compose', ...over, sourceConfig }));
  }

  deps(stack: StackSwarm): Deps {
    const checkout: Deps['git']['checkout'] = async ({ commit, directory }) => {
      stack.did.push('clone');
      for (const [name, text] of Object.entries(this.files)) await writeFile(join(directory, name), text);
      for (const [folder, files] of Object.entries(this.folders)) {
        await mkdir(join(directory, folder), { recursive: true });
        for (const [name, text] of Object.entries(files)) await writeFile(join(directory, folder, name), text);
      }
      return { commit, title: 'A commit', author: 'Ada' };
    };
    const config = { ...testConfig, dataDir: this.dataDir, hostPaths: this.hostPaths };
    const oneShots: Deps['oneShots'] = {
      ...fakeOneShots(),
      fillVolume: async ({ image, volume }) => {
        stack.filled.push([volume, image]);
      },
    };
    return fakeDeps(this.db.database, { swarm: swarmOf(stack), git: { ...fakeGit(), checkout }, config, oneShots });
  }

  async make({ application }: StackSwarm, metadata: DeploymentMetadata = {}): Promise<string> {
    return (await makeDeployment(this.db.database, { application, metadata })).id;
  }

  async run(stack: StackSwarm, id: string, signal = new AbortController().signal, deps = this.deps(stack)) {
    await runDeployment(deps, id, signal);
    return this.db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['application', 'logs'] });
  }

  async deploy(stack: StackSwarm, compose: string, metadata?: DeploymentMetadata) {
    this.files['compose.yaml'] = compose;
    return this.run(stack, await this.make(stack, metadata));
  }

  async close(): Promise<void> {
    await this.db.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export async function openStage(): Promise<Stage> {
  return new Stage(await createTestDatabase(), await mkdtemp(join(tmpdir(), 'shipmate-compose-')));
}
