// The least a webhook receiver can do: verify the HMAC over the raw bytes, and keep the delivery in the way that KEEP names.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import express from 'express';
import pg from 'pg';
import { PgBoss } from 'pg-boss';

const { DATABASE_URL = '', KEEP = 'insert', PEERS = '', PORT, SECRET = '' } = process.env;

interface Kept {
  id: string;
  repository: string;
  commit: string;
}

type Keep = (delivery: Kept) => Promise<unknown>;

/** One INSERT, or one job by what the library itself offers. */
const ways: Record<string, () => Promise<Keep>> = {
  async insert() {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
    await pool.query(
      'create table if not exists bare_deliveries (id text primary key, repository text, commit_sha text)',
    );
    return ({ id, repository, commit }) =>
      pool.query('insert into bare_deliveries values ($1, $2, $3)', [id, repository, commit]);
  },
  async 'pg-boss'() {
    const boss = new PgBoss({ connectionString: DATABASE_URL, schema: 'bare_boss', max: 10 });
    await boss.start();
    await boss.createQueue('deliveries');
    return (delivery) => boss.send('deliveries', delivery);
  },
  async 'graphile-worker'() {
    const { makeWorkerUtils } = (await import(join(PEERS, 'graphile-worker.mjs'))) as {
      makeWorkerUtils(options: object): Promise<{
        migrate(): Promise<void>;
        addJob(task: string, payload: object): Promise<unknown>;
      }>;
    };
    const utils = await makeWorkerUtils({ connectionString: DATABASE_URL, maxPoolSize: 10 });
    await utils.migrate();
    return (delivery) => utils.addJob('deliver', delivery);
  },
};
const way = ways[KEEP];
if (!way) throw new Error(`KEEP is one of ${Object.keys(ways).join(', ')}`);
const keep = await way();

const app = express();
app.post('/webhooks/github', express.raw({ type: () => true, limit: '25mb' }), async (request, response) => {
  const body: Buffer = request.body;
  const expected = Buffer.from(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  const given = Buffer.from(request.get('x-hub-signature-256') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.sendStatus(401);
  const push = JSON.parse(body.toString('utf8')) as { after: string; repository: { full_name: string } };
  const id = request.get('x-github-delivery') ?? '';
  await keep({ id, repository: push.repository.full_name, commit: push.after });
  response.status(202).json({ deliveryId: id });
});
app.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
