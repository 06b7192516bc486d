import { readFile } from 'node:fs/promises';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { readManifest, type Template, templateFiles } from './manifest.ts';

/** The templates that come with Shipmate, each a folder of `library/`. */
export const builtInNames = [
  'ghost',
  'gitea',
  'minio',
  'n8n',
  'plausible',
  'postgres-pgadmin',
  'redis',
  'umami',
  'uptime-kuma',
  'wordpress',
] as const;

export async function readBuiltIns(): Promise<Template[]> {
  return Promise.all(builtInNames.map(readFolder));
}

/** @throws {NotFoundError} with the nearest name. */
export async function readBuiltIn(name: string): Promise<Template> {
  const known = builtInNames.find((one) => one === name);
  if (known) return readFolder(known);
  const hint = didYouMean(name, builtInNames, '`template list` lists them.');
  throw new NotFoundError(`There is no template \`${name}\`. ${hint}`);
}

async function readFolder(name: string): Promise<Template> {
  const read = (file: string) => readFile(new URL(`library/${name}/${file}`, import.meta.url), 'utf8');
  const [manifest, compose] = await Promise.all([read(templateFiles.manifest), read(templateFiles.compose)]);
  return { name, manifest: await readManifest(templateFiles.manifest, manifest), compose };
}
