/** The server ends, starts, takes no more connections, or became a standby; classes 08 and 57P of PostgreSQL. */
const states = ['08000', '08001', '08003', '08004', '08006', '25006', '53300', '57P01', '57P02', '57P03'];
const codes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** What `pg` says of a connection that broke, without a code. */
const words =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed/;

/** Whether PostgreSQL did not answer, rather than refuse: the same statement may succeed once it does. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause, code, errors } = error as Error & { code?: unknown; errors?: unknown };
  if (typeof code === 'string' && (states.includes(code) || isConnection(error, code))) return true;
  if (words.test(error.message)) return true;
  return isDatabaseAway(cause) || (Array.isArray(errors) && errors.some(isDatabaseAway));
}

/** Docker and git hosts are reached over sockets too: theirs is another error, which names them. */
function isConnection(error: Error, code: string): boolean {
  return codes.includes(code) && error.name !== 'UnavailableError';
}
