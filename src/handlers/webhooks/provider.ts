import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { GitProvider } from '../../entities/git-source.ts';
import type { Push } from '../../usecases/pushes/push.ts';

/** A request as it was received; the body is not decoded, because signatures are over its bytes. */
export interface RawDelivery {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a delivery says, in words that all hosts share. */
export type ParsedDelivery =
  | { kind: 'push'; event: string; push: Push }
  /** A valid event that deploys nothing; `why` is told to the git host. */
  | { kind: 'ignored'; event: string; why: string };

/** Adapter to a git host: no HTTP server, no database. */
export interface WebhookProvider {
  id: GitProvider;
  /** The host's id of the delivery, the same when it is sent again; undefined when it sends none. */
  deliveryId(delivery: RawDelivery): string | undefined;
  /** Whether there is anything to verify. */
  isSigned(delivery: RawDelivery): boolean;
  /** Whether the delivery was made with `secret`; compares in constant time. */
  verify(delivery: RawDelivery, secret: string): boolean;
  /** The repository the payload names, before it can be trusted; to find the secret. */
  repository(payload: unknown): string | undefined;
  /** @throws {ZodError} when the payload is not of the host's shape. */
  parse(delivery: RawDelivery, payload: unknown): ParsedDelivery;
}

/** A commit id as `deployments.commit_sha` holds it; the hosts write forty zeros for "nothing". */
export const CommitId = z.string().regex(/^[0-9a-f]{40}$/, 'is no commit id of 40 hexadecimal digits');

/** A ref, or the name of a branch or tag; git itself allows no more than a path's length. */
export const RefName = z.string().min(1).max(255);

/** A header's value, when it was sent once. */
export function header({ headers }: RawDelivery, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Compares texts of any length without telling by the time how much of them is equal. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Whether `signature` is the hexadecimal HMAC-SHA256 of the body. */
export function isHmac(signature: string, body: Buffer, secret: string): boolean {
  return equalInConstantTime(signature.toLowerCase(), createHmac('sha256', secret).update(body).digest('hex'));
}

/** `sha256=<hex>`, as GitHub, Bitbucket and Gitea write it. */
export function isPrefixedHmac(signature: string | undefined, body: Buffer, secret: string): boolean {
  return signature?.startsWith('sha256=') === true && isHmac(signature.slice('sha256='.length), body, secret);
}
