import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { variables } from '../../config-variables.ts';
import { imagePrefix, registryOf } from '../names.ts';

/** Login that the Engine and every pulling node use at a registry. */
export interface RegistryLogin {
  username: string;
  password: string;
  serveraddress: string;
}

/** The login for an image's registry; undefined for anonymous access. */
export type Credentials = (image: string) => Promise<RegistryLogin | undefined>;

export interface PullOptions {
  /** For strangers, who may have only what everybody can pull: no login, and nothing that is on this host already. */
  anonymous?: boolean;
}

interface CredentialOptions {
  /** e.g. `registry.example.com:5000/team`: the registry that `login` is for. */
  registry: string | undefined;
  login: { username: string; password: string } | undefined;
  /** Folder of the Docker CLI's configuration (default: where that looks). */
  folder?: string;
}

interface DockerConfigFile {
  auths?: Record<string, { auth?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

const helperMs = 10_000;
const hubKey = 'https://index.docker.io/v1/';

/** The configured login, else that of `docker login` on this host, including credential helpers. */
export function registryCredentials({ registry, login, folder }: CredentialOptions): Credentials {
  return async (image) => {
    const host = registryOf(image);
    // Only for this prefix, not for the whole registry host, which others may share.
    if (login && registry !== undefined && image.startsWith(`${imagePrefix(registry)}/`))
      return { ...login, serveraddress: host };
    const found = await readLogin(folder ?? process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), host);
    return found && { ...found, serveraddress: host };
  };
}

async function readLogin(folder: string, host: string) {
  const content = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  const { auths = {}, credHelpers = {}, credsStore } = parse(content);
  const keys = host === 'docker.io' ? [hubKey] : [host, `https://${host}`, `https://${host}/v1/`];
  for (const key of keys) {
    const helper = credHelpers[key] ?? (auths[key] ? credsStore : undefined);
    const login = helper ? await askHelper(helper, key) : decode(auths[key]?.auth);
    if (login) return login;
  }
  return undefined;
}

function parse(content: string): DockerConfigFile {
  try {
    return JSON.parse(content) as DockerConfigFile;
  } catch {
    return {};
  }
}

function decode(auth: string | undefined) {
  const text = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : undefined;
}

/** A helper has variables of its own, e.g. those of a cloud, but is not told those of Shipmate. */
function helperEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !Object.hasOwn(variables, name)));
}

/** @see https://github.com/docker/docker-credential-helpers */
async function askHelper(name: string, server: string): Promise<{ username: string; password: string } | undefined> {
  if (!/^[\w-]+$/.test(name)) return undefined;
  const answer = await new Promise<string>((resolve) => {
    const child = execFile(
      `docker-credential-${name}`,
      ['get'],
      { timeout: helperMs, env: helperEnvironment() },
      (error, stdout) => resolve(error ? '' : stdout),
    );
    child.stdin?.on('error', () => undefined).end(server);
  });
  const { Username: username, Secret: password } = parse(answer) as { Username?: string; Secret?: string };
  return username !== undefined && password !== undefined ? { username, password } : undefined;
}
