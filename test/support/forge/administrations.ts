import { z } from 'zod';
import type { FakeGitHosts, HostRequest, KeptKey, KeptWebhook, Refusal } from '../fake-git-hosts.ts';
import { matchRoute, pageOf, published } from './requests.ts';

type Administration = (hosts: FakeGitHosts, request: HostRequest) => Refusal | undefined;

/** How one host words what all of them do. */
interface Words {
  /** Path of a repository, with a group `repository`. */
  root: string;
  hooks: string;
  keys: string;
  /** Method of a change. */
  changes: string;
  /** The answer to a body that is not of the published form. */
  invalid: number;
  hookBody(method: 'create' | 'change'): z.ZodType;
  keyBody: z.ZodType;
  readHook(body: Record<string, unknown>, before: KeptWebhook | undefined): Partial<KeptWebhook>;
  readKey(body: Record<string, unknown>): Pick<KeptKey, 'title' | 'key' | 'readOnly'>;
  showHook(hook: KeptWebhook): unknown;
  page(hosts: FakeGitHosts, request: HostRequest, all: unknown[]): Refusal;
  ids: { hook(at: number): string };
}

const config = z.object({ url: z.url(), content_type: z.string(), secret: z.string().optional() });
const strings = z.array(z.string());

const gitHub: Words = {
  root: '/api/v3/repos/(?<repository>[^/]+/[^/]+)',
  hooks: 'hooks',
  keys: 'keys',
  changes: 'PATCH',
  invalid: 422,
  hookBody: (method) =>
    published(method === 'create' ? 'POST /repos/{owner}/{repo}/hooks' : 'PATCH /repos/{owner}/{repo}/hooks/{hook_id}'),
  keyBody: published('POST /repos/{owner}/{repo}/keys'),
  readHook: (body, before) => {
    const given = z
      .object({ active: z.boolean(), events: strings.optional(), add_events: strings.optional(), config })
      .parse(body);
    return {
      url: given.config.url,
      secret: given.config.secret,
      isForm: given.config.content_type !== 'json',
      active: given.active,
      events: [...new Set([...(given.events ?? before?.events ?? []), ...(given.add_events ?? [])])],
    };
  },
  readKey: (body) => {
    const {
      key,
      read_only: readOnly,
      title,
    } = z.object({ title: z.string(), key: z.string(), read_only: z.boolean() }).parse(body);
    return { title, key, readOnly };
  },
  showHook: ({ active, events, id, isForm, secret, url }) => ({
    id: Number(id),
    active,
    events,
    config: { url, content_type: isForm ? 'form' : 'json', ...(secret && { secret: '********' }) },
  }),
  page: pageOf.links,
  ids: { hook: String },
};

/** @see https://docs.gitlab.com/api/project_webhooks/#add-a-webhook-to-a-project */
const gitLabHook = z.strictObject({
  url: z.url(),
  token: z.string(),
  push_events: z.boolean(),
  tag_push_events: z.boolean(),
  merge_requests_events: z.boolean(),
  push_events_branch_filter: z.string().optional(),
  branch_filter_strategy: z.enum(['wildcard', 'regex', 'all_branches']).optional(),
});
const gitLabEvents = ['push_events', 'tag_push_events', 'merge_requests_events'] as const;

const gitLab: Words = {
  root: '/api/v4/projects/(?<repository>[^/]+)',
  hooks: 'hooks',
  keys: 'deploy_keys',
  changes: 'PUT',
  invalid: 400,
  hookBody: () => gitLabHook,
  keyBody: z.strictObject({ title: z.string(), key: z.string(), can_push: z.boolean() }),
  readHook: (body, before) => {
    const given = gitLabHook.parse(body);
    const events = gitLabEvents.filter((event) => given[event]);
    // Changing it does not switch it on.
    const filter = given.branch_filter_strategy === 'all_branches' ? '' : given.push_events_branch_filter;
    return {
      url: given.url,
      secret: given.token,
      events,
      filter: filter ?? before?.filter,
      active: before?.active ?? true,
    };
  },
  readKey: (body) => ({ title: String(body['title']), key: String(body['key']), readOnly: body['can_push'] === false }),
  showHook: ({ active, events, filter, id, url }) => ({
    id: Number(id),
    url,
    push_events_branch_filter: filter ?? '',
    branch_filter_strategy: 'wildcard',
    alert_status: active ? 'executable' : 'disabled',
    ...Object.fromEntries(gitLabEvents.map((event) => [event, events.includes(event)])),
  }),
  page: pageOf.links,
  ids: { hook: String },
};

