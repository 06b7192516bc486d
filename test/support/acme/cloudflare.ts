import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface TxtRecord {
  id: string;
  type: string;
  name: string;
  content: string;
  ttl: number;
}

/** What happened to a record, for who plays the name server. */
export type OnRecord = (what: 'set' | 'clear', name: string, value: string) => Promise<void>;

const token = 'v1.0-token';

/**
 * The part of Cloudflare's API that sets records, as it is documented: a bearer token, an envelope around every answer,
 * quoted values, no two records that are the same. @see https://developers.cloudflare.com/api/resources/dns/
 */
export async function startCloudflare(zone: string, onRecord: OnRecord) {
  const records = new Map<string, TxtRecord>();
  const zoneId = randomUUID().replaceAll('-', '');
  const refuse = (code: number, message: string) => ({ success: false, errors: [{ code, message }], result: null });
  const allow = (result: unknown) => ({ success: true, errors: [], messages: [], result });

  async function answer(method: string, url: URL, read: () => Promise<unknown>): Promise<[number, object]> {
    const path = url.pathname.replace('/client/v4', '');
    if (path === '/zones') {
      return [200, allow(url.searchParams.get('name') === zone ? [{ id: zoneId, name: zone }] : [])];
    }
    const [, of, id] = /^\/zones\/([^/]+)\/dns_records(?:\/([^/]+))?$/.exec(path) ?? [];
    if (of !== zoneId) return [404, refuse(7003, 'Could not route to the zone')];
    if (method === 'GET') {
      const { name, type } = Object.fromEntries(url.searchParams);
      return [200, allow([...records.values()].filter((one) => one.name === name && one.type === type))];
    }
    if (method === 'POST') {
      const { content, name, ttl, type } = (await read()) as TxtRecord;
      if (!/^".{1,255}"$/.test(content)) return [400, refuse(9207, 'Content must be quoted')];
      if (ttl !== 1 && (ttl < 60 || ttl > 86_400)) return [400, refuse(9021, 'TTL must be between 60 and 86400')];
      if ([...records.values()].some((one) => one.name === name && one.content === content)) {
        return [400, refuse(81058, 'An identical record already exists.')];
      }
      const record = { id: randomUUID(), type, name, content, ttl };
      records.set(record.id, record);
      await onRecord('set', name, content.slice(1, -1));
      return [200, allow(record)];
    }
    const record = records.get(id ?? '');
    if (!record) return [404, refuse(81044, 'Record does not exist.')];
    records.delete(record.id);
    await onRecord('clear', record.name, record.content.slice(1, -1));
    return [200, allow({ id })];
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cloudflare');
    const allowed = request.headers.authorization === `Bearer ${token}`;
    const answered = allowed
      ? answer(request.method ?? '', url, () => json(request))
      : Promise.resolve<[number, object]>([403, refuse(9109, 'Invalid access token')]);
    answered.then(
      ([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
  return {
    config: { provider: 'cloudflare', token, apiUrl } as const,
    records,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
