import { readdir, readFile } from 'node:fs/promises';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { readManifest, type Template, templateFiles } from './manifest.ts';

const library = new URL('library/', import.meta.url);

/** The templates that come with Shipmate, each a folder of `library/`, in the order of the alphabet. */
export async function builtInNames(): Promise<string[]> {
  return (await readdir(library)).sort();
}

export async function readBuiltIns(): Promise<Template[]> {
  return Promise.all((await builtInNames()).map(readFolder));
}

/** @throws {NotFoundError} with the nearest name. */
export async function readBuiltIn(name: string): Promise<Template> {
  const names = await builtInNames();
  if (names.includes(name)) return readFolder(name);
  const hint = didYouMean(name, names, '`template list` lists them.');
  throw new NotFoundError(`There is no template \`${name}\`. ${hint}`);
}

async function readFolder(name: string): Promise<Template> {
  const read = (file: string) => readFile(new URL(`${name}/${file}`, library), 'utf8');
  const [manifest, compose] = await Promise.all([read(templateFiles.manifest), read(templateFiles.compose)]);
  return { name, manifest: await readManifest(templateFiles.manifest, manifest), compose };
}
