import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HostRequest } from '../fake-git-hosts.ts';

type Schema = Parameters<typeof z.fromJSONSchema>[0];

interface PublishedBody {
  /** Of the method and the path. */
  pattern: RegExp;
  schema: z.ZodType;
}

const own = read('host-requests.json');
const gitHub = Object.entries(read('github-requests.json')).map(([operation, body]): [string, Schema] => [
  operation.replace(' ', ' /api/v3'),
  body,
]);

const bodies: PublishedBody[] = [...Object.entries(own), ...gitHub].map(([operation, body]) => ({
  pattern: new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  schema: z.fromJSONSchema(body),
}));

function read(name: string): Record<string, Schema> {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return (JSON.parse(text) as { bodies: Record<string, Schema> }).bodies;
}

/**
 * Why a host would not know what to do with the body: it is not as the host publishes it, or nobody has looked that up.
 * Undefined for requests without one.
 */
export function unfitBody({ body, method, url }: HostRequest): string | undefined {
  if (Object.keys(body).length === 0) return undefined;
  const operation = `${method} ${url.pathname}`;
  const published = bodies.find(({ pattern }) => pattern.test(operation));
  if (!published) return `no published body of ${operation} is kept in host-requests.json`;
  const parsed = published.schema.safeParse(body);
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}
