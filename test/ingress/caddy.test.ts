import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectHttp2 } from 'node:http2';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IngressCertificate } from '../../src/ingress/ingress.ts';
import { startLoad } from '../../scripts/support/load.ts';
import { openApplication, openCaddy } from '../support/caddy.ts';
import { selfSigned } from '../support/self-signed.ts';

let caddy: Awaited<ReturnType<typeof openCaddy>>;
let app: Awaited<ReturnType<typeof openApplication>>;
let shop: IngressCertificate;
beforeAll(async () => {
  caddy = await openCaddy();
  shop = await selfSigned('shop.test', 'www.shop.test', '*.eu.shop.test');
  app = await openApplication((request, response) => {
    if (request.url === '/slow') return void delay(1_500).then(() => response.end('late'));
    if (request.url === '/large') return response.setHeader('Content-Type', 'text/plain').end('x'.repeat(10_000));
    if (request.url === '/events') {
      return void response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: first\n\n');
    }
    if (request.method === 'POST')
      return void text(request).then(
        (body) => response.end(String(body.length)),
        () => response.destroy(),
      );
    return response.end(`${String(request.headers['x-forwarded-proto'])} ${request.headers.host} ${request.url}`);
  });
});
afterAll(async () => {
  await caddy[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

async function firstChunk(port: number, headers: Record<string, string>): Promise<string> {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path: '/events',
    headers: { host: 'shop.test', ...headers },
  }).end();
  const [response] = await once(outgoing, 'response');
  const [chunk] = await once(response, 'data');
  outgoing.destroy();
  return String(chunk);
}

describe('a domain', () => {
  it('without a certificate is served by HTTP, although it is to have TLS', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { tls: true })] });
    expect(await caddy.get('http://shop.test/a?b')).toMatchObject({ status: 200, body: 'http shop.test /a?b' });
  });

  it('with a certificate is served by HTTPS, where HTTP sends its visitors', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { tls: true })], certificates: [shop] });
    const there = `https://shop.test:${caddy.ports.https}/a?b`;
    expect(await caddy.get('http://shop.test/a?b')).toMatchObject({ status: 308, headers: { location: there } });
    const secure = await caddy.get('https://shop.test/a?b');
    expect(secure).toMatchObject({ status: 200, body: 'https shop.test /a?b' });
    expect(secure.headers).not.toHaveProperty('strict-transport-security');
    expect(secure.headers).not.toHaveProperty('alt-svc');
  });

  it('speaks HTTP/2', async () => {
    const session = connectHttp2(`https://127.0.0.1:${caddy.ports.https}`, {
      servername: 'shop.test',
      rejectUnauthorized: false,
    });
    const stream = session.request({ ':path': '/', ':authority': 'shop.test' });
    const [headers] = await once(stream, 'response');
    session.destroy();
    expect(headers[':status']).toBe(200);
    expect(session.alpnProtocol).toBe('h2');
  });

  it('without TLS stays on HTTP, and answers by HTTPS where a certificate covers it', async () => {
    await caddy.apply({ routes: [app.routeOf('api.eu.shop.test')], certificates: [shop] });
    expect(await caddy.get('http://api.eu.shop.test/')).toMatchObject({ status: 200 });
    expect(await caddy.get('https://api.eu.shop.test/')).toMatchObject({ status: 200 });
  });

  it('answers challenges of the authority by HTTP before it redirects', async () => {
    await caddy.apply({
      routes: [app.routeOf('shop.test', { tls: true })],
      certificates: [shop],
      challenges: [{ host: 'shop.test', token: 'tok_en-1', keyAuthorization: 'tok_en-1.thumb' }],
    });
    const challenge = '/.well-known/acme-challenge/tok_en-1';
    expect(await caddy.get(`http://shop.test${challenge}`)).toMatchObject({ status: 200, body: 'tok_en-1.thumb' });
    expect(await caddy.get(`http://shop.test${challenge}2`)).toMatchObject({ status: 308 });
    expect(await caddy.get(`http://other.test${challenge}`)).toMatchObject({ status: 404 });
  });

  it('sends www to the apex, at once to HTTPS when that has it', async () => {
    const routes = [app.routeOf('shop.test', { tls: true }), app.routeOf('www.shop.test', { redirectTo: 'shop.test' })];
    await caddy.apply({ routes });
    const plain = `http://shop.test:${caddy.ports.http}/a?b`;
    expect(await caddy.get('http://www.shop.test/a?b')).toMatchObject({ status: 308, headers: { location: plain } });
    await caddy.apply({ routes, certificates: [shop] });
    const location = `https://shop.test:${caddy.ports.https}/a?b`;
    expect(await caddy.get('http://www.shop.test/a?b')).toMatchObject({ status: 308, headers: { location } });
    expect(await caddy.get('https://www.shop.test/a?b')).toMatchObject({ status: 308, headers: { location } });
  });

  it('goes before a pattern that stands for it too', async () => {
    await using other = await openApplication((_, response) => response.end('other'));
    const routes = [other.routeOf('*.eu.shop.test', { tls: true }), app.routeOf('de.eu.shop.test')];
    await caddy.apply({ routes, certificates: [shop] });
    expect((await caddy.get('http://de.eu.shop.test/')).body).toBe('http de.eu.shop.test /');
    expect((await caddy.get('https://de.eu.shop.test/')).body).toBe('https de.eu.shop.test /');
    expect((await caddy.get('https://fr.eu.shop.test/')).body).toBe('other');
    expect((await caddy.get('http://a.fr.eu.shop.test/')).status).toBe(404);
  });

  it('refuses requests larger than it takes', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { maxBodyBytes: 100 }), app.routeOf('big.test')] });
    const post = (url: string, length: number) => caddy.get(url, { method: 'POST', body: 'x'.repeat(length) });
    expect(await post('http://shop.test/', 100)).toMatchObject({ status: 200, body: '100' });
    expect(await post('http://shop.test/', 101)).toMatchObject({
      status: 413,
      body: 'The request is larger than shop.test takes.\n',
    });
    expect(await post('http://big.test/', 100_000)).toMatchObject({ status: 200, body: '100000' });
  });

  it('gives up on an application that takes longer than it may', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { timeoutSeconds: 1 }), app.routeOf('calm.test')] });
    const [late, fine] = await Promise.all([caddy.get('http://shop.test/slow'), caddy.get('http://calm.test/slow')]);
    expect(late).toMatchObject({ status: 504, body: 'The application at shop.test took too long to answer.\n' });
    expect(fine).toMatchObject({ status: 200, body: 'late' });
  });

  it('compresses what is text, and lets events pass as they come', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test')] });
    const plain = await caddy.get('http://shop.test/large');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    const headers = { 'accept-encoding': 'gzip' };
    const small = await caddy.get('http://shop.test/large', { headers });
    expect(small.headers['content-encoding']).toBe('gzip');
    const first = await firstChunk(caddy.ports.http, headers);
    expect(first).toBe('data: first\n\n');
  });

  it('tells browsers to stay on HTTPS only when asked', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { tls: true, hsts: true })], certificates: [shop] });
    expect((await caddy.get('https://shop.test/')).headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await caddy.get('http://shop.test/')).headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('handing over a configuration', () => {
  it('loses no request of those who stay connected', async () => {
    await using draining = await openCaddy({ drainSeconds: 1 });
    const routes = [app.routeOf('shop.test')];
    await draining.apply({ routes });
    const load = startLoad({ port: draining.ports.http, host: 'shop.test' }, 50);
    for (let at = 0; at < 3; at += 1) await draining.apply({ routes: [...routes, app.routeOf(`change${at}.test`)] });
    const { failed, errors, requests } = await load.stop();
    expect([...errors]).toEqual([]);
    expect(failed).toBe(0);
    expect(requests).toBeGreaterThan(50);
  });

  it('happens once for the newest of those that came meanwhile', async () => {
    const before = caddy.host.loads();
    const routes = (count: number) => Array.from({ length: count }, (_, at) => app.routeOf(`h${at}.test`));
    await Promise.all(Array.from({ length: 100 }, (_, at) => caddy.apply({ routes: routes(at + 1) })));
    expect((await caddy.get('http://h99.test/')).status).toBe(200);
    expect(caddy.host.loads() - before).toBeLessThanOrEqual(2);
  });

  it('that is refused leaves the one before, and says why without the key', async () => {
    await caddy.apply({ routes: [app.routeOf('shop.test', { tls: true })], certificates: [shop] });
    const other = await selfSigned('shop.test');
    const mixed = { ...shop, privateKey: other.privateKey };
    const refused = caddy.apply({ routes: [app.routeOf('shop.test')], certificates: [mixed] });
    await expect(refused).rejects.toThrow(/did not take the configuration.*private key does not match/s);
    expect((await caddy.get('https://shop.test/')).status).toBe(200);
  });
});
