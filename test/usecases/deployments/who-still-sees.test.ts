import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { User } from '../../../src/entities/user.ts';
import { endSessions } from '../../../src/usecases/people/end-sessions.ts';
import { type Ticket, whoStillSees } from '../../../src/usecases/deployments/who-still-sees.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeUser } from '../../support/factories.ts';
import { actors, makeWorld, type World } from '../../support/matrix.ts';

let db: TestDatabase;
let world: World;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await makeWorld(db);
});
afterAll(() => db.close());

function ticketOf(user: User, over: Partial<Ticket> = {}): Ticket {
  const person = { userId: user.id, generation: user.sessionGeneration };
  return { deploymentId: world.rows['deployments'] ?? '', until: Number.POSITIVE_INFINITY, person, ...over };
}

async function isGood(ticket: Ticket): Promise<boolean> {
  return (await whoStillSees(db, [ticket])).has(ticket);
}

describe('whoStillSees', () => {
  it('answers for everybody at once what row level security shows to each', async () => {
    const tickets = actors.map((actor) => ticketOf(world.users[actor]));
    const shown = await Promise.all(
      actors.map((actor) => {
        const em = db.database.asUser(world.users[actor].id);
        return em.transactional((tx) => tx.count(Deployment, { id: world.rows['deployments'] ?? '' }));
      }),
    );
    const still = await whoStillSees(db, tickets);
    expect(tickets.map((ticket) => still.has(ticket))).toEqual(shown.map((count) => count === 1));
    expect(still.size).toBe(actors.length - 1);
  });

  it('knows that sessions were ended', async () => {
    const user = await makeUser(db.database, { role: 'super_admin' });
    const ticket = ticketOf(user);
    expect(await isGood(ticket)).toBe(true);
    await db.database.asSystem().transactional((em) => endSessions(em, user.id));
    expect(await isGood(ticket)).toBe(false);
  });

  it('knows that a token was revoked, or is somebody else’s', async () => {
    const { owner, teamAdmin } = world.users;
    const withToken = (user: User) => ticketOf(user, { person: { userId: user.id, tokenHash: 'hash' } });
    expect(await isGood(withToken(owner))).toBe(false);
    const insert = `insert into api_tokens (id, user_id, name, token_hash) values (gen_random_uuid(), $1, 'pages', 'hash')`;
    await executeSql(db.database.asSystem(), insert, [owner.id]);
    expect(await isGood(withToken(owner))).toBe(true);
    expect(await isGood(withToken(teamAdmin))).toBe(false);
    await executeSql(db.database.asSystem(), `update api_tokens set revoked_at = now() where token_hash = 'hash'`);
    expect(await isGood(withToken(owner))).toBe(false);
  });

  it('lets a link and a session be good until their end, and no longer', async () => {
    const now = Date.now();
    const link: Ticket = { deploymentId: world.rows['deployments'] ?? '', until: now + 1 };
    const session = ticketOf(world.users.owner, { until: now + 1 });
    expect(await whoStillSees(db, [link, session], now)).toEqual(new Set([link, session]));
    expect(await whoStillSees(db, [link, session], now + 1)).toEqual(new Set());
  });
});
