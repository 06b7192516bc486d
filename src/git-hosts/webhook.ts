import type { IncomingHttpHeaders } from 'node:http';
import type { ChangeRequest } from './change-request.ts';
import type { InstallationEvent } from './host-app.ts';
import type { Push } from './push.ts';

/** A request as it was received; the body is not decoded, because signatures are over its bytes. */
export interface RawDelivery {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A delivery in a form common to all hosts. */
export type ParsedDelivery =
  | { kind: 'push'; event: string; push: Push }
  /** A pull or merge request was opened, changed or closed. */
  | { kind: 'request'; event: string; request: ChangeRequest }
  /** An app was installed somewhere, or no longer is. */
  | { kind: 'installation'; event: string; installation: InstallationEvent }
  /** A valid event that deploys nothing; the answer to the git host contains `why`. */
  | { kind: 'ignored'; event: string; why: string };

/** A repository, as a payload describes it. */
export interface NamedRepository {
  /** e.g. `acme/api` */
  name: string;
  /** The host's own id, which stays when the repository is renamed or transferred. */
  id: string | undefined;
  /** Address of its server on the web, with the path that the server is under: `https://git.example.com/gitlab`. */
  server: string | undefined;
  /** Where it is cloned from; none when the payload does not say. */
  cloneUrls: string[];
}

/** Reads and verifies the deliveries of a git host: no HTTP server, no database. */
export interface GitHostWebhook {
  /** The host sends no larger body, bytes. */
  mostBytes: number;
  /** The repositories that a body seems to name, found without parsing it; see `namedRepositories`. */
  named(body: Buffer): string[];
  /** The JSON key of the repository's id; other things may have one too. */
  idKey: string;
  /** A new secret of 32 random bytes, in a form that the host takes. */
  makeSecret(): string;
  /** The host's id of the delivery, the same when it is sent again; undefined when it sends none. */
  deliveryId(delivery: RawDelivery): string | undefined;
  /** The host's id of the app whose webhook it is; undefined for a webhook of a repository. */
  appNumber?(delivery: RawDelivery): string | undefined;
  /** Whether there is anything to verify. */
  isSigned(delivery: RawDelivery): boolean;
  /** Whether the delivery was signed with `secret`; compares in constant time. */
  verify(delivery: RawDelivery, secret: string): boolean;
  /** The repository that the payload is about. */
  repository(payload: unknown): NamedRepository | undefined;
  /** @throws {ZodError} when the payload is not of the host's shape. */
  parse(delivery: RawDelivery, payload: unknown): ParsedDelivery;
}

/** A header's value, when it was sent once. */
export function header({ headers }: RawDelivery, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
