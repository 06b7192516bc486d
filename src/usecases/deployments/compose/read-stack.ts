import { dirname, isAbsolute, join } from 'node:path';
import { withoutClocks } from '../../../compose/clock-mounts.ts';
import { composeAside } from '../../../compose/parse-aside.ts';
import { type EnvFile, type EnvFiles, readEnvFiles as readEnvFilesHere } from '../../../compose/env-file.ts';
import { type ComposeService, type ComposeStack, isShared, notSet } from '../../../compose/parse.ts';
import { urlParts } from '../../applications/url-parts.ts';
import type { Application } from '../../../entities/application.ts';
import { NotFoundError, UserError } from '../../../errors.ts';
import { readInside } from '../steps/checkout-path.ts';
import type { DeploymentContext } from '../steps/deployment-context.ts';
import { requireSharedIn } from '../steps/shared-variables.ts';
import { type FolderMount, settleMounts } from './checkout-mounts.ts';
import { requireGrants } from './require-grants.ts';
import { settlePorts, type Visited } from './settle-ports.ts';
import { allOf, anyOf } from '../../../word-lists.ts';

/** File names tried in this order by default. */
export const defaultFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Limit of the compose file and of each file it references, bytes. A Swarm secret holds half of that. */
const maxTextBytes = 1024 ** 2;
/** Total limit of all files that a compose file references; a file referenced twice counts twice. */
const maxNamedCharacters = 20_000_000;

/** Env files up to this many characters take less time than a thread does. */
const readHere = 20_000;

/** A commit's stack: the services of its compose file and the files they need. */
export interface Stack extends ComposeStack {
  /** Folder of the compose file inside the repository; its paths are relative to it. */
  folder: string;
  texts: Record<string, ServiceTexts>;
  /** Folders of the checkout that fill volumes. */
  folders: FolderMount[];
  visited: Visited | undefined;
}

export interface ServiceTexts {
  /** Variables from `env_file`s. */
  env: Record<string, string>;
  /** Secrets and configs: path in the container → text. */
  files: Record<string, string>;
  /** Values of its build's secrets by id. */
  buildSecrets?: Record<string, string>;
}

/** @throws {UserError} when the file is missing or refused, or lacks the service to route to. */
export async function readStack(context: DeploymentContext, directory: string): Promise<Stack> {
  const { sourceConfig, name, project } = context.deployment.application;
  const { plain, secret, shared } = context.environment;
  // Compose sets this one itself.
  const variables = {
    COMPOSE_PROJECT_NAME: `${project.name}-${name}`,
    ...urlParts(secret),
    ...plain,
    ...secret,
    ...shared,
  };
  const left = { characters: maxNamedCharacters };
  const { file, text } = await openFile(directory, sourceConfig.compose_file);
  const profiles = sourceConfig.compose_profiles ?? [];
  const overrides = sourceConfig.compose_overrides ?? [];
  const parsed = await composeAside.parse(
    { file, text, overrides, variables, profiles },
    context.signal,
    (path, what) => readNamed({ directory, folder: '.', left }, path, what),
  );
  requireSharedIn(`\`${file}\``, parsed.shared?.missing ?? [], context);
  const stack = withoutClocks(parsed, sourceConfig.compose_grants ?? []);
  const routed = sourceConfig.compose_service;
  if (routed !== undefined && !stack.services.some((service) => service.name === routed)) {
    throw new UserError(
      `\`${file}\` has no service \`${routed}\` to route traffic to. ` +
        `It has ${allOf(stack.services.map((one) => one.name))}: \`app set ${name} service=<service>\`.`,
    );
  }
  const { application } = context.deployment;
  for (const service of stack.services) requireAllowedPorts(service, application);
  requireGrants(file, stack, application, context.deps.config);
  const ports = settlePorts(file, stack.services, application);
  const folder = dirname(file);
  const mounts = await settleMounts(ports.services, directory, (path) => pathFrom(folder, path));
  const services: ComposeService[] = [];
  const texts: Record<string, ServiceTexts> = {};
  const unset = new Set<string>();
  const from: From = { directory, folder, variables, left, signal: context.signal };
  for (const service of mounts.services) {
    services.push({ ...service, labels: { ...(await readLabelFiles(service, from)), ...service.labels } });
    const { missing, values } = await readEnvFiles(service, from);
    requireSharedIn(`the env_file of \`${service.name}\``, missing.filter(isShared), context);
    for (const one of missing) unset.add(one);
    texts[service.name] = {
      env: values,
      files: await readFiles(service.name, service.files, from),
      buildSecrets: await readFiles(service.name, service.buildSecrets ?? [], from),
    };
  }
  const told = [...unset].sort().map(notSet);
  for (const warning of new Set([...stack.warnings, ...told, ...mounts.lines])) context.log.line(warning, 'warn');
  for (const line of ports.lines) context.log.line(line);
  return { ...stack, services, folder, texts, folders: mounts.folders, visited: ports.visited };
}

