import type { Resolver } from 'node:dns/promises';
import type { OpenResolver } from '../../host/resolver.ts';

export interface Records {
  addresses: string[];
  /** Target of the name's CNAME record. */
  alias: string | undefined;
  /** `missing`: DNS knows no such name; `silent`: no name server answered. */
  problem: 'missing' | 'silent' | undefined;
}

const nothing = new Set(['ENOTFOUND', 'ENODATA']);

export async function lookUp(resolver: Resolver, host: string): Promise<Records> {
  // Browsers and systems know it without asking. @see RFC 6761, 6.3
  if (host.endsWith('.localhost')) return { addresses: ['127.0.0.1'], alias: undefined, problem: undefined };
  const problems = new Set<string>();
  const orNone = (error: NodeJS.ErrnoException): string[] => {
    problems.add(error.code ?? error.message);
    return [];
  };
  const [four, six, aliases] = await Promise.all([
    resolver.resolve4(host).catch(orNone),
    resolver.resolve6(host).catch(orNone),
    resolver.resolveCname(host).catch(() => []),
  ]);
  const addresses = [...four, ...six];
  const silent = [...problems].some((code) => !nothing.has(code));
  const none = silent ? 'silent' : 'missing';
  return { addresses, alias: aliases[0], problem: addresses.length > 0 ? undefined : none };
}

/**
 * Records from the domain's authoritative name servers, bypassing caches; undefined when they cannot be queried.
 */
export async function lookUpAtSource(open: OpenResolver, host: string): Promise<Records | undefined> {
  const resolver = open();
  for (let labels = host.split('.'); labels.length >= 2; labels = labels.slice(1)) {
    const [server] = await resolver.resolveNs(labels.join('.')).catch(() => []);
    if (server === undefined) continue;
    const [address] = await resolver.resolve4(server).catch(() => []);
    if (address === undefined) return undefined;
    const records = await lookUp(open(address), host);
    return records.problem === 'silent' ? undefined : records;
  }
  return undefined;
}
