import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { OwnerProofs } from '../../host/owner-proof.ts';
import type { LocalAccount } from '../../usecases/origin.ts';
import { makeRoom } from '../../make-room.ts';

/** How long a proof is worth, milliseconds; the command line renews it by itself. */
const sessionMs = 60 * 60_000;
/** Of the command lines that run at once; the oldest has to prove itself again. */
const mostSessions = 1_000;

/** Who calls over the machine's own socket. */
export interface LocalCallers {
  /** The name of the folder that the caller is to make. */
  ask(): string;
  /** A token for the account that has made the folder; undefined where it proves nothing. */
  open(name: string): Promise<string | undefined>;
  /** The account of a token. */
  find(token: string): LocalAccount | undefined;
}

export function createLocalCallers(proofs: OwnerProofs): LocalCallers {
  const sessions = new Map<string, LocalAccount & { until: number }>();
  return {
    ask: () => proofs.ask(),
    async open(name) {
      const uid = await proofs.take(name);
      if (uid === undefined) return undefined;
      const { accountNameOf } = await import('../../host/account-name.ts');
      const account = await accountNameOf(uid);
      makeRoom(sessions, mostSessions);
      const token = `shl_${randomBytes(32).toString('base64url')}`;
      // Who runs Shipmate, or the machine, may read its key.
      const isOperator = uid === 0 || uid === process.getuid?.();
      sessions.set(token, { account, uid, isOperator, until: performance.now() + sessionMs });
      return token;
    },
    find(token) {
      const session = sessions.get(token);
      if (!session) return undefined;
      if (performance.now() < session.until) return session;
      sessions.delete(token);
      return undefined;
    },
  };
}

const onSocket = new WeakMap<object, LocalCallers>();

/** Remembers that the request came over the socket: nothing in it says so. */
export function markLocal(request: IncomingMessage, callers: LocalCallers): void {
  // No proxy is in between: whoever says so claims an address.
  for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']) delete request.headers[header];
  onSocket.set(request, callers);
}

/** Undefined for requests that came over the network. */
export function localCallersOf(request: Request): LocalCallers | undefined {
  return onSocket.get(request);
}
