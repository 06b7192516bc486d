import { randomBytes, verify } from 'node:crypto';
import type { Answer, AppHost, IssuedToken, KeptApp, KeptInstallation } from './app-host-types.ts';
import { published } from './requests.ts';

export interface ApiRequest {
  method: string;
  url: URL;
  body: Record<string, unknown>;
  authorization: string | undefined;
}

const missing: Answer = { status: 404, body: { message: 'Not Found' } };
const unauthorised: Answer = { status: 401, body: { message: 'Bad credentials' } };

/** Items of a page, whatever is asked for, so that lists have several. */
const pageLength = 2;

export function answerApi(host: AppHost, request: ApiRequest): Answer {
  const given = /^(?:bearer|token) (.+)$/i.exec(request.authorization ?? '')?.[1] ?? '';
  if (given.split('.').length === 3) {
    const found = appOf(host, given);
    return typeof found === 'string' ? { status: 401, body: { message: found } } : answerApp(host, found, request);
  }
  const token = host.tokens.find((one) => one.token === given);
  if (!token || token.expires <= host.now()) return unauthorised;
  return answerToken(host, token, request);
}

/** Whom a proof is from, or why it is refused: signed with the app's key, of no more than ten minutes, and not from the future. */
function appOf(host: AppHost, proof: string): KeptApp | string {
  const [header = '', payload = '', signature = ''] = proof.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const { alg } = read(header);
  const { exp, iat, iss } = read(payload) as { exp: number; iat: number; iss: number | string };
  const app = host.apps.find(({ id }) => String(id) === String(iss));
  const now = Math.floor(host.now() / 1_000);
  const undecoded = 'A JSON web token could not be decoded';
  if (!app || alg !== 'RS256') return undecoded;
  if (iat > now) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (exp > now + 600) return "'Expiration time' claim ('exp') is too far in the future";
  if (exp <= now) return "'Expiration time' claim ('exp') must be a numeric value representing the future time";
  const signed = Buffer.from(`${header}.${payload}`);
  return verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url')) ? app : undecoded;
}

function answerApp(host: AppHost, app: KeptApp, { body, method, url }: ApiRequest): Answer {
  const own = host.installations.filter((one) => one.app === app.id);
  const at = (pattern: string) => new RegExp(`^${pattern}$`).exec(`${method} ${url.pathname}`);
  if (at('GET /app/installations'))
    return page(
      host,
      url,
      own.map((one) => shownInstallation(one, app.slug)),
    );
  const repository = at('GET /repos/([^/]+/[^/]+)/installation')?.[1];
  if (repository !== undefined) {
    const one = own.find(({ repositories }) => repositories.includes(repository));
    return one ? { status: 200, body: shownInstallation(one, app.slug) } : missing;
  }
  const id = at('POST /app/installations/(\\d+)/access_tokens')?.[1];
  if (id !== undefined)
    return issue(
      host,
      own.find((one) => String(one.id) === id),
      body,
    );
  if (at('GET /app/hook/deliveries')) {
    const shown = host.attempts.map(({ guid, id: attempt, status }) => ({ id: attempt, guid, status_code: status }));
    return page(host, url, shown.toReversed());
  }
  if (url.pathname === '/app/hook/config') return hookConfig(host, app, method, body);
  const attempt = at('POST /app/hook/deliveries/(\\d+)/attempts')?.[1];
  if (attempt === undefined) return missing;
  host.sentAgain.push(Number(attempt));
  return { status: 202 };
}

/** @see https://docs.github.com/en/rest/apps/webhooks */
function hookConfig(host: AppHost, app: KeptApp, method: string, body: Record<string, unknown>): Answer {
  if (!host.hasHookConfig) return missing;
  if (method === 'PATCH') {
    const valid = published('PATCH /app/hook/config').safeParse(body);
    if (!valid.success) return { status: 422, body: { message: valid.error.message } };
    const { secret = app.webhookSecret, url = app.hookUrl } = body as { secret?: string; url?: string };
    Object.assign(app, { webhookSecret: secret, hookUrl: url });
  }
  return { status: 200, body: { content_type: 'json', insecure_ssl: '0', secret: '********', url: app.hookUrl } };
}

