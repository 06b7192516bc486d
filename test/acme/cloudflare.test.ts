import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createAcme } from '../../src/acme/acme.ts';
import { cloudflare } from '../../src/acme/cloudflare.ts';
import { startCloudflare } from '../support/acme/cloudflare.ts';
import { startPebble } from '../support/acme/pebble.ts';
import { openCertificates } from '../support/acme/stage.ts';

describe('cloudflare', () => {
  it('adds a value once beside others, and takes away that one alone', async () => {
    await using api = await startCloudflare('example.test', async () => undefined);
    const dns = cloudflare(api.config);
    const name = '_acme-challenge.shop.eu.example.test';
    for (const value of ['one', 'two', 'one']) await dns.set(name, value);
    expect([...api.records.values()].map(({ content }) => content)).toEqual(['"one"', '"two"']);
    await dns.remove(name, 'one');
    await dns.remove(name, 'one');
    expect([...api.records.values()].map(({ content }) => content)).toEqual(['"two"']);
  });

  it('says what is wrong, and never the token', async () => {
    await using api = await startCloudflare('example.test', async () => undefined);
    const stranger = cloudflare({ ...api.config, token: 'other-token' });
    const refusal = await stranger.set('_acme-challenge.example.test', 'x').catch((error: unknown) => error);
    expect(String(refusal)).toMatch(
      /Invalid access token \(9109\)[^]*CLOUDFLARE_API_TOKEN needs Zone Read and DNS Edit/,
    );
    expect(String(refusal)).not.toContain('other-token');
    await expect(cloudflare(api.config).set('_acme-challenge.shop.else.test', 'x')).rejects.toThrow(
      'has no access to a zone of shop.else.test',
    );
    const down = cloudflare({ ...api.config, apiUrl: 'http://127.0.0.1:9' });
    await expect(down.set('_acme-challenge.example.test', 'x')).rejects.toThrow('Cloudflare does not answer.');
  });
});

describe('a wildcard', () => {
  it('is proved by a DNS record, which is gone afterwards', async () => {
    await using pebble = await startPebble();
    await using api = await startCloudflare('example.test', async (what, name, value) => {
      await pebble.tellDns(`${what}-txt`, { host: `${name}.`, value });
    });
    await using stage = await openCertificates(pebble);
    const { nameServer } = pebble;
    const tried = { pollMs: 20, nameServers: [nameServer] };
    const { config } = stage.deps;
    stage.deps.acme = createAcme({ ...config, dns: api.config }, tried);
    await stage.add('*.shop.example.test');
    expect(await stage.renew()).toBe('1 issued, 0 failed');
    const [row] = await stage.rows<{ certificate: string }>('select certificate from certificates');
    expect(new X509Certificate(row?.certificate ?? '').checkHost('api.shop.example.test')).toBe('*.shop.example.test');
    expect(api.records.size).toBe(0);
  });
});
