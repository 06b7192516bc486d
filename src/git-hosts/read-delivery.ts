import { hash } from 'node:crypto';
import { ZodError } from 'zod';
import type { GitProvider } from '../entities/git-provider.ts';
import { gitHosts } from './registry.ts';
import { storableDelivery } from './storable-delivery.ts';
import type { NamedRepository, ParsedDelivery, RawDelivery } from './webhook.ts';

/** What a body says, or a sentence that tells why it cannot be read. */
export type ReadDelivery =
  | {
      repository: NamedRepository | undefined;
      parsed: ParsedDelivery;
      /** Hexadecimal SHA-256. */
      bodyHash: string;
    }
  | { refused: string };

/** For each secret, whether it signed the delivery. */
export function signedWith(provider: GitProvider, raw: RawDelivery, secrets: readonly string[]): boolean[] {
  return secrets.map((secret) => gitHosts[provider].webhook.verify(raw, secret));
}

/** Parses a verified delivery, and keeps what decides about deployments. */
export function readDelivery(provider: GitProvider, raw: RawDelivery): ReadDelivery {
  const { webhook } = gitHosts[provider];
  const payload = parseJson(raw.body);
  if (payload === undefined) {
    return { refused: 'The body is not JSON. Set the content type to application/json.' };
  }
  try {
    return {
      repository: webhook.repository(payload),
      parsed: storableDelivery(webhook.parse(raw, payload)),
      bodyHash: hash('sha256', raw.body),
    };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [issue] = error.issues;
    const path = issue?.path.join('.') ?? '';
    return { refused: `This is not a payload of ${provider}: \`${path}\` ${issue?.message ?? ''}.` };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
