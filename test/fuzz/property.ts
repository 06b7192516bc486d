import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';

/** Something that takes what outsiders write. */
export interface Property {
  name: string;
  /** How many inputs the long run tries. */
  inputs: number;
  /** Runs in a thread in the product, so that it may take longer than a turn of the event loop. */
  inThread: boolean;
  /** @throws when it fails for one of the inputs; `around` is called with each call. */
  check(options: CheckOptions): Promise<void>;
}

export interface CheckOptions {
  inputs: number;
  seed: number;
  /** Runs the call, and may measure it. */
  around?: (call: () => Promise<void>) => Promise<void>;
}

interface Declaration<T> {
  name: string;
  inputs: number;
  inThread?: boolean;
  from: fc.Arbitrary<T>;
  /** May throw a `UserError`, and nothing else. */
  call(input: T): unknown;
}

export function property<T>({ name, inputs, from, call, inThread = false }: Declaration<T>): Property {
  return {
    name,
    inputs,
    inThread,
    async check({ inputs: numRuns, seed, around = (run) => run() }) {
      const tried = fc.asyncProperty(from, (input) => around(() => explained(call, input)));
      await fc.assert(tried, { numRuns, seed, endOnFailure: false, interruptAfterTimeLimit: 3_600_000 });
    },
  };
}

async function explained<T>(call: (input: T) => unknown, input: T): Promise<void> {
  try {
    await call(input);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.message.length > 20_000) throw new Error(`a message of ${error.message.length} characters`);
  }
}
