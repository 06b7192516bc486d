import { randomUUID } from 'node:crypto';
import { Application } from '../../../../src/entities/application.ts';
import { Backup } from '../../../../src/entities/backup.ts';
import { Domain } from '../../../../src/entities/domain.ts';
import { EnvVar } from '../../../../src/entities/env-var.ts';
import { ManagedDatabase } from '../../../../src/entities/managed-database.ts';
import { Project } from '../../../../src/entities/project.ts';
import { ScheduledDeployment } from '../../../../src/entities/scheduled-deployment.ts';
import { User } from '../../../../src/entities/user.ts';
import { envVarIdentity } from '../../../../src/usecases/applications/application-environment.ts';
import { sealAccounts } from '../../../../src/usecases/databases/database-accounts.ts';
import { printingSwarm } from '../../../support/printing-swarm.ts';
import { commit, type PageStage } from './stage.ts';

/** The values of variables; none of them is on a page. */
export const values = { secret: 'kept-in-the-dark', plain: 'plain-but-not-shown' };

export interface FilledApplication {
  application: Application;
  /** Prints lines into its log. */
  print(...texts: string[]): void;
}

/** `shop/api` with two good versions, one task that prints, and `count` of all else that its page shows. */
export async function fillApplication(stage: PageStage, count = 2): Promise<FilledApplication> {
  const { deploy, deps } = stage;
  const hour = (ago: number) => new Date(Date.now() - ago * 3_600_000);
  const good = (ago: number, image: string) => ({
    status: 'success' as const,
    startedAt: hour(ago),
    completedAt: hour(ago),
    metadata: { ...commit, image },
  });
  const { application } = await deploy(good(5, 'api:1'));
  await deploy({ status: 'failed', startedAt: hour(4), metadata: { ...commit, error: 'It broke.' } });
  await deploy(good(3, 'api:2'));
  for (let at = 0; at < count; at += 1) await addRows(stage, application, at);
  const { print, run, swarm } = printingSwarm();
  Object.assign(deps, { swarm });
  const service = run(application);
  return { application, print: (...texts) => print(service, ...texts) };
}

/** One more of each kind. */
export async function addRows({ ada, deps }: PageStage, { id, project }: Application, at: number): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    const application = em.getReference(Application, id);
    const within = em.getReference(Project, project.id);
    const sealed = (text: string) => {
      const row = { id: randomUUID() };
      return { ...row, value: deps.cipher.encrypt(text, envVarIdentity(row)), isSecret: true };
    };
    const databaseId = randomUUID();
    const database = em.create(ManagedDatabase, {
      id: databaseId,
      project: within,
      name: `orders-${at}`,
      type: 'postgresql',
      version: '17',
      status: 'running',
      connectionString: sealAccounts(
        deps.cipher,
        { id: databaseId },
        { connectionUrl: values.secret, administratorPassword: values.secret },
      ),
    });
    em.create(EnvVar, { ...sealed(values.secret), application, key: `SECRET_${at}` });
    em.create(EnvVar, { ...sealed(values.secret), application, key: `BUILD_${at}`, forBuild: true });
    em.create(EnvVar, { ...sealed(values.secret), application, key: `DATABASE_URL_${at}`, database });
    em.create(EnvVar, { application, key: `PLAIN_${at}`, value: values.plain });
    for (const status of ['success', 'failed'] as const)
      em.create(Backup, { database, type: 'full', status, sizeBytes: 5_000_000 });
    em.create(Domain, { project: within, domain: `www${at}.example.com`, targetType: 'application', targetId: id });
    em.create(ScheduledDeployment, {
      application,
      requestedBy: em.getReference(User, ada.user.id),
      ref: 'v2',
      dueAt: new Date(Date.now() + 86_400_000),
      zone: 'UTC',
      platform: 'slack',
      workspace: 'T1',
      channel: 'C1',
      account: 'U1',
      accountName: 'ada',
    });
  });
}
