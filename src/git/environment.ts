import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isLocal } from './check-arguments.ts';
import type { GitCredentials, GitRemote } from './git.ts';

/**
 * The only configuration git reads: no hooks, no helpers, no threads by the dozen, nothing of the machine or of whoever
 * runs Shipmate. `safe.directory` lets it serve local repositories that belong to somebody else.
 */
const configuration = `[core]
	hooksPath = /dev/null
	fsmonitor = false
	attributesFile = /dev/null
	excludesFile = /dev/null
[safe]
	directory = *
[protocol]
	allow = never
[credential]
	helper =
[fetch]
	recurseSubmodules = false
	parallel = 1
[submodule]
	recurse = false
	fetchJobs = 1
[gc]
	auto = 0
	autoDetach = false
[maintenance]
	auto = false
[pack]
	threads = 2
[checkout]
	workers = 1
[http]
	followRedirects = initial
	lowSpeedLimit = 1000
	lowSpeedTime = 60
[transfer]
	bundleURI = false
[advice]
	detachedHead = false
`;

/** The variable of git that holds the token. */
export const tokenVariable = 'SHIPMATE_GIT_TOKEN';

/**
 * Reads the token from its environment; `printf` is a shell builtin, so the token never appears in an argument list.
 */
const credentialHelper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$SHIPMATE_GIT_USERNAME" "$SHIPMATE_GIT_TOKEN"; }; f';

/** What git runs with. Disposing of it removes a key that had to be written to a file. */
export interface GitEnvironment extends AsyncDisposable {
  /** For local commands: no credentials, no network. */
  local: Record<string, string>;
  /** For remote commands, restricted to the protocol of the address. */
  remote: Record<string, string>;
  /** Before the command that speaks with the remote. */
  remoteArgs: string[];
}

/** Writes the configuration; whole at every moment, since another Shipmate's git may read it. */
export async function prepareHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const written = join(home, `config-${randomUUID()}`);
  await writeFile(written, configuration);
  await rename(written, join(home, 'config'));
}

/** Makes the environment of one git operation in `directory`. `home` is prepared. */
export async function gitEnvironment(
  home: string,
  directory: string,
  { credentials, url }: GitRemote,
): Promise<GitEnvironment> {
  const local = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(home, 'config'),
    GIT_ATTR_NOSYSTEM: '1',
    // Ignore a repository that happens to enclose the folder.
    GIT_CEILING_DIRECTORIES: dirname(directory),
    GIT_TERMINAL_PROMPT: '0',
    // Objects that are missing are never fetched behind our back: at a server of the old protocol that has no end.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
  const remote = { ...local, GIT_ALLOW_PROTOCOL: protocolsOf(url) };
  const nothing = async () => undefined;
  if (remote.GIT_ALLOW_PROTOCOL === 'ssh') {
    const key = credentials?.kind === 'ssh' ? await writeKey(home, credentials.privateKey) : undefined;
    const command = sshCommand(home, key && join(key, 'id'));
    return {
      local,
      remote: { ...remote, GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' },
      remoteArgs: [],
      [Symbol.asyncDispose]: key ? () => rm(key, { recursive: true, force: true }) : nothing,
    };
  }
  return { local, ...withToken(remote, url, credentials), [Symbol.asyncDispose]: nothing };
}

/** Git limits the token to this scheme, host and port, so a redirect elsewhere does not get it. */
function withToken(
  remote: Record<string, string>,
  url: string,
  credentials: GitCredentials | undefined,
): Pick<GitEnvironment, 'remote' | 'remoteArgs'> {
  if (credentials?.kind !== 'token' || !/^https?:/i.test(url)) return { remote, remoteArgs: [] };
  // Any user name does with a token; this one is what the git hosts document.
  const username = credentials.username ?? 'x-access-token';
  return {
    remote: { ...remote, SHIPMATE_GIT_USERNAME: username, [tokenVariable]: credentials.token },
    remoteArgs: ['-c', `credential.${new URL(url).origin}.helper=${credentialHelper}`],
  };
}

/** A redirect may lead from http to https, not back. */
function protocolsOf(url: string): string {
  if (isLocal(url)) return 'file';
  const scheme = URL.canParse(url) ? new URL(url).protocol.slice(0, -1) : 'ssh';
  return scheme === 'http' ? 'http:https' : ['https', 'git'].includes(scheme) ? scheme : 'ssh';
}

/** @returns its folder. */
async function writeKey(home: string, privateKey: string): Promise<string> {
  const folder = await mkdtemp(join(home, 'key-'));
  await writeFile(join(folder, 'id'), privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 });
  return folder;
}

/** Trusts a host's key on first use and refuses a different one later. Ignores the ssh keys of Shipmate's own user. */
function sshCommand(home: string, key: string | undefined): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${shellQuote(join(home, 'known_hosts'))}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'ConnectTimeout=30',
    'ServerAliveInterval=30',
  ];
  const identity = key === undefined ? ['-o', 'IdentityFile=none'] : ['-i', shellQuote(key)];
  return ['ssh', '-F', '/dev/null', ...identity, ...options.flatMap((option) => ['-o', option])].join(' ');
}

/** Git hands the command to a shell. */
function shellQuote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
