import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request whose body was read, within limits, because its signature is over the bytes. */
export type RawRequest = IncomingMessage & { rawBody: Buffer };

export type RawListener = (request: RawRequest, response: ServerResponse) => void;
