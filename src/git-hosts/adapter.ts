import type { GitHost } from './git-host.ts';
import type { Fetch } from './transport.ts';

export interface AdapterOptions {
  /** Address of the API, without a `/` at its end. */
  baseUrl: string;
  token: string;
  fetch: Fetch;
}

/** Makes a host for one operation. */
export type Adapter = (options: AdapterOptions) => GitHost;

/** Every host takes 140 characters; GitHub no more. */
export function cutDescription(text: string): string {
  return text.replace(/^(.{139}).{2,}$/su, '$1…');
}

/** `owner` and `name` of a repository on a host without nested groups. */
export function ownerAndName(repository: string): [string, string] {
  const [owner = '', ...name] = repository.split('/');
  return [owner, name.join('/')];
}