/** @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
const bitbucketHook = z.strictObject({
  description: z.string(),
  url: z.url(),
  secret: z.string().max(128),
  active: z.boolean(),
  events: z.array(
    z.enum([
      'repo:push',
      'repo:updated',
      'pullrequest:created',
      'pullrequest:updated',
      'pullrequest:fulfilled',
      'pullrequest:rejected',
    ]),
  ),
});

const bitbucket: Words = {
  root: '/2.0/repositories/(?<repository>[^/]+/[^/]+)',
  hooks: 'hooks',
  keys: 'deploy-keys',
  changes: 'PUT',
  invalid: 400,
  hookBody: () => bitbucketHook,
  keyBody: z.strictObject({ label: z.string(), key: z.string() }),
  readHook: (body) => {
    const { active, events, secret, url } = bitbucketHook.parse(body);
    return { active, events, secret, url };
  },
  readKey: (body) => ({ title: String(body['label']), key: String(body['key']), readOnly: true }),
  showHook: ({ active, events, id, secret, url }) => ({
    uuid: id,
    url,
    active,
    events,
    secret_set: secret !== undefined,
  }),
  page: pageOf.next,
  ids: { hook: (at) => `{4f1a2b3c-0000-4000-8000-${String(at).padStart(12, '0')}}` },
};

const giteaConfig = z.strictObject({ url: z.url(), content_type: z.enum(['json', 'form']), secret: z.string() });
const giteaChange = z.strictObject({
  active: z.boolean(),
  events: strings,
  config: giteaConfig,
  branch_filter: z.string().optional(),
});
const giteaHook = giteaChange.extend({ type: z.enum(['gitea', 'gogs', 'slack', 'discord']) });

/** Gitea lists `pull_request` as all its parts. */
const giteaParts = ['pull_request', 'pull_request_assign', 'pull_request_label', 'pull_request_sync'];

const gitea: Words = {
  root: '/api/v1/repos/(?<repository>[^/]+/[^/]+)',
  hooks: 'hooks',
  keys: 'keys',
  changes: 'PATCH',
  invalid: 422,
  hookBody: (method) => (method === 'create' ? giteaHook : giteaChange),
  keyBody: z.strictObject({ title: z.string(), key: z.string(), read_only: z.boolean() }),
  readHook: (body) => {
    const given = giteaChange.loose().parse(body);
    const events = given.events.flatMap((event) => (event === 'pull_request' ? giteaParts : [event]));
    const { content_type: type, secret, url } = given.config;
    const { active, branch_filter: filter } = given;
    return { url, secret, isForm: type === 'form', active, filter, events: [...new Set(events)] };
  },
  readKey: (body) => ({
    title: String(body['title']),
    key: String(body['key']),
    readOnly: body['read_only'] === true,
  }),
  showHook: ({ active, events, filter, id, isForm, url }) => ({
    id: Number(id),
    type: 'gitea',
    branch_filter: filter ?? '',
    active,
    events,
    config: { url, content_type: isForm ? 'form' : 'json' },
  }),
  page: pageOf.count,
  ids: { hook: String },
};

/** @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-repository/ */
const dataCenterHook = z.strictObject({
  name: z.string(),
  url: z.url(),
  active: z.boolean(),
  events: z.array(z.string().regex(/^(?:repo|pr):\w+$/)),
  configuration: z.strictObject({ secret: z.string() }),
});
const dataCenterKey = z.strictObject({
  key: z.strictObject({ text: z.string(), label: z.string() }),
  permission: z.enum(['REPO_READ', 'REPO_WRITE']),
});

