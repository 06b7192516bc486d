import express, { type Request, type RequestHandler } from 'express';
import type { Deps } from '../../usecases/deps.ts';
import { type Caller, callerOf } from './authenticate.ts';
import { strangersBytes } from './problem.ts';

/** A certificate with its chain, or a dotenv file, fits many times. */
export const knownBytes = 1024 ** 2;

export interface JsonBody {
  /** Reads the JSON of a body: up to 4 KiB, or 1 MiB of a person who is known. Who asks is found out first. */
  read: RequestHandler;
  /** Who asks, after `read`. */
  callerOf(request: Request): Promise<Caller>;
}

export function jsonBody(deps: Pick<Deps, 'database'>): JsonBody {
  const ofKnown = express.json({ limit: knownBytes, inflate: false });
  const ofStranger = express.json({ limit: strangersBytes, inflate: false });
  const callers = new WeakMap<object, Caller>();
  return {
    async read(request, response, next) {
      const caller = await callerOf(deps, request);
      callers.set(request, caller);
      return (caller.user ? ofKnown : ofStranger)(request, response, next);
    },
    callerOf: async (request) => callers.get(request) ?? callerOf(deps, request),
  };
}