/** @see https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
function issue(host: AppHost, installation: KeptInstallation | undefined, body: Record<string, unknown>): Answer {
  if (!installation) return missing;
  if (installation.suspended) return { status: 403, body: { message: 'This installation has been suspended' } };
  const valid = published('POST /app/installations/{installation_id}/access_tokens').safeParse(body);
  if (!valid.success) return { status: 422, body: { message: valid.error.message } };
  const { permissions = installation.permissions, repositories } = body as {
    permissions?: Record<string, string>;
    repositories?: string[];
  };
  const names = repositories?.map((name) => `${installation.account}/${name}`);
  if (names?.some((name) => !installation.repositories.includes(name))) {
    const message =
      'There is at least one repository that does not exist or is not accessible to the parent installation.';
    return { status: 422, body: { message } };
  }
  for (const [name, level] of Object.entries(permissions)) {
    const granted = installation.permissions[name];
    if (granted !== level && granted !== 'write') {
      return { status: 422, body: { message: 'The permissions requested are not granted to this installation.' } };
    }
  }
  const token: IssuedToken = {
    token: `ghs_${randomBytes(27).toString('hex')}`,
    installation: installation.id,
    repositories: names,
    permissions,
    expires: host.now() + host.tokenMs,
  };
  host.tokens.push(token);
  const expires_at = new Date(token.expires).toISOString();
  return { status: 201, body: { token: token.token, expires_at, permissions } };
}

function answerToken(host: AppHost, token: IssuedToken, { body, method, url }: ApiRequest): Answer {
  const installation = host.installations.find(({ id }) => id === token.installation);
  if (!installation) return unauthorised;
  const reached = token.repositories ?? installation.repositories;
  if (url.pathname === '/installation/repositories') {
    const all = reached.map((full_name, id) => ({
      id,
      full_name,
      private: true,
      clone_url: `${host.url}/${full_name}.git`,
      default_branch: 'main',
    }));
    return page(host, url, all, (repositories) => ({ total_count: all.length, repositories }));
  }
  const [, repository = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  if (!reached.includes(repository)) return missing;
  const may = (right: string) => token.permissions[right] === 'write';
  const refused: Answer = { status: 403, body: { message: 'Resource not accessible by integration' } };
  if (method === 'POST' && rest.startsWith('statuses/')) {
    return may('statuses')
      ? kept('POST /repos/{owner}/{repo}/statuses/{sha}', body, () => host.statuses.push({ repository, body }))
      : refused;
  }
  const deployment = /^deployments\/(\d+)\/statuses$/.exec(rest)?.[1];
  if (method === 'POST' && (rest === 'deployments' || deployment !== undefined)) {
    if (!may('deployments')) return refused;
    if (deployment === undefined) {
      const keep = (id: number) => host.deployments.push({ id, repository, body });
      return kept('POST /repos/{owner}/{repo}/deployments', body, () => keep(host.deployments.length + 1));
    }
    const keep = () => host.deploymentStatuses.push({ deployment: Number(deployment), body });
    return kept('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', body, keep);
  }
  return missing;
}

function kept(operation: string, body: Record<string, unknown>, keep: () => number): Answer {
  const valid = published(operation).safeParse(body);
  if (!valid.success) return { status: 422, body: { message: valid.error.message } };
  return { status: 201, body: { id: keep() } };
}

function page(host: AppHost, url: URL, all: unknown[], show: (shown: unknown[]) => unknown = (shown) => shown): Answer {
  const at = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(`/api/v3${url.pathname}${url.search}`, host.url);
  next.searchParams.set('page', String(at + 1));
  const more = at * pageLength < all.length;
  return {
    status: 200,
    body: show(all.slice((at - 1) * pageLength, at * pageLength)),
    ...(more && { headers: { link: `<${next.href}>; rel="next"` } }),
  };
}

export function shownInstallation(one: KeptInstallation, slug?: string): object {
  return {
    id: one.id,
    app_id: one.app,
    ...(slug !== undefined && { app_slug: slug }),
    account: { login: one.account, id: 9, type: 'Organization' },
    target_type: 'Organization',
    repository_selection: one.selection,
    permissions: one.permissions,
    events: ['push'],
    suspended_at: one.suspended ? '2026-11-28T10:00:00Z' : null,
  };
}
