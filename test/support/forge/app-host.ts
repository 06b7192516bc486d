import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerApi, shownInstallation } from './app-host-api.ts';
import type { Answer, AppHost, KeptApp, KeptInstallation } from './app-host-types.ts';
import { Manifest } from './app-manifest.ts';

/** A code is exchanged once, within an hour. */
const codeMs = 3_600_000;

export async function startAppHost(): Promise<AppHost> {
  const codes = new Map<string, { app: KeptApp; until: number }>();

  function createApp(owner: string, manifest: Manifest): KeptApp {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const app: KeptApp = {
      id: 1_000 + host.apps.length,
      slug: `${manifest.name.toLowerCase().replaceAll(/\W+/g, '-')}-${host.apps.length}`,
      owner,
      pem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      publicKey,
      webhookSecret: randomBytes(20).toString('hex'),
      clientSecret: randomBytes(20).toString('hex'),
      hookUrl: manifest.hook_attributes.url,
      manifest,
    };
    host.apps.push(app);
    return app;
  }

  /** The page for settings, which is no API: a browser posts the form. */
  async function submitted(url: URL, request: IncomingMessage): Promise<Answer | undefined> {
    const found = /^(?:\/organizations\/([\w-]+))?\/settings\/apps\/new$/.exec(url.pathname);
    if (!found || request.method !== 'POST') return undefined;
    const form = new URLSearchParams((await request.toArray()).join(''));
    const manifest = Manifest.safeParse(JSON.parse(form.get('manifest') ?? '{}'));
    if (!manifest.success) return { status: 422, body: { message: manifest.error.message } };
    const code = randomUUID();
    codes.set(code, { app: createApp(found[1] ?? 'ada', manifest.data), until: host.now() + codeMs });
    const location = new URL(manifest.data.redirect_url);
    location.searchParams.set('code', code);
    location.searchParams.set('state', url.searchParams.get('state') ?? '');
    return { status: 302, headers: { location: location.href } };
  }

  function convert(code: string): Answer {
    const found = codes.get(code);
    codes.delete(code);
    if (!found || found.until < host.now()) return { status: 404, body: { message: 'Not Found' } };
    const { app } = found;
    const body = {
      id: app.id,
      slug: app.slug,
      node_id: 'A_1',
      owner: { login: app.owner, id: 1, type: 'Organization' },
      name: app.manifest.name,
      html_url: `${host.url}/github-apps/${app.slug}`,
      permissions: app.manifest.default_permissions,
      events: app.manifest.default_events,
      client_id: `Iv1.${app.id}`,
      client_secret: app.clientSecret,
      webhook_secret: app.webhookSecret,
      pem: app.pem,
    };
    return { status: 201, body };
  }

  async function respond(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', host.url);
    const page = await submitted(url, request);
    if (page) return page;
    if (!url.pathname.startsWith('/api/v3/')) return { status: 404 };
    if (host.answer) return host.answer;
    url.pathname = url.pathname.slice('/api/v3'.length);
    host.log.push(`${request.method} ${url.pathname}`);
    const [, code] = /^\/app-manifests\/([\w-]+)\/conversions$/.exec(url.pathname) ?? [];
    if (code !== undefined) return convert(code);
    const text = (await request.toArray()).join('');
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return answerApi(host, { method: request.method ?? '', url, body, authorization: request.headers.authorization });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body, headers, status } = await respond(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 204 || status === 302 ? undefined : JSON.stringify(body ?? {}));
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host: AppHost = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apps: [],
    installations: [],
    tokens: [],
    attempts: [],
    sentAgain: [],
    deployments: [],
    deploymentStatuses: [],
    statuses: [],
    comments: [],
    log: [],
    hasHookConfig: true,
    tokenMs: 3_600_000,
    clockMs: 0,
    now: () => Date.now() + host.clockMs,
    answer: undefined,
    async submit(action, manifest) {
      const body = new URLSearchParams({ manifest });
      const response = await fetch(action, { method: 'POST', body, redirect: 'manual' });
      if (response.status !== 302) throw new Error(`${response.status}: ${await response.text()}`);
      return new URL(response.headers.get('location') ?? '');
    },
    install(app, over = {}) {
      const installation: KeptInstallation = {
        id: 5_000 + host.installations.length,
        app: app.id,
        account: 'acme',
        selection: 'selected',
        repositories: ['acme/api'],
        permissions: app.manifest.default_permissions,
        suspended: false,
        ...over,
      };
      host.installations.push(installation);
      return installation;
    },
    installationPayload: (action, one) => ({
      action,
      installation: shownInstallation(one, host.apps.find(({ id }) => id === one.app)?.slug),
      repositories: one.repositories.map((full_name, id) => ({ id: id + 1, full_name, private: true })),
      sender: { login: 'ada' },
    }),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return host;
}
