import { type Marks, markOf } from './marks.ts';

/** Most of the reference that one frame is compared with, bytes: what a reader keeps in memory of it. */
export const mostCompared = 4 * 1024 * 1024;
/** A frame that is longer or shorter than what it was is compared with so much more, bytes. */
const slack = 512 * 1024;
/** A mark counts within so many bytes of where it is expected; farther on, only two in a row do. */
const reach = 4 * 1024 * 1024;

/** Marks with the same number that are looked at: rows that all begin alike tell no place from another. */
const mostTries = 64;

/** A part of the reference, bytes from its beginning. */
export interface Place {
  from: number;
  to: number;
}

/**
 * Finds for each frame of a text what it was in the reference. What was inserted leaves the place as it is; behind what was
 * deleted, however much, the marks of the reference tell where the text goes on. Places never go back, so that the
 * reference is read once from its beginning to its end.
 */
export function placeFrames(marks: Marks): { next(frame: Buffer): Place } {
  const find = finder(marks);
  /** Where the last frame that was found ended. */
  let known = 0;
  /** Bytes of the frames behind it. */
  let passed = 0;
  let before: number | undefined;

  function found(frame: Buffer): { from?: number; end?: number } {
    const mark = markOf(frame);
    const previous = before;
    before = mark;
    const end = find.near(mark, known, known + passed + frame.length);
    if (end !== undefined) return passed === 0 ? { from: known, end } : { end };
    return (previous === undefined ? undefined : find.pair(previous, mark, known)) ?? {};
  }

  return {
    next(frame) {
      const { end, from } = found(frame);
      const least = end === undefined ? known : Math.max(known, end - frame.length - slack);
      const begin = from ?? least;
      const stop = end !== undefined && end > begin ? end : begin + frame.length + slack;
      if (end === undefined) passed += frame.length;
      else [known, passed] = [end, 0];
      return { from: begin, to: Math.min(stop, begin + mostCompared) };
    },
  };
}

/** Looks up marks by their numbers. */
function finder({ ends, numbers }: Marks) {
  const first = new Map<number, number>();
  /** The next one with the same number. */
  const next = new Int32Array(numbers.length).fill(-1);
  for (let one = numbers.length - 1; one >= 0; one -= 1) {
    const number = numbers[one] ?? 0;
    next[one] = first.get(number) ?? -1;
    first.set(number, one);
  }

  /** Those with the number that do not end before `least`, which never goes back: the ones before are not looked at again. */
  function* all(number: number, least: number): Generator<number, void> {
    let one = first.get(number) ?? -1;
    while (one >= 0 && (ends[one] ?? 0) < least) one = next[one] ?? -1;
    first.set(number, one);
    for (; one >= 0; one = next[one] ?? -1) yield one;
  }

  return {
    /** The place closest to the one that is expected, not before `least`. */
    near(number: number, least: number, expected: number): number | undefined {
      let closest: number | undefined;
      for (const one of all(number, least)) {
        const end = ends[one] ?? 0;
        if (end > expected + reach) break;
        if (closest === undefined || Math.abs(end - expected) < Math.abs(closest - expected)) closest = end;
      }
      return closest;
    },
    /** The first frame, not before `least`, that has these marks before and behind it. */
    pair(before: number, behind: number, least: number): { from: number; end: number } | undefined {
      let tries = mostTries;
      for (const one of all(before, least)) {
        const [from = 0, end = 0] = [ends[one], ends[one + 1]];
        if (numbers[one + 1] === behind && end > from) return { from, end };
        if ((tries -= 1) === 0) break;
      }
      return undefined;
    },
  };
}
