/** The clock of this process is so many milliseconds ahead (negative: behind) until the end of the block; PostgreSQL's is not. */
export function shiftClock(byMs: number): Disposable {
  const real = globalThis.Date;
  class ShiftedDate extends real {
    constructor(...args: [] | [value: number | string | Date]) {
      if (args.length === 0) super(real.now() + byMs);
      else super(...args);
    }
    static override now(): number {
      return real.now() + byMs;
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
  return {
    [Symbol.dispose]() {
      globalThis.Date = real;
    },
  };
}
