import { dirname, isAbsolute, join } from 'node:path/posix';
import type { Lookup } from './interpolate.ts';
import { merge, MergeConflict } from './merge.ts';
import type { Origins } from './origins.ts';
import { showPath } from './refused.ts';

/** What the reader needs to have before it can go on. */
export class WantedFile extends Error {
  /** In the repository; may lead out of it. */
  readonly path: string;
  /** Subject of sentences about it, e.g. `Line 4: the file of \`include\``. */
  readonly what: string;
  constructor(path: string, what: string) {
    super(`${path} is not read yet`);
    this.path = path;
    this.what = what;
  }
}

export interface Layers {
  /** Path of the application's compose file. */
  file: string;
  text: string;
  /** Paths of the files whose values come over those of `file`, in their order (default none). */
  overrides?: readonly string[];
  /** Texts of all other files, by path; see `WantedFile`. */
  texts?: Readonly<Record<string, string>>;
}

/** What a compose file holds, as plain values. */
export type Content = Record<string, unknown>;

/** What the parts of an application are read with. */
export interface Loading extends Layers {
  origins: Origins;
  read: (path: string, lookup: Lookup) => Content;
  /** With what it extends and includes. */
  loadFile: (path: string, where: Where) => Content;
  /** Throws a `ComposeError` about a path of a file's content. */
  refuse: (content: object, path: readonly PropertyKey[], text: string) => never;
}

export interface Where {
  /** What the paths of the file are relative to. */
  folder: string;
  lookup: Lookup;
  /** Files that include it. */
  above: readonly string[];
}

export function mergeFiles(base: Content, over: Content, { origins, refuse }: Loading): Content {
  try {
    return merge(base, over, [], origins) as Content;
  } catch (error) {
    if (!(error instanceof MergeConflict)) throw error;
    return refuse(over, error.path, `${showPath(error.path)} ${error.message}`);
  }
}

/** @throws {WantedFile} when the text of a file is not there yet. */
export function requireText({ file, texts = {} }: Loading, path: string, what: string): void {
  if (path !== file && !Object.hasOwn(texts, path)) throw new WantedFile(path, what);
}

/** An absolute path stays, to be refused when it is read. */
export function under(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** The folder that all paths are relative to. */
export function rootOf({ file }: Layers): string {
  return dirname(file);
}
