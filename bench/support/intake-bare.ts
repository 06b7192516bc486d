// The least a webhook receiver can do: verify the HMAC over the raw bytes, and one INSERT.
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import pg from 'pg';

const { DATABASE_URL, SECRET = '', PORT } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query('create table if not exists bare_deliveries (id text primary key, repository text, commit_sha text)');

const app = express();
app.post('/webhooks/github', express.raw({ type: () => true, limit: '25mb' }), async (request, response) => {
  const body: Buffer = request.body;
  const expected = Buffer.from(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  const given = Buffer.from(request.get('x-hub-signature-256') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.sendStatus(401);
  const push = JSON.parse(body.toString('utf8')) as { after: string; repository: { full_name: string } };
  const id = request.get('x-github-delivery');
  await pool.query('insert into bare_deliveries values ($1, $2, $3)', [id, push.repository.full_name, push.after]);
  response.status(202).json({ deliveryId: id });
});
app.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
