import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { registryCredentials } from '../../../src/swarm/images/credentials.ts';
import { registryOf, splitDigest } from '../../../src/swarm/names.ts';
import { withVariable } from '../../support/running-processes.ts';

let folder: string;
const path = process.env['PATH'];
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'shipmate-docker-config-'))));
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true });
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function dockerConfig(content: object | string): Promise<void> {
  await writeFile(join(folder, 'config.json'), typeof content === 'string' ? content : JSON.stringify(content));
}

function credentials(registry?: string, login?: { username: string; password: string }) {
  return registryCredentials({ registry, login, folder });
}

test('the configured login is for its registry alone', async () => {
  const of = credentials('registry.example.com:5000/team', { username: 'ada', password: 'secret' });
  expect(await of('registry.example.com:5000/team/shop-api:1')).toEqual({
    username: 'ada',
    password: 'secret',
    serveraddress: 'registry.example.com:5000',
  });
  expect(await of('nginx:1')).toBeUndefined();
  expect(await of('registry.example.com/shop-api:1')).toBeUndefined();
  expect(await of('registry.example.com:5000/others/api:1')).toBeUndefined();
  expect(await of('registry.example.com:5000/teams/api:1')).toBeUndefined();
});

test('otherwise what `docker login` left is used, a colon in the password included', async () => {
  await dockerConfig({
    auths: {
      'ghcr.io': { auth: base64('ada:to:ken') },
      'https://index.docker.io/v1/': { auth: base64('hub:pass') },
      'https://quay.io': { auth: base64('quay:pass') },
    },
  });
  const of = credentials();
  expect(await of('ghcr.io/acme/api:1')).toMatchObject({ username: 'ada', password: 'to:ken' });
  expect(await of('library/nginx')).toMatchObject({ username: 'hub', password: 'pass' });
  expect(await of('quay.io/acme/api@sha256:00')).toMatchObject({ username: 'quay' });
  expect(await of('other.example/acme/api')).toBeUndefined();
});

test('a credential helper is asked', async () => {
  const helper = join(folder, 'docker-credential-vault');
  await writeFile(helper, '#!/bin/sh\nread server\nprintf \'{"Username":"robot","Secret":"for %s"}\' "$server"\n');
  await chmod(helper, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  await dockerConfig({ credHelpers: { 'ghcr.io': 'vault' }, auths: { 'quay.io': {} }, credsStore: 'vault' });
  expect(await credentials()('ghcr.io/acme/api')).toMatchObject({ username: 'robot', password: 'for ghcr.io' });
  expect(await credentials()('quay.io/acme/api')).toMatchObject({ username: 'robot', password: 'for quay.io' });
});

test('a credential helper has the variables of its cloud, and none of Shipmate', async () => {
  using _secret = withVariable('SHIPMATE_SECRET_KEY', 'key-of-shipmate-alone');
  using _cloud = withVariable('AWS_PROFILE', 'images');
  const helper = join(folder, 'docker-credential-curious');
  await writeFile(
    helper,
    '#!/bin/sh\nread server\nprintf \'{"Username":"%s","Secret":"-%s"}\' "$AWS_PROFILE" "$SHIPMATE_SECRET_KEY"\n',
  );
  await chmod(helper, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  await dockerConfig({ auths: { 'quay.io': {} }, credsStore: 'curious' });
  expect(await credentials()('quay.io/acme/api')).toMatchObject({ username: 'images', password: '-' });
});

test('a helper that fails, or a file that is none, gives no login', async () => {
  await dockerConfig({ credHelpers: { 'ghcr.io': 'shipmate-not-there', 'quay.io': '../evil' } });
  expect(await credentials()('ghcr.io/acme/api')).toBeUndefined();
  expect(await credentials()('quay.io/acme/api')).toBeUndefined();
  await dockerConfig('not json');
  expect(await credentials()('ghcr.io/acme/api')).toBeUndefined();
});

test.each([
  ['nginx', 'docker.io'],
  ['library/nginx:1', 'docker.io'],
  ['localhost/api', 'localhost'],
  ['10.0.0.1:5000/api:1', '10.0.0.1:5000'],
])('the registry of %s is %s', (image, registry) => expect(registryOf(image)).toBe(registry));

test('tag and digest are told apart', () => {
  expect(splitDigest('r.example:5000/api:1@sha256:aa')).toEqual({ tag: 'r.example:5000/api:1', digest: 'sha256:aa' });
  expect(splitDigest('api:1')).toEqual({ tag: 'api:1', digest: undefined });
});
