/** Codes that are used here. @see https://grpc.io/docs/guides/status-codes/ */
export const grpcCodes = { ok: 0, notFound: 5, aborted: 10, unimplemented: 12, unavailable: 14 } as const;

/** The end of a call that is no success. */
export class GrpcError extends Error {
  override name = 'GrpcError' as const;
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
