import { UsageError } from '../errors.ts';
import { readTraceparent, writeTraceparent } from '../tracing/traceparent.ts';

/** Where Shipmate answers on its own machine. */
const ownMachine = 'http://127.0.0.1:8080';

export interface CliEnvironment {
  /** Of the Shipmate to ask. */
  url: string;
  token: string | undefined;
  /** Whether neither was given: a Shipmate of this machine is asked over its socket. */
  isBare: boolean;
  /** `TRACEPARENT`, which pipelines with traces set; undefined unless it is one. */
  traceparent: string | undefined;
}

/** An empty variable counts as unset, since that is how CI systems pass on what they lack. @throws {UsageError} */
export function readEnvironment(env: NodeJS.ProcessEnv): CliEnvironment {
  const given = env['SHIPMATE_URL']?.trim();
  const url = given || ownMachine;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(
      `SHIPMATE_URL is ${JSON.stringify(url)}. Set it to an address such as https://ship.example.com.`,
    );
  }
  const token = env['SHIPMATE_TOKEN']?.trim() || undefined;
  const context = readTraceparent(env['TRACEPARENT']);
  const traceparent = context && writeTraceparent(context);
  return { url, token, isBare: !given && token === undefined, traceparent };
}
