import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type UserRole, userRoles } from '../../src/entities/user.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';
import { listen, type TestServer } from './http/server.ts';

/** The least platform role of each command, written down apart from the declarations: a change of either is noticed. */
const least: Record<UserRole | 'anyone', string[]> = {
  anyone: ['help', 'link', 'login', 'whoami'],
  viewer: [
    'app list',
    'app dockerfile',
    'app show',
    'cert list',
    'cert show',
    'cron list',
    'cron show',
    'db backups',
    'db list',
    'db logs',
    'db show',
    'diff',
    'digest now',
    'domain check',
    'domain list',
    'env history',
    'env list',
    'freeze list',
    'here show',
    'history',
    'logs',
    'metrics',
    'why',
    'notify list',
    'open',
    'preview list',
    'project list',
    'project show',
    'shared history',
    'shared list',
    'status',
    'team delete',
    'team invite',
    'team leave',
    'team list',
    'team remove',
    'team role',
    'team show',
    'template list',
    'template show',
    'token create',
    'token list',
    'token revoke',
    'user list',
    'user password',
    'user show',
    'user timezone',
    'volume list',
  ],
  developer: [
    'app set',
    'approve',
    'cancel',
    'cert remove',
    'cert renew',
    'cert upload',
    'db attach',
    'db backup',
    'db detach',
    'db restart',
    'db restore',
    'db set',
    'db start',
    'db stop',
    'db verify',
    'deny',
    'deploy',
    'domain add',
    'domain remove',
    'domain set',
    'env import',
    'env rollback',
    'env set',
    'env unset',
    'freeze add',
    'freeze remove',
    'here clear',
    'here set',
    'lock',
    'notify add',
    'notify remove',
    'preview close',
    'preview open',
    'preview pin',
    'project team',
    'project transfer',
    'promote',
    'redeploy',
    'restart',
    'rollback',
    'scale',
    'shared rollback',
    'shared set',
    'shared unset',
    'start',
    'stop',
    'unlock',
    'volume create',
  ],
  admin: [
    'app archive',
    'app delete',
    'app connect',
    'app create',
    'app restore',
    'audit',
    'cron add',
    'cron disable',
    'cron enable',
    'cron remove',
    'cron run',
    'db create',
    'db delete',
    'db key',
    'github app create',
    'github app delete',
    'github app list',
    'github app repos',
    'github app show',
    'node list',
    'project create',
    'project delete',
    'run',
    'schedule list',
    'schedule run',
    'schedule show',
    'team create',
    'user create',
    'volume pin',
    'volume remove',
  ],
  super_admin: ['keys rotate', 'keys show', 'user delete', 'user role'],
};

let db: TestDatabase;
let deps: Deps;
let server: TestServer;
const people = new Map<UserRole, { person: Person; token: string }>();
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  server = await listen(deps);
  for (const role of userRoles) {
    const person = await makePerson(deps, role);
    const token = await createToken(deps, { user: person.user, name: 'matrix', origin: consoleOrigin() });
    people.set(role, { person, token });
  }
});
afterAll(async () => {
  await server.close();
  await db.close();
});

const order: readonly (UserRole | 'anyone')[] = ['anyone', 'viewer', 'developer', 'admin', 'super_admin'];
const rows = order.flatMap((role) => least[role].map((name) => [name, role] as const));

/** How a person whose role does not suffice is answered. */
function refusalOf(name: string, role: UserRole): string {
  const needed = rows.find(([one]) => one === name)?.[1];
  return `\`${name}\` needs the role \`${needed}\`; yours is \`${role}\`.`;
}

describe('who may run a command', () => {
  it('is written down here for each', () => {
    expect(rows.map(([name]) => name).toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });

  it.each(rows)('%s needs %s', async (name, needed) => {
    const { dispatch } = createDispatcher(deps, commands);
    for (const [role, { person }] of people) {
      const { text = '' } = await dispatch({ command: name, input: {} }, person.origin);
      const allowed = order.indexOf(role) >= order.indexOf(needed);
      expect(text.startsWith(refusalOf(name, role))).toBe(!allowed);
    }
    const { text = '' } = await dispatch({ command: name, input: {} }, consoleOrigin('not linked'));
    expect(text.startsWith('Your account isn’t linked yet.')).toBe(needed !== 'anyone');
  });

  it.each(['status', 'project create', 'node list', 'user role', 'keys rotate'])(
    'is the same over HTTP: %s',
    async (name) => {
      const url = `${server.url}/api/commands/${name.replaceAll(' ', '.')}`;
      const send = async (headers: Record<string, string>) =>
        (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } }))
          .status;
      const needed = rows.find(([one]) => one === name)?.[1] ?? 'anyone';
      for (const [role, { token }] of people) {
        const allowed = order.indexOf(role) >= order.indexOf(needed);
        expect((await send({ authorization: `Bearer ${token}` })) === 403).toBe(!allowed);
      }
      expect(await send({})).toBe(401);
      expect(await send({ authorization: 'Bearer shp_forged' })).toBe(401);
    },
  );
});
