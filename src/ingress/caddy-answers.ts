/** A response by Caddy itself, when no application answers. */
export function text(status: number, body: string, headers: Record<string, string[]> = {}): object {
  return {
    handler: 'static_response',
    status_code: status,
    headers: { 'Content-Type': ['text/plain; charset=utf-8'], ...headers },
    body,
  };
}

export const unknownHost = { handle: [text(404, 'No application answers at {http.request.host}.\n')] };

/** The proxy that passes a body on says 502 of one that is too large, with the reason in words. */
export const tooLarge = {
  match: [{ expression: '{http.error.status_code} == 413 || {http.error.message}.contains("body too large")' }],
  handle: [text(413, 'The request is larger than {http.request.host} takes.\n')],
  terminal: true,
};

export const tooSlow = {
  match: [{ expression: '{http.error.status_code} == 504' }],
  handle: [text(504, 'The application at {http.request.host} took too long to answer.\n')],
  terminal: true,
};

/** Replaces Caddy's 502 for an application without a reachable task, and asks visitors to retry. */
export const noAnswer = {
  handle: [text(503, 'The application at {http.request.host} does not answer right now.\n', { 'Retry-After': ['5'] })],
};

/**
 * While a configuration is on its way out, whoever is still connected to it is told to connect anew with the next
 * answer. To be cut off while idle may cross a request on its way.
 */
export const drain = {
  match: [{ expression: '{http.shutting_down} == true' }],
  handle: [{ handler: 'headers', response: { set: { Connection: ['close'] } } }],
};
