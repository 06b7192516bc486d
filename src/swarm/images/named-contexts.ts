import type { SentFolder } from '../buildkit/files-protocol.ts';
import type { NamedContext } from '../build-input.ts';
import { readFolder, type WalkOptions } from './build-context.ts';

export interface NamedContexts {
  /** Of this host, by the name under which the build asks for them. */
  folders: Record<string, SentFolder>;
  /** Of the frontend. @see https://docs.docker.com/build/building/context/ */
  attributes: Record<string, string>;
}

/** What `FROM <name>` and `COPY --from=<name>` of a build lead to instead of an image or a stage. */
export async function readNamedContexts(
  contexts: Readonly<Record<string, NamedContext>>,
  options: WalkOptions,
): Promise<NamedContexts> {
  const read: NamedContexts = { folders: {}, attributes: {} };
  for (const [name, context] of Object.entries(contexts)) {
    if ('source' in context) {
      read.attributes[`context:${name}`] = context.source;
      continue;
    }
    // Apart from the build's own, which have names, too.
    const folder = `named-${name}`;
    read.folders[folder] = await readFolder(context.folder, options);
    read.attributes[`context:${name}`] = `local:${folder}`;
  }
  return read;
}
