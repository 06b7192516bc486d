import { parseCloneUrl } from './clone-url.ts';

/** Names under which the public hosts take ssh beside their own, e.g. on port 443. */
const aliases: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

/** Whether two clone URLs lead to one repository, as far as they tell: over https and ssh, with or without `.git`. */
export function isSameRepository(one: string, other: string): boolean {
  return pathOf(one) === pathOf(other) && isSameServer(one, other) === true;
}

/**
 * Whether two clone URLs lead to one server; undefined where one of them is a local path. Ports count when both are of one
 * protocol: `https` and `ssh` have their own.
 */
export function isSameServer(one: string, other: string): boolean | undefined {
  const [a, b] = [serverOf(one), serverOf(other)];
  if (!a || !b) return undefined;
  return a.name === b.name && (a.protocol !== b.protocol || a.port === b.port);
}

function serverOf(cloneUrl: string): { name: string; protocol: string; port: string } | undefined {
  const { host, hostname, protocol } = parseCloneUrl(cloneUrl) ?? {};
  if (!hostname || !host || !protocol) return undefined;
  const name = hostname.toLowerCase();
  const port = host.slice(hostname.length);
  return { name: aliases[name] ?? name, protocol, port: protocol === 'ssh:' && port === ':22' ? '' : port };
}

function pathOf(cloneUrl: string): string | undefined {
  return parseCloneUrl(cloneUrl)
    ?.path.toLowerCase()
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}
