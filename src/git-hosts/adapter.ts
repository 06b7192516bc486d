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

/** Every host takes this many characters; GitHub no more. */
const maxDescription = 140;

export function cutDescription(text: string): string {
  const characters = [...text];
  return characters.length > maxDescription ? `${characters.slice(0, maxDescription - 1).join('')}…` : text;
}

/** `owner` and `name` of a repository on a host without nested groups. */
export function ownerAndName(repository: string): [string, string] {
  const [owner = '', ...name] = repository.split('/');
  return [owner, name.join('/')];
}
