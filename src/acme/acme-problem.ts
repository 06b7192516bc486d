import { z } from 'zod';
import { AuthorityError } from './authority-error.ts';
import type { AcmeResponse } from './transport.ts';

const prefix = 'urn:ietf:params:acme:error:';

const Problem = z.object({ type: z.string().optional(), detail: z.string().optional() });
export type Problem = z.infer<typeof Problem>;

/**
 * @throws {AuthorityError} when the authority answers with a problem. A bad nonce is left to `acme-client`, which
 * repeats.
 */
export function throwProblem({ status, headers, data }: AcmeResponse, url: string): void {
  if (status < 400) return;
  const problem = Problem.safeParse(data).data ?? {};
  if (status === 400 && problem.type === `${prefix}badNonce`) return;
  const retryAt = retryAfterTime(headers['retry-after']);
  const words = problem.detail ?? `it answers ${status}`;
  if (status === 429 || problem.type === `${prefix}rateLimited`) {
    throw new AuthorityError('rate-limited', `The authority limits requests: ${words}`, {
      retryAt,
      problem: problem.type,
    });
  }
  if (status >= 500) {
    const text = `The authority at ${new URL(url).host} failed: ${words}`;
    throw new AuthorityError('unavailable', text, { retryAt, problem: problem.type });
  }
  throw new AuthorityError('refused', sentence('The authority refused', problem), { problem: problem.type });
}

/** The authority's validation failed. */
export function invalidError(host: string, problem: Problem | undefined): AuthorityError {
  const { type } = problem ?? {};
  return new AuthorityError('invalid', sentence(`The authority could not confirm ${host}`, problem ?? {}), {
    problem: type,
  });
}

function sentence(what: string, { type = '', detail }: Problem): string {
  const step = nextSteps[type.replace(prefix, '')];
  return [`${what}: ${detail ?? (type || 'no reason given')}`, ...(step ? [step] : [])].join('\n');
}

/** @see RFC 8555, 6.7 */
const nextSteps: Record<string, string> = {
  dns: 'Add an A or AAAA record that points to the ingress, then: `cert renew`.',
  connection: 'Let the authority reach port 80 of the ingress from the internet, then: `cert renew`.',
  unauthorized:
    'Something else answers for the domain. Point its A and AAAA records to the ingress, then: `cert renew`.',
  incorrectResponse:
    'Something else answers for the domain. Point its A and AAAA records to the ingress, then: `cert renew`.',
  caa: 'A CAA record of the domain allows other authorities only. Add this one, then: `cert renew`.',
  rejectedIdentifier: 'This authority does not certify such a name. Upload a certificate: `cert upload`.',
  invalidContact: 'Set another address in ACME_EMAIL.',
  unsupportedContact: 'Set another address in ACME_EMAIL.',
  externalAccountRequired:
    'This authority requires external account binding. Put the credentials it gave you in ACME_EAB_KID and ' +
    'ACME_EAB_HMAC_KEY, or choose another in ACME_DIRECTORY_URL.',
};

/** Seconds or a date. @see RFC 9110, 10.2.3 */
function retryAfterTime(header: string | undefined): Date | undefined {
  if (header === undefined) return undefined;
  const time = /^\d+$/.test(header) ? Date.now() + Number(header) * 1000 : Date.parse(header);
  return Number.isNaN(time) ? undefined : new Date(time);
}
