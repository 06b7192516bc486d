import { isAbsolute, join, relative } from 'node:path/posix';
import { isRemoteSource } from './remote-source.ts';
import { isMapping } from './merge.ts';
import { isHostPath } from './short-mounts.ts';

/**
 * Makes the paths of a file's content, which are relative to `folder`, relative to `root`; changes the content. What is
 * no path stays for the schema to refuse.
 */
export function rebase(content: Record<string, unknown>, folder: string, root: string): void {
  if (folder === root) return;
  const moved = (path: unknown) => (isRelative(path) ? `./${relative(root, join(folder, path)) || '.'}` : path);
  const each = (map: unknown, visit: (one: Record<string, unknown>) => void) => {
    for (const one of Object.values(isMapping(map) ? map : {})) if (isMapping(one)) visit(one);
  };
  each(content['services'], (service) => rebaseService(service, moved));
  for (const what of ['configs', 'secrets']) each(content[what], (one) => move(one, 'file', moved));
  each(content['volumes'], ({ driver_opts: options }) => {
    if (isMapping(options) && String(options['o']).split(',').includes('bind')) move(options, 'device', moved);
  });
}

type Move = (path: unknown) => unknown;

function rebaseService(service: Record<string, unknown>, moved: Move): void {
  const { build, env_file: env, label_file: labelFile, volumes } = service;
  if (isMapping(build)) rebaseBuild(build, moved);
  else if (build !== undefined) service['build'] = moved(build);
  if (Array.isArray(env)) moveAll(env, 'path', moved);
  else if (isMapping(env)) move(env, 'path', moved);
  else if (env !== undefined) service['env_file'] = moved(env);
  if (Array.isArray(labelFile)) service['label_file'] = labelFile.map(moved);
  else if (labelFile !== undefined) service['label_file'] = moved(labelFile);
  if (isMapping(service['extends'])) move(service['extends'], 'file', moved);
  if (!Array.isArray(volumes)) return;
  for (const [at, volume] of volumes.entries()) {
    if (isMapping(volume) && volume['type'] === 'bind') move(volume, 'source', moved);
    if (typeof volume !== 'string' || !volume.startsWith('.') || !isHostPath(volume)) continue;
    const [source, ...rest] = volume.split(':');
    if (rest.length > 0) volumes[at] = [moved(source), ...rest].join(':');
  }
}

function rebaseBuild(build: Record<string, unknown>, moved: Move): void {
  build['context'] = moved(build['context'] ?? '.');
  const { additional_contexts: contexts } = build;
  if (isMapping(contexts)) for (const name of Object.keys(contexts)) move(contexts, name, moved);
  if (!Array.isArray(contexts)) return;
  for (const [at, line] of contexts.entries()) {
    const [, name, source] = /^([^=]*)=(.*)$/.exec(String(line)) ?? [];
    if (name !== undefined) contexts[at] = `${name}=${String(moved(source))}`;
  }
}

function move(map: Record<string, unknown>, key: string, moved: Move): void {
  if (map[key] !== undefined) map[key] = moved(map[key]);
}

function moveAll(list: unknown[], key: string, moved: Move): void {
  for (const [at, entry] of list.entries()) {
    if (isMapping(entry)) move(entry, key, moved);
    else list[at] = moved(entry);
  }
}

/** Neither an absolute path, nor a repository elsewhere, nor somebody's home. */
function isRelative(path: unknown): path is string {
  return typeof path === 'string' && !isAbsolute(path) && !path.startsWith('~') && !isRemoteSource(path);
}
