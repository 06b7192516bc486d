import { type Database, executeSql } from '../../src/database/database.ts';
import { Application } from '../../src/entities/application.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { DeploymentLog } from '../../src/entities/deployment-log.ts';
import { GitSource } from '../../src/entities/git-source.ts';
import { ManagedDatabase } from '../../src/entities/managed-database.ts';
import { Project } from '../../src/entities/project.ts';
import { TeamMember } from '../../src/entities/team-member.ts';
import { Team } from '../../src/entities/team.ts';
import { User } from '../../src/entities/user.ts';
import type { Cipher } from '../../src/secrets/cipher.ts';
import * as samples from './samples.ts';

/**
 * Stores the sample rows in one transaction.
 * @returns false when they are there already.
 */
export async function loadSamples(database: Database, cipher: Cipher, passwordHash: string): Promise<boolean> {
  return database.asSystem().transactional(async (em) => {
    if ((await em.count(User, { id: samples.user.id })) > 0) return false;
    const user = em.create(User, { ...samples.user, passwordHash });
    const team = em.create(Team, samples.team);
    em.create(TeamMember, { user, team, role: 'owner' });
    const project = em.create(Project, { ...samples.project, owner: user, team });
    const application = em.create(Application, { ...samples.application, project });
    em.create(GitSource, { ...samples.gitSource, application });
    em.create(ManagedDatabase, {
      ...samples.database,
      project,
      connectionString: cipher.encrypt(samples.connectionString, `databases:${samples.database.id}:connection_string`),
    });
    const deployment = em.create(Deployment, { ...samples.deployment, application, triggeredBy: user });
    await em.flush();
    for (const message of samples.deployment.logs.split('\n')) {
      em.create(DeploymentLog, { deployment, level: 'info', message, createdAt: samples.deployment.startedAt });
    }
    await em.flush();
    const { id, action, resourceType, resourceId, details, ipAddress, userAgent, createdAt } = samples.auditLog;
    await executeSql(
      em,
      `insert into audit_logs (id, user_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, user.id, action, resourceType, resourceId, JSON.stringify(details), ipAddress, userAgent, createdAt],
    );
    return true;
  });
}
