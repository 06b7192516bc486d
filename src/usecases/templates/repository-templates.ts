import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { composeAside } from '../../compose/parse-aside.ts';
import { maxManifestBytes, readManifest, type Template, templateFiles } from '../../compose/templates/manifest.ts';
import { NotFoundError, UserError } from '../../errors.ts';
import { writingTo } from '../../host/full-disk.ts';
import { credentialsFor } from '../applications/deploy-key.ts';
import { type CloneCredentials, cloneRemote } from '../applications/git-source-secrets.ts';
import { explainedBy, reachWithout } from '../applications/reach-repository.ts';
import type { Repository } from '../applications/repository.ts';
import { readInside } from '../deployments/steps/checkout-path.ts';
import type { Deps } from '../deps.ts';

/** Longest time to fetch a repository while a person waits, milliseconds. */
const timeoutMs = 60_000;
/** A longer list is read by nobody. */
const most = 100;
const maxComposeBytes = 1024 ** 2;
/** Where the folders of templates may be. */
const parents = ['.', 'templates'];
const Name = /^[a-z0-9][a-z0-9-]{0,59}$/;

/** A repository of templates, with how it is read. */
export interface TemplateRepository {
  repository: Repository;
  credentials?: CloneCredentials;
  branch?: string | undefined;
}

export interface RepositoryTemplate extends Template {
  /** Of the template, inside the repository. */
  folder: string;
}

/** All templates of a repository: folders with a manifest, at the top or in `templates/`. @throws {UserError} */
export async function listRepositoryTemplates(deps: Deps, from: TemplateRepository): Promise<RepositoryTemplate[]> {
  return withCheckout(deps, from, async (directory) => {
    const found: RepositoryTemplate[] = [];
    for (const parent of parents) {
      const entries = await readdir(join(directory, parent), { withFileTypes: true }).catch(() => []);
      const folders = entries.filter((one) => one.isDirectory() && Name.test(one.name)).map(({ name }) => name);
      for (const name of folders.sort().slice(0, most)) {
        const template = await readFolder(directory, join(parent, name), name);
        if (template) found.push(template);
      }
    }
    return found.slice(0, most);
  });
}

/**
 * One of them, its compose file checked.
 * @throws {NotFoundError} when it has none of this name; {UserError} with what is wrong in its files.
 */
export async function readRepositoryTemplate(
  deps: Deps,
  from: TemplateRepository,
  name: string,
): Promise<RepositoryTemplate> {
  return withCheckout(deps, from, async (directory, signal) => {
    for (const parent of Name.test(name) ? parents : []) {
      const template = await readFolder(directory, join(parent, name), name);
      if (!template) continue;
      await checkCompose(directory, template, signal);
      return template;
    }
    throw new NotFoundError(
      `The repository has no template \`${name}\`: a folder with \`${templateFiles.manifest}\`, at its top or in \`templates\`.`,
    );
  });
}

async function readFolder(directory: string, folder: string, name: string): Promise<RepositoryTemplate | undefined> {
  const file = join(folder, templateFiles.manifest);
  const text = await readInside(directory, file, { what: 'The manifest', maxBytes: maxManifestBytes }).catch(
    (error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
    },
  );
  if (text === undefined) return undefined;
  const manifest = await readManifest(file, text);
  const path = join(folder, templateFiles.compose);
  const compose = await readInside(directory, path, { what: 'The compose file', maxBytes: maxComposeBytes });
  return { name, manifest, compose, folder };
}

/** Each variable has some value: what is wrong whatever they are is told before anything is made. */
async function checkCompose(directory: string, template: RepositoryTemplate, signal: AbortSignal): Promise<void> {
  const { compose: text, folder, manifest } = template;
  const keys = [
    ...manifest.variables.map(({ name }) => name),
    manifest.address,
    ...manifest.databases.map(({ as }) => as),
  ];
  const variables = Object.fromEntries(keys.flatMap((one) => (one === undefined ? [] : [[one, '1']])));
  const file = join(folder, templateFiles.compose);
  const readOther = (path: string, what: string) => readInside(directory, path, { what, maxBytes: maxComposeBytes });
  const stack = await composeAside.parse({ file, text, variables, profiles: [] }, signal, readOther);
  const { service } = manifest;
  if (service === undefined || stack.services.some(({ name }) => name === service)) return;
  throw new UserError(`\`${file}\` has no service \`${service}\`, which \`${templateFiles.manifest}\` names.`);
}

async function withCheckout<T>(
  deps: Deps,
  { branch, credentials: given = {}, repository }: TemplateRepository,
  work: (directory: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await deps.git.requireAllowed(repository.url);
  const credentials = credentialsFor(repository, given);
  const reach = await reachWithout(deps, repository, credentials);
  const remote = reach && 'app' in reach ? reach.remote : cloneRemote(repository.url, credentials);
  const directory = join(deps.config.dataDir, 'checkouts', randomUUID());
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await writingTo(deps.config.dataDir, () => mkdir(directory, { recursive: true }));
    await explainedBy(reach, async () => {
      const { commit } = await deps.git.resolve(remote, branch ?? 'HEAD', signal);
      await deps.git.checkout({ remote, commit, directory, signal });
    });
    return await work(directory, signal);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
