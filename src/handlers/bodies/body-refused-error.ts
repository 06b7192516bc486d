import { UserError } from '../../errors.ts';

/** A body that is not read, or not to its end. */
export class BodyRefusedError extends UserError {
  override name = 'BodyRefusedError' as const;
  /** Of the HTTP answer. */
  readonly status: 400 | 408 | 413 | 415;

  constructor(status: BodyRefusedError['status'], message: string) {
    super(message);
    this.status = status;
  }
}
