import type { Deps } from '../deps.ts';

/** What somebody watches a deployment, or an application, with. */
export interface Ticket {
  /** One of the two. */
  deploymentId?: string;
  applicationId?: string;
  /** When it ends by itself, milliseconds since 1970; a token has no end. */
  until: number;
  /** Undefined for the holder of a link from chat, who may look until it expires. */
  person?: {
    userId: string;
    /** The generation of the browser session. */
    generation?: number;
    /** Instead of a session: hash of the API token. */
    tokenHash?: string;
  };
}

/**
 * Which of these tickets are still good, in one statement for all of them: the session was not ended, the token not
 * revoked, and the person may still see the deployment. The condition is that of row level security, which a test
 * compares it with; whoever opens a page is judged by row level security itself.
 */
export async function whoStillSees<T extends Ticket>(
  { database }: Pick<Deps, 'database'>,
  tickets: Iterable<T>,
  now = Date.now(),
): Promise<Set<T>> {
  const unexpired = [...tickets].filter(({ until }) => until > now);
  const byPerson = Map.groupBy(
    unexpired.filter(({ person }) => person !== undefined),
    ({ applicationId, deploymentId, person }) =>
      JSON.stringify([applicationId, deploymentId, person?.userId, person?.generation, person?.tokenHash]),
  );
  const still = new Set(unexpired.filter(({ person }) => person === undefined));
  if (byPerson.size === 0) return still;
  const one = [...byPerson].map(([key, [first]]) => ({ key, ...first, ...first?.person }));
  const rows = await database.querySystem<{ key: string }>(sql, [
    one.map(({ key }) => key),
    one.map(({ deploymentId }) => deploymentId ?? null),
    one.map(({ applicationId }) => applicationId ?? null),
    one.map(({ userId }) => userId),
    one.map(({ generation }) => generation ?? null),
    one.map(({ tokenHash }) => tokenHash ?? null),
  ]);
  for (const { key } of rows) for (const ticket of byPerson.get(key) ?? []) still.add(ticket);
  return still;
}

const sql = `
  select t.key
  from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[])
    as t (key, deployment_id, application_id, user_id, generation, token_hash)
  join users u on u.id = t.user_id
  left join deployments d on d.id = t.deployment_id
  join applications a on a.id = coalesce(d.application_id, t.application_id)
  join projects p on p.id = a.project_id
  where (
    (t.token_hash is null and u.session_generation = t.generation)
    or exists (select from api_tokens k where k.token_hash = t.token_hash and k.user_id = u.id and k.revoked_at is null)
  ) and (
    u.role = 'super_admin' or p.owner_id = u.id
    or exists (
      select from team_members m
      where m.team_id = p.team_id and m.user_id = u.id and m.role = any (app_team_roles('viewer'))
    )
  )`;
