import type { GitHostApi } from './api.ts';
import type { KnownPlace } from './clone-url.ts';
import type { Fetch } from './transport.ts';

export interface ApiOptions {
  /** Address of the API, without a trailing `/`. */
  baseUrl: string;
  token: string;
  fetch: Fetch;
}

/** Speaks to the API of a git host through its client library. */
export interface ApiAdapter {
  /** The API of the server that a repository is cloned from; undefined for a local path. */
  address(cloneUrl: string, known?: KnownPlace): string | undefined;
  /** Makes a client for one operation. */
  connect(options: ApiOptions): GitHostApi;
}

/** Every host takes 140 characters; GitHub no more. */
export function cutDescription(text: string): string {
  return text.replace(/^(.{139}).{2,}$/su, '$1…');
}

/** `owner` and `name` of a repository on a host without nested groups. */
export function ownerAndName(repository: string): [string, string] {
  const [owner = '', ...name] = repository.split('/');
  return [owner, name.join('/')];
}
