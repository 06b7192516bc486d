import { randomUUID } from 'node:crypto';
import type { OutputEvent, Placed } from './output-events.ts';

/** Kept of the newest events, characters: a follower that falls further behind is told that lines are missing. */
const keptCharacters = 1_000_000;
/** Of an event beside its text, characters. */
const overhead = 50;

const missing = 'Lines are missing here: more was printed than could be sent.';

/** Where a follower is. */
export interface Position {
  /** Of the last event that it has. */
  number: number;
  /** Lines up to this time it has from another reader. */
  seenUntil: string;
}

/** The newest events of one reader, for all who follow it. */
export interface Ring {
  add(events: readonly OutputEvent[]): void;
  /**
   * Where a follower is that continues after `at`: the place of an event, of this reader or, by its time, of another one.
   * @param newest So many events are given to one who begins.
   */
  find(at: string | undefined, newest: number): Position;
  /** What comes after a position, looking at up to `most` events, and the position after those. */
  read(position: Position, most: number): { events: Placed[]; position: Position };
}

interface Kept extends Placed {
  number: number;
  size: number;
}

export function createRing(): Ring {
  const id = randomUUID().slice(0, 8);
  let kept: Kept[] = [];
  let last = 0;
  let lastTime = '';
  let characters = 0;

  function drop(): void {
    let count = 0;
    for (; characters > keptCharacters && count < kept.length - 1; count += 1) characters -= kept[count]?.size ?? 0;
    if (count > 0) kept = kept.slice(count);
  }

  return {
    add(events) {
      for (const event of events) {
        if (event.kind === 'line' && event.time > lastTime) lastTime = event.time;
        const size = event.text.length + overhead;
        last += 1;
        kept.push({ at: `${id}.${last}.${lastTime}`, event, number: last, size });
        characters += size;
      }
      drop();
    },
    find(at, newest) {
      const { number, ring, time } = readPlace(at);
      if (ring === id) return { number, seenUntil: '' };
      return time === '' ? { number: Math.max(0, last - newest), seenUntil: '' } : { number: 0, seenUntil: time };
    },
    read({ number, seenUntil }, most) {
      const first = kept[0]?.number ?? last + 1;
      const start = Math.max(0, number + 1 - first);
      const looked = kept.slice(start, start + most);
      const events: Placed[] = looked.filter(({ event }) => event.kind !== 'line' || event.time > seenUntil);
      if (number > 0 && number + 1 < first) {
        events.unshift({ at: `${id}.${first - 1}.`, event: { kind: 'note', text: missing } });
      }
      return { events, position: { number: looked.at(-1)?.number ?? number, seenUntil } };
    },
  };
}

const place = /^([0-9a-f]{8})\.(\d{1,15})\.(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z)?$/;

/** Whatever is no place is the beginning. */
function readPlace(at = ''): { ring: string; number: number; time: string } {
  const [, ring = '', number = '0', time = ''] = place.exec(at) ?? [];
  return { ring, number: Number(number), time };
}

/** Whether one who continues after `at` has followed before. */
export function isPlace(at: string | undefined): boolean {
  return readPlace(at).ring !== '';
}
