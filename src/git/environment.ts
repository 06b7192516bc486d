import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitCredentials } from './git.ts';

/** The only configuration git reads: no hooks, no helpers, nothing of the machine or of whoever runs Shipmate. */
const configuration = `[core]
	hooksPath = /dev/null
	fsmonitor = false
[safe]
	directory = *
[protocol "ext"]
	allow = never
[fetch]
	recurseSubmodules = false
[submodule]
	recurse = false
[gc]
	auto = 0
[http]
	lowSpeedLimit = 1000
	lowSpeedTime = 60
[advice]
	detachedHead = false
`;

/** Git asks this program for user name and password; it answers from its environment, never from a file. */
const askpass = `#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$SHIPMATE_GIT_USERNAME" ;;
  *) printf '%s\\n' "$SHIPMATE_GIT_TOKEN" ;;
esac
`;

/** Variables that simple-git has to let through to git. */
export const guardedVariables = [
  'GIT_ALLOW_PROTOCOL',
  'GIT_ASKPASS',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH_COMMAND',
  'GIT_TERMINAL_PROMPT',
];

export interface GitEnvironment extends AsyncDisposable {
  variables: Record<string, string>;
}

/** Makes the environment of one git operation. Disposing it removes a key that had to be written to a file. */
export async function gitEnvironment(home: string, credentials: GitCredentials | undefined): Promise<GitEnvironment> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const config = join(home, 'config');
  await writeFile(config, configuration);
  const common = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git:file',
  };
  const nothing = async () => undefined;
  if (credentials?.kind === 'token') {
    const program = join(home, 'askpass');
    await writeFile(program, askpass, { mode: 0o700 });
    // Any user name does with a token; this one is what the git hosts document.
    const username = credentials.username ?? 'x-access-token';
    const asked = { GIT_ASKPASS: program, SHIPMATE_GIT_USERNAME: username, SHIPMATE_GIT_TOKEN: credentials.token };
    return { variables: { ...common, ...asked }, [Symbol.asyncDispose]: nothing };
  }
  if (credentials?.kind === 'ssh') return sshEnvironment(home, common, credentials.privateKey);
  return { variables: { ...common, GIT_SSH_COMMAND: sshCommand(home) }, [Symbol.asyncDispose]: nothing };
}

async function sshEnvironment(
  home: string,
  common: Record<string, string>,
  privateKey: string,
): Promise<GitEnvironment> {
  const directory = await mkdtemp(join(home, 'key-'));
  const key = join(directory, 'id');
  await writeFile(key, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 });
  return {
    variables: { ...common, GIT_SSH_COMMAND: sshCommand(home, key) },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The first key a host shows is remembered; another one later is refused. */
function sshCommand(home: string, key?: string): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${shellQuote(join(home, 'known_hosts'))}`,
  ];
  const identity = key === undefined ? [] : ['-i', shellQuote(key), '-o', 'IdentitiesOnly=yes'];
  return ['ssh', '-F', '/dev/null', ...identity, ...options.flatMap((option) => ['-o', option])].join(' ');
}

/** Git hands the command to a shell. */
function shellQuote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