const dataCenter: Words = {
  root: '/rest/(?:api|keys)/latest/projects/(?<project>[^/]+)/repos/(?<slug>[^/]+)',
  hooks: 'webhooks',
  keys: 'ssh',
  changes: 'PUT',
  invalid: 400,
  hookBody: () => dataCenterHook,
  keyBody: dataCenterKey,
  readHook: (body) => {
    const { active, configuration, events, url } = dataCenterHook.parse(body);
    return { active, events, url, secret: configuration.secret };
  },
  readKey: (body) => {
    const { key, permission } = dataCenterKey.parse(body);
    return { title: key.label, key: key.text, readOnly: permission === 'REPO_READ' };
  },
  showHook: ({ active, events, id, url }) => ({ id: Number(id), url, active, events }),
  page: pageOf.start,
  ids: { hook: String },
};

export const administrations: Administration[] = [gitHub, gitLab, bitbucket, dataCenter, gitea].map(
  (words) => (hosts, request) => administer(words, hosts, request),
);

function administer(words: Words, hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const found = matchRoute(`${words.root}(?:/(?<part>${words.hooks}|${words.keys})(?:/(?<id>[^/]+))?)?`, request);
  if (!found) return undefined;
  const { id, part } = found;
  const { project, repository: path, slug } = found;
  const repository = decodeURIComponent(path ?? `${project}/${slug}`);
  const { keys, lacking, read, webhooks } = hosts.rights;
  if (!read) return { status: 404, body: { message: 'Not Found' } };
  if (part === undefined) return request.method === 'GET' ? { status: 200, body: {} } : undefined;
  if (part === words.hooks ? !webhooks : !keys) return { status: lacking, body: { message: 'Not allowed' } };
  const wanted = id === undefined ? undefined : decodeURIComponent(id);
  return part === words.hooks
    ? onHooks(words, hosts, request, repository, wanted)
    : onKeys(words, hosts, request, repository, wanted);
}

function onHooks(words: Words, hosts: FakeGitHosts, request: HostRequest, repository: string, id: string | undefined) {
  const hooks = hosts.webhooks.filter((hook) => hook.repository === repository);
  const shown = (hook: KeptWebhook, status: number) => ({ status, body: words.showHook(hook) });
  if (id === undefined && request.method === 'GET') return words.page(hosts, request, hooks.map(words.showHook));
  if (id === undefined) {
    if (!words.hookBody('create').safeParse(request.body).success) return { status: words.invalid };
    const hook = {
      id: words.ids.hook(hosts.log.length),
      repository,
      url: '',
      secret: undefined,
      events: [],
      active: true,
      ...words.readHook(request.body, undefined),
    };
    // As GitHub does; the others take a second one.
    if (words === gitHub && hooks.some((one) => one.url === hook.url)) {
      return { status: 422, body: { message: 'Hook already exists on this repository' } };
    }
    hosts.webhooks.push(hook);
    return shown(hook, 201);
  }
  const at = hosts.webhooks.findIndex((hook) => hook.id === id && hook.repository === repository);
  const hook = hosts.webhooks[at];
  if (!hook) return { status: 404, body: { message: 'Not Found' } };
  if (request.method === 'DELETE') {
    hosts.webhooks.splice(at, 1);
    return { status: 204 };
  }
  if (request.method !== words.changes) return { status: 405 };
  if (!words.hookBody('change').safeParse(request.body).success) return { status: words.invalid };
  return shown(Object.assign(hook, words.readHook(request.body, hook)), 200);
}

function onKeys(words: Words, hosts: FakeGitHosts, request: HostRequest, repository: string, id: string | undefined) {
  if (id === undefined) {
    if (!words.keyBody.safeParse(request.body).success) return { status: words.invalid };
    const key = { id: String(1_000 + hosts.log.length), repository, ...words.readKey(request.body) };
    hosts.deployKeys.push(key);
    return { status: 201, body: { id: Number(key.id), key: { id: Number(key.id) } } };
  }
  const at = hosts.deployKeys.findIndex((key) => key.id === id && key.repository === repository);
  if (at === -1 || request.method !== 'DELETE') return { status: 404, body: { message: 'Not Found' } };
  hosts.deployKeys.splice(at, 1);
  return { status: 204 };
}
