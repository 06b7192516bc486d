import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { FakeGitHosts, HostRequest, Refusal } from '../fake-git-hosts.ts';

const { bodies } = JSON.parse(readFileSync(new URL('github-requests.json', import.meta.url), 'utf8')) as {
  bodies: Record<string, Parameters<typeof z.fromJSONSchema>[0]>;
};

/** The body of one of GitHub's operations, as GitHub publishes it. */
export function published(operation: string): z.ZodType {
  const schema = bodies[operation];
  if (schema === undefined) throw new Error(`there is no published body of ${operation}`);
  return z.fromJSONSchema(schema);
}

/** The groups of a path that matches whole. */
export function matchRoute(pattern: string, { url }: HostRequest): Record<string, string | undefined> | undefined {
  const groups = new RegExp(`^${pattern}$`).exec(url.pathname)?.groups;
  return groups && { ...groups };
}

/** No page has more than this, whatever is asked for. */
const length = 2;

function cut<T>(all: T[], at: number): T[] {
  return all.slice((at - 1) * length, at * length);
}

function pageNumber({ url }: HostRequest): number {
  return Number(url.searchParams.get('page') ?? 1);
}

/** How a host tells where the next page is. */
export const pageOf = {
  links(hosts: FakeGitHosts, request: HostRequest, all: unknown[]): Refusal {
    const at = pageNumber(request);
    const next = new URL(request.url.pathname + request.url.search, hosts.url);
    next.searchParams.set('page', String(at + 1));
    const more = at * length < all.length;
    return {
      status: 200,
      body: cut(all, at),
      ...(more && { headers: { link: `<${next.href}>; rel="next"`, 'x-next-page': String(at + 1) } }),
    };
  },
  next(_hosts: FakeGitHosts, request: HostRequest, all: unknown[]): Refusal {
    const at = pageNumber(request);
    return { status: 200, body: { values: cut(all, at), ...(at * length < all.length && { next: 'the next page' }) } };
  },
  start(_hosts: FakeGitHosts, { url }: HostRequest, all: unknown[]): Refusal {
    const start = Number(url.searchParams.get('start') ?? 0);
    const isLastPage = start + length >= all.length;
    return {
      status: 200,
      body: { values: all.slice(start, start + length), isLastPage, nextPageStart: isLastPage ? null : start + length },
    };
  },
  count(_hosts: FakeGitHosts, request: HostRequest, all: unknown[]): Refusal {
    return { status: 200, body: cut(all, pageNumber(request)), headers: { 'x-total-count': String(all.length) } };
  },
};
