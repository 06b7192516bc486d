import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { User } from '../../src/entities/user.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { makeTeam } from './factories.ts';
import { makePerson, type Person } from './person.ts';
import { onDatabase } from './database.ts';

/**
 * Who somebody is to a project of a team. All are admins on the platform, so that the team's roles alone decide, but
 * `developer`, who is a developer there.
 */
export const classes = ['owner', 'admin', 'member', 'developer', 'viewer', 'elsewhere', 'nobody'] as const;
export type Class = (typeof classes)[number];

/** The bystander is a viewer of each team, the invitee of none. */
export type Everybody = Record<Class | 'bystander' | 'invitee', Person>;

/** Names in a world; `{p}` is its project, and so on. */
const idsOf = ['deployment', 'route', 'freeze', 'cron'] as const;
export type World = Record<'p' | 't' | (typeof idsOf)[number] | 'bystander' | 'invitee', string>;

export async function makePeople(deps: Deps): Promise<Everybody> {
  const make = async (name: keyof Everybody) => {
    const person = await makePerson(deps, name === 'developer' ? 'developer' : 'admin');
    return [name, person] as const;
  };
  const names = [...classes, 'bystander', 'invitee'] as const;
  const people = Object.fromEntries(await Promise.all(names.map(make))) as Everybody;
  await makeTeam(deps.database, [[people.elsewhere.user, 'owner']]);
  return people;
}

/**
 * `count` projects under names that no typo makes of each other, which begin with `prefix`, each of the owner and shared with a team of its own, with a row of
 * each kind that a command names.
 */
export async function makeWorlds(
  url: string,
  people: Everybody,
  { prefix, count }: { prefix: string; count: number },
): Promise<World[]> {
  const roles: [User, string][] = [
    [people.owner.user, 'owner'],
    [people.admin.user, 'admin'],
    [people.member.user, 'member'],
    [people.developer.user, 'member'],
    [people.viewer.user, 'viewer'],
    [people.bystander.user, 'viewer'],
  ];
  return onDatabase(url, async (client) => {
    await client.query('begin');
    await fill(client, { prefix, count, owner: people.owner.user.id, roles });
    await client.query('commit');
    const { rows } = await client.query<Record<'p' | 'deployment' | 'route' | 'freeze' | 'cron', string>>(
      `select p.name as p, d.id as deployment, r.id as route, f.id as freeze, c.id as cron
       from projects p join applications a on a.project_id = p.id and a.name = 'api'
         join deployments d on d.application_id = a.id and d.status = 'pending'
         join notification_routes r on r.project_id = p.id join freeze_windows f on f.project_id = p.id
         join cron_commands c on c.application_id = a.id
       where p.name like $1 order by p.name`,
      [`${prefix}%`],
    );
    const { username: bystander } = people.bystander.user;
    const { username: invitee } = people.invitee.user;
    return rows.map(({ p, ...ids }) => ({ p, t: `t-${p}`, bystander, invitee, ...ids }));
  });
}

interface Filling {
  prefix: string;
  count: number;
  owner: string;
  roles: [User, string][];
}

async function fill(client: pg.Client, { prefix, count, owner, roles }: Filling): Promise<void> {
  const added = (columns: string, from: string, values: unknown[] = []) =>
    client.query(`insert into ${columns} ${from}`, values);
  const id = 'gen_random_uuid()';
  const like = `like '${prefix}%'`;
  await added(
    'teams (id, name)',
    `select ${id}, 't-' || $1 || substr(md5(n::text), 1, 10) from generate_series(1, $2::int) n`,
    [prefix, count],
  );
  await added(
    'team_members (id, team_id, user_id, role)',
    `select ${id}, t.id, m.member, m.role from teams t, unnest($1::uuid[], $2::text[]) m (member, role)
     where t.name like 't-${prefix}%'`,
    [roles.map(([user]) => user.id), roles.map(([, role]) => role)],
  );
  await added(
    'projects (id, owner_id, name, team_id)',
    `select ${id}, $1, substr(t.name, 3), t.id from teams t where t.name like 't-${prefix}%'`,
    [owner],
  );
  await added(
    'applications (id, project_id, name, type, source_type, source_config, deleted_at)',
    `select ${id}, p.id, a.name, 'docker', 'docker', '{"image":"nginx:1","previews":true}', a.deleted
     from projects p, (values ('api', null), ('live', null), ('old', now())) a (name, deleted) where p.name ${like}`,
  );
  const apis = `from applications a join projects p on p.id = a.project_id where a.name = 'api' and p.name ${like}`;
  const projects = `from projects p where p.name ${like}`;
  await added(
    'databases (id, project_id, name, type, version, status)',
    `select ${id}, p.id, 'orders', 'redis', '7', 'running' ${projects}`,
  );
  await added(
    'volumes (id, application_id, name, mount_path, size_gb)',
    `select ${id}, a.id, p.name || '-data', '/v', 1 ${apis}`,
  );
  await added(
    'domains (id, project_id, domain, target_type, target_id)',
    `select ${id}, p.id, p.name || '.example.com', 'application', a.id ${apis}`,
  );
  await added('env_vars (id, application_id, key, value)', `select ${id}, a.id, 'GREETING', 'hello' ${apis}`);
  await added(
    'previews (id, application_id, number, branch, ref, commit_sha, from_fork)',
    `select ${id}, a.id, n, 'fix', 'refs/pull/' || n || '/head', repeat('a', 40), false
     from (select a.id ${apis}) a, generate_series(1, 2) n`,
  );
  await added('deployments (id, application_id, status)', `select ${id}, a.id, 'pending' ${apis}`);
  await added(
    'approvals (id, deployment_id, expires_at)',
    `select ${id}, d.id, now() + interval '1 day' from deployments d
     where d.application_id in (select a.id ${apis})`,
  );
  await added(
    'notification_routes (id, project_id, platform, channel, pattern, events)',
    `select ${id}, p.id, 'slack', 'C1', p.name || '/*', '["failed"]' ${projects}`,
  );
  await added(
    'freeze_windows (id, project_id, starts, duration_minutes)',
    `select ${id}, p.id, '0 0 1 1 *', 60 ${projects}`,
  );
  await added(
    'cron_commands (id, application_id, schedule, command, checked_at)',
    `select ${id}, a.id, '0 0 1 1 *', 'true', now() ${apis}`,
  );
}

/** A world of which nothing is there. */
export function absentWorld(like: World, name: string): World {
  return {
    ...like,
    p: name,
    t: `t-${name}`,
    deployment: randomUUID(),
    route: randomUUID(),
    freeze: randomUUID(),
    cron: randomUUID(),
  };
}

export function lineIn(world: World, line: string): string {
  return line.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => world[name as keyof World]);
}

/** The same text of any world: what names it is left out. */
export function nameless(world: World, text: string): string {
  const names = [world.t, world.p, ...idsOf.flatMap((id) => [world[id], world[id].slice(0, 8)])];
  return names.reduce((rest, name) => rest.replaceAll(name, '…'), text);
}