/**
 * Paths are relative to the compose file's folder. An absolute one points outside the repository and is refused later.
 */
export function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** Anyone who may push can change the compose file, so publishing a port on every node needs an admin's permission. */
function requireAllowedPorts(
  { hostPorts, name: service }: ComposeService,
  { name, project, sourceConfig: { compose_host_ports: allowed = [] } }: Application,
): void {
  const refused = hostPorts.find(({ host }) => !allowed.includes(host));
  if (!refused) return;
  const ports = [...allowed, refused.host].join(',');
  throw new UserError(
    `The service \`${service}\` publishes port ${refused.host} on every node, which an admin must allow: ` +
      `\`app set ${project.name}/${name} host-ports=${ports}\`. Services behind the ingress do not need a published port.`,
  );
}

async function openFile(directory: string, named: string | undefined): Promise<{ file: string; text: string }> {
  for (const file of named === undefined ? defaultFiles : [named]) {
    const read = readInside(directory, file, { what: 'The compose file', maxBytes: maxTextBytes });
    const text = await read.catch((error: unknown) => {
      if (named !== undefined || !(error instanceof NotFoundError)) throw error;
    });
    if (text !== undefined) return { file, text };
  }
  throw new UserError(
    `The repository has no ${anyOf(defaultFiles)}. ` + 'Set its path: `app set <app> compose-file=<path>`.',
  );
}

interface Folder {
  directory: string;
  /** What the paths are relative to. */
  folder: string;
  /** Remaining budget of characters. */
  left: { characters: number };
}

interface From extends Folder {
  variables: Record<string, string>;
  signal: AbortSignal;
}

async function readNamed(from: Folder, path: string, what: string): Promise<string> {
  const text = await readInside(from.directory, pathFrom(from.folder, path), { what, maxBytes: maxTextBytes });
  from.left.characters -= text.length;
  if (from.left.characters >= 0) return text;
  throw new UserError(
    `The files referenced by the compose file exceed ${maxNamedCharacters / 1_000_000} million characters in total. ` +
      'Put large files into an image.',
  );
}

async function readEnvFiles({ environment, envFiles, name }: ComposeService, from: From): Promise<EnvFile> {
  const files: EnvFiles['files'][number][] = [];
  for (const { path, required, ...format } of envFiles) {
    const what = `The env_file of \`${name}\``;
    const text = await readNamed(from, path, what).catch((error: unknown) => {
      // A path that points outside the repository is always refused.
      if (required || !(error instanceof NotFoundError)) throw error;
    });
    if (text !== undefined) files.push({ file: path, text, ...format });
  }
  return readTexts({ files, variables: from.variables, environment }, from.signal);
}

/** Without variables: labels are no place for secrets, which the application's variables may be. */
async function readLabelFiles({ labelFiles = [], name }: ComposeService, from: From): Promise<Record<string, string>> {
  const files: EnvFiles['files'][number][] = [];
  for (const path of labelFiles) {
    files.push({ file: path, text: await readNamed(from, path, `The label_file of \`${name}\``) });
  }
  const { values } = await readTexts({ files, variables: {}, environment: {} }, from.signal);
  const reserved = Object.keys(values).find((key) => key.startsWith('shipmate.'));
  if (reserved === undefined) return values;
  throw new UserError(
    `The label_file of \`${name}\` has the label \`${reserved}\`: labels that start with \`shipmate.\` are reserved for ` +
      'Shipmate. Remove it.',
  );
}

async function readTexts(all: EnvFiles, signal: AbortSignal): Promise<EnvFile> {
  const isSmall = all.files.reduce((sum, { text }) => sum + text.length, 0) < readHere;
  return isSmall ? readEnvFilesHere(all) : composeAside.readEnvFiles(all, signal);
}

async function readFiles(name: string, files: ComposeService['files'], from: From): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { target, from: source } of files) {
    if ('content' in source) texts[target] = source.content;
    else if ('file' in source) {
      texts[target] = await readNamed(from, source.file, `The file for \`${target}\` of \`${name}\``);
    } else {
      const value = from.variables[source.variable];
      if (value === undefined) {
        throw new UserError(
          `\`${name}\` needs the variable ${source.variable} for its file \`${target}\`. Set it with \`env set\`.`,
        );
      }
      texts[target] = value;
    }
  }
  return texts;
}
