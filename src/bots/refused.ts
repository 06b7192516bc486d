/**
 * `gone`: the message was deleted. `closed`: it may not be edited any more. `channel`: nothing may be written there.
 * `content`: the platform takes no such message.
 */
export type RefusalKind = 'gone' | 'closed' | 'channel' | 'content';

/** What the platform refuses however often it is tried, until a person changes something there. */
export class RefusedError extends Error {
  override name = 'RefusedError' as const;
  readonly kind: RefusalKind;
  /** What a person can do about it: a sentence. */
  readonly step: string;

  constructor(cause: Error, { kind, step }: { kind: RefusalKind; step: string }) {
    super(cause.message, { cause });
    this.kind = kind;
    this.step = step;
  }
}

/** Whether the message has to be posted anew, as this one cannot be edited. */
export function isLost(error: unknown): boolean {
  return error instanceof RefusedError && (error.kind === 'gone' || error.kind === 'closed');
}
