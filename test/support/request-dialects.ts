import { z } from 'zod';
import type { FakeGitHosts, HostRequest, Refusal } from './fake-git-hosts.ts';

// Comments on pull and merge requests, and who may push, in the four dialects.

type Dialect = (hosts: FakeGitHosts, request: HostRequest) => Refusal | undefined;

const missing: Refusal = { status: 404, body: { message: 'Not Found' } };

/** Of one comment: the text is at `path` of the body. @see the descriptions of each host's API */
function comments(
  prefix: string,
  { list, one, edit, schema }: { list: string; one: string; edit: string; schema: z.ZodType<{ text: string }> },
): Dialect {
  return (hosts, { body, method, url }) => {
    const at = `${method} ${url.pathname}`;
    const adds = new RegExp(`^POST ${prefix}${list}$`).test(at);
    const [, id] = new RegExp(`^${edit} ${prefix}${one}$`).exec(at) ?? [];
    if (!adds && id === undefined) return undefined;
    const parsed = schema.safeParse(body);
    if (!parsed.success) return { status: 422, body: { message: z.prettifyError(parsed.error) } };
    if (id !== undefined && !hosts.comments.has(id)) return missing;
    const which = id ?? String(hosts.comments.size + 1);
    hosts.comments.set(which, parsed.data.text);
    return { status: adds ? 201 : 200, body: { id: Number(which) } };
  };
}

const plain = z.strictObject({ body: z.string().min(1) }).transform(({ body }) => ({ text: body }));
const raw = z
  .strictObject({ type: z.literal('pullrequest_comment'), content: z.strictObject({ raw: z.string().min(1) }) })
  .transform(({ content }) => ({ text: content.raw }));

function gitHubLikePermission(prefix: string, words: { may: string; mayNot: string }): Dialect {
  return (hosts, { method, url }) => {
    const [, name] =
      new RegExp(`^GET ${prefix}/collaborators/([^/]+)/permission$`).exec(`${method} ${url.pathname}`) ?? [];
    if (name === undefined) return undefined;
    return { status: 200, body: { permission: hosts.members.has(name) ? words.may : words.mayNot } };
  };
}

/** GitLab answers 404 for whoever is no member. */
function gitLabMember(hosts: FakeGitHosts, { method, url }: HostRequest): Refusal | undefined {
  const [, id] = /^GET \/api\/v4\/projects\/[^/]+\/members\/all\/(\d+)$/.exec(`${method} ${url.pathname}`) ?? [];
  if (id === undefined) return undefined;
  if (!hosts.members.has(id)) return missing;
  return {
    status: 200,
    body: { id: Number(id), access_level: hosts.members.has(`guest ${id}`) ? 10 : 40, state: 'active' },
  };
}

function bitbucketPermissions(hosts: FakeGitHosts, { method, url }: HostRequest): Refusal | undefined {
  if (!/^GET \/2\.0\/workspaces\/[^/]+\/permissions\/repositories\/[^/]+$/.test(`${method} ${url.pathname}`))
    return undefined;
  const [, id = ''] = /^user\.uuid="(.+)"$/.exec(url.searchParams.get('q') ?? '') ?? [];
  return { status: 200, body: { values: hosts.members.has(id) ? [{ permission: 'write' }] : [] } };
}

/** Bitbucket Data Center wants the version that an edit replaces. */
function dataCenter(hosts: FakeGitHosts, { body, method, url }: HostRequest): Refusal | undefined {
  const repository = '/rest/api/latest/projects/[^/]+/repos/[^/]+';
  const at = `${method} ${url.pathname}`;
  if (new RegExp(`^GET ${repository}/permissions/users$`).test(at)) {
    const name = url.searchParams.get('filter') ?? '';
    const values = hosts.members.has(name) ? [{ user: { name }, permission: 'REPO_WRITE' }] : [];
    return { status: 200, body: { values } };
  }
  const [found, id] = new RegExp(`^[A-Z]+ ${repository}/pull-requests/\\d+/comments(?:/(\\d+))?$`).exec(at) ?? [];
  if (found === undefined) return undefined;
  const which = id ?? String(hosts.comments.size + 1);
  if (id !== undefined && !hosts.comments.has(id)) return missing;
  if (method === 'PUT' && body['version'] !== 3) return { status: 409, body: { message: 'Out of date' } };
  if (method !== 'GET') hosts.comments.set(which, z.string().min(1).parse(body['text']));
  return { status: 200, body: { id: Number(which), version: 3 } };
}

export const requestDialects: Dialect[] = [
  dataCenter,
  comments('/api/v3/repos/[^/]+/[^/]+', {
    list: '/issues/\\d+/comments',
    one: '/issues/comments/(\\d+)',
    edit: 'PATCH',
    schema: plain,
  }),
  comments('/api/v1/repos/[^/]+/[^/]+', {
    list: '/issues/\\d+/comments',
    one: '/issues/comments/(\\d+)',
    edit: 'PATCH',
    schema: plain,
  }),
  comments('/api/v4/projects/[^/]+/merge_requests/\\d+', {
    list: '/notes',
    one: '/notes/(\\d+)',
    edit: 'PUT',
    schema: plain,
  }),
  comments('/2\\.0/repositories/[^/]+/[^/]+/pullrequests/\\d+', {
    list: '/comments',
    one: '/comments/(\\d+)',
    edit: 'PUT',
    schema: raw,
  }),
  gitHubLikePermission('/api/v3/repos/[^/]+/[^/]+', { may: 'write', mayNot: 'read' }),
  gitHubLikePermission('/api/v1/repos/[^/]+/[^/]+', { may: 'owner', mayNot: 'none' }),
  gitLabMember,
  bitbucketPermissions,
];
