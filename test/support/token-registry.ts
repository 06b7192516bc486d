import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pack } from 'tar-stream';

export interface TokenRegistry extends AsyncDisposable {
  /** `127.0.0.1:…`; the Engine reads registries of this machine over http. */
  host: string;
  login: { username: string; password: string };
  /** While set, every manifest is answered with it. */
  refusal: { status: number; code: string; message: string } | undefined;
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** A registry that wants a bearer token, which its token server gives for the login alone. `images`: architecture by name. */
export async function startTokenRegistry(images: Record<string, string>): Promise<TokenRegistry> {
  const login = { username: 'robot', password: `secret-${randomUUID()}` };
  const token = randomUUID();
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  for (const [name, architecture] of Object.entries(images)) {
    manifests.set(name, await makeImage(architecture, blobs));
  }
  const registry: Omit<TokenRegistry, typeof Symbol.asyncDispose> = { host: '', login, refusal: undefined };
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answer({ headers, method, url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, 'http://registry');
    if (pathname === '/token') return giveToken(headers.authorization, response);
    if (headers.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="http://${registry.host}/token",service="registry",scope="repository:x:pull"`;
      return refuse(response, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
    }
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
    if (kind === undefined) return void response.writeHead(200).end('{}');
    if (kind === 'blobs') return send(response, method, blobs.get(reference), 'application/octet-stream');
    if (registry.refusal)
      return refuse(response, registry.refusal.status, registry.refusal.code, registry.refusal.message);
    const manifest = manifests.get(name);
    const isNamed = reference === '1' || (manifest && digestOf(manifest) === reference);
    return manifest && isNamed
      ? send(response, method, manifest, manifestType)
      : refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }

  function giveToken(authorization: string | undefined, response: ServerResponse): void {
    const given = Buffer.from(authorization?.split(' ')[1] ?? '', 'base64').toString();
    if (given !== `${login.username}:${login.password}`) {
      return refuse(response, 401, 'UNAUTHORIZED', 'incorrect username or password');
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  }

  return Object.assign(registry, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function makeImage(architecture: string, blobs: Map<string, Buffer>): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'marker' }, architecture);
  tar.finalize();
  const layer = Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>));
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      history: [{ created_by: 'test' }],
    }),
  );
  for (const blob of [layer, config]) blobs.set(digestOf(blob), blob);
  const describe = (mediaType: string, blob: Buffer) => ({ mediaType, size: blob.length, digest: digestOf(blob) });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: describe('application/vnd.docker.container.image.v1+json', config),
      layers: [describe('application/vnd.docker.image.rootfs.diff.tar', layer)],
    }),
  );
}

function digestOf(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`;
}

function send(response: ServerResponse, method: string | undefined, blob: Buffer | undefined, type: string): void {
  if (!blob) return refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown');
  const headers = { 'content-type': type, 'content-length': blob.length, 'docker-content-digest': digestOf(blob) };
  response.writeHead(200, headers).end(method === 'HEAD' ? undefined : blob);
}

function refuse(response: ServerResponse, status: number, code: string, message: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
