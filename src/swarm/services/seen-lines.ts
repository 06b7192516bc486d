/** Lines of several tasks come slightly out of order: so much is read again after a break, milliseconds. */
const overlapMs = 2_000;
/** Remembered of the newest lines; of a service that prints more within the overlap, some may be left out. */
const mostKept = 10_000;

/** Tells which lines of a log that is opened again have been read already. */
export interface SeenLines {
  /** Whether it is new. */
  add(time: string, text: string): boolean;
  /** From when the log has to be read again; undefined before the first line. */
  from(): Date | undefined;
}

/** @param after The time of the last line that was read before (default: none was). */
export function createSeenLines(after = ''): SeenLines {
  const kept = new Set<string>();
  /** Whatever is not newer has been read. */
  let floor = after;
  let last = after;
  return {
    add(time, text) {
      // Lines that a terminal has cut share their time.
      const key = `${time} ${text.length} ${text.slice(0, 20)}`;
      if (time <= floor || kept.has(key)) return false;
      kept.add(key);
      if (time > last) last = time;
      for (const oldest of kept) {
        if (kept.size <= mostKept) break;
        kept.delete(oldest);
        const [old = ''] = oldest.split(' ', 1);
        if (old > floor) floor = old;
      }
      return true;
    },
    from: () => (last === '' ? undefined : new Date(Date.parse(last) - overlapMs)),
  };
}
