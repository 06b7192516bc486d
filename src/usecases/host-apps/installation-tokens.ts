import type { AppTokens, TokenUse } from '../../git-hosts/app-tokens.ts';
import type { AppToken } from '../../git-hosts/host-app.ts';
import { makeRoom } from '../../make-room.ts';
import type { Deps } from '../deps.ts';
import { requestToken } from './request-token.ts';

/** A token is not used in its last minutes, milliseconds: a clone that begins with it has to end. */
const restMs = 5 * 60_000;
/** Repositories whose tokens are kept. */
const mostTokens = 1_000;

interface Kept {
  /** Resolves when the host has answered; shared by all who ask meanwhile. */
  answer: Promise<AppToken>;
  token?: AppToken;
}

/** Tokens of apps, in the memory of this process alone; a host gives them for an hour. */
export function createAppTokens(
  deps: Pick<Deps, 'cipher' | 'database' | 'hostAppApis'>,
  now: () => number = Date.now,
): AppTokens {
  const kept = new Map<string, Kept>();

  function isUsable({ token }: Kept): boolean {
    return token === undefined || token.expiresAt.getTime() - restMs > now();
  }

  async function current(key: string, request: { app: string; repository: string; use: TokenUse }): Promise<string> {
    const known = kept.get(key);
    if (known && isUsable(known)) return (await known.answer).token;
    const one: Kept = { answer: requestToken(deps, request) };
    kept.delete(key);
    makeRoom(kept, mostTokens);
    kept.set(key, one);
    try {
      one.token = await one.answer;
      return one.token.token;
    } catch (error) {
      if (kept.get(key) === one) kept.delete(key);
      throw error;
    }
  }

  return {
    forRepository(app, repository, use) {
      const request = { app, repository, use };
      const key = [app, repository.toLowerCase(), use].join(' ');
      return {
        current: () => current(key, request),
        async renew(refused) {
          // Somebody else may have renewed it already.
          if (kept.get(key)?.token?.token === refused) kept.delete(key);
          return current(key, request);
        },
      };
    },
  };
}
