import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database.ts';
import { Application } from '../../src/entities/application.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { GitSource } from '../../src/entities/git-source.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Project } from '../../src/entities/project.ts';
import { TeamMember, type TeamRole } from '../../src/entities/team-member.ts';
import { Team } from '../../src/entities/team.ts';
import { User } from '../../src/entities/user.ts';

/** A name that no other call makes, valid for users, teams, projects and applications. */
function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

export async function makeUser(db: Database, over: Partial<User> = {}): Promise<User> {
  return db.asSystem().transactional(async (em) => {
    const username = over.username ?? unique('user');
    return em.create(User, {
      username,
      email: `${username}@example.test`,
      role: 'developer',
      preferences: { sso: 'test' },
      ...over,
    });
  });
}

/** A team with these members; the first must be an owner, or PostgreSQL refuses it. */
export async function makeTeam(db: Database, members: [User, TeamRole][], over: Partial<Team> = {}): Promise<Team> {
  return db.asSystem().transactional(async (em) => {
    const team = em.create(Team, { name: unique('team'), ...over });
    for (const [user, role] of members) em.create(TeamMember, { team, user: em.getReference(User, user.id), role });
    return team;
  });
}

export async function makeProject(db: Database, over: Partial<Project> = {}): Promise<Project> {
  const owner = over.owner ?? (await makeUser(db));
  return db.asSystem().transactional(async (em) => {
    const team = over.team ? em.getReference(Team, over.team.id) : null;
    return em.create(Project, { name: unique('project'), ...over, owner: em.getReference(User, owner.id), team });
  });
}

export async function makeApplication(db: Database, over: Partial<Application> = {}): Promise<Application> {
  const project = over.project ?? (await makeProject(db));
  return db.asSystem().transactional(async (em) => {
    return em.create(Application, {
      name: unique('app'),
      type: 'git',
      sourceType: 'github',
      ...over,
      project: await em.findOneOrFail(Project, project.id, { populate: ['owner'] }),
    });
  });
}

export async function makeGitSource(db: Database, over: Partial<GitSource> = {}): Promise<GitSource> {
  const application = over.application ?? (await makeApplication(db));
  return db.asSystem().transactional(async (em) => {
    return em.create(GitSource, {
      provider: 'github',
      repository: `example/${unique('repository')}`,
      branch: 'main',
      ...over,
      application: await em.findOneOrFail(Application, application.id, { populate: ['project'] }),
    });
  });
}

export async function makeDeployment(db: Database, over: Partial<Deployment> = {}): Promise<Deployment> {
  const application = over.application ?? (await makeApplication(db));
  return db.asSystem().transactional(async (em) => {
    return em.create(Deployment, {
      commitSha: 'c0ffee0000000000000000000000000000000000',
      ...over,
      application: await em.findOneOrFail(Application, application.id, { populate: ['project'] }),
      triggeredBy: over.triggeredBy ? em.getReference(User, over.triggeredBy.id) : null,
    });
  });
}

/** A route across projects to a channel of Slack. */
export async function makeRoute(db: Database, over: Partial<NotificationRoute> = {}): Promise<NotificationRoute> {
  return db.asSystem().transactional(async (em) => {
    const project = over.project ? em.getReference(Project, over.project.id) : null;
    return em.create(NotificationRoute, {
      platform: 'slack',
      channel: unique('C'),
      pattern: '*/*',
      events: ['failed'],
      ...over,
      project,
      createdBy: null,
    });
  });
}
