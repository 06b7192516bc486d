import type { LogLine, LogPage } from '../../../../usecases/deployments/deployment-log-pages.ts';
import { linesFragment } from '../log.ts';
import { renderState, type State, type StateSource } from '../state.ts';
import type { Audience } from '../viewer.ts';

/** Kept of the newest lines, characters: a viewer that falls further behind connects again and catches up. */
const keptCharacters = 1_000_000;

/** Where one viewer is. */
export interface Place {
  /** Shared by all for whom the page is the same. */
  audience: Audience;
  /** Id of the last line that was sent. */
  last: number;
  /** Version of the head that was sent. */
  shown: string;
}

/** An event and where the viewer is once it has been sent. */
export interface Step {
  event: Buffer;
  last: number;
  shown: string;
  /** Nothing comes after it. */
  ends: boolean;
}

/** The newest part of one deployment's log and the head of its page; each event is rendered once for each audience. */
export interface LiveLog {
  /** Id of the newest line. */
  position(): number;
  add(page: Pick<LogPage, 'lines'>): void;
  show(source: StateSource): void;
  /** What that viewer gets next; undefined when there is nothing yet, `behind` when it needs lines that are not kept. */
  next(place: Place): Step | 'behind' | undefined;
}

interface Batch {
  lines: LogLine[];
  first: number;
  last: number;
  characters: number;
  events: Map<Audience, Buffer>;
}

/** @param newest The end of the log so far, with `more` when lines come before it. */
export function createLiveLog(newest: LogPage, first: StateSource): LiveLog {
  const batches: Batch[] = [];
  /** Every line after this one is kept. */
  let start = newest.more ? (newest.lines[0]?.id ?? 1) - 1 : 0;
  let position = start;
  let source = first;
  let states = new Map<Audience, { state: State; event: Buffer }>();
  let characters = 0;

  function add({ lines }: Pick<LogPage, 'lines'>): void {
    const [oldest, last] = [lines[0], lines.at(-1)];
    if (!oldest || !last) return;
    const size = lines.reduce((sum, { message }) => sum + message.length, 0);
    batches.push({ lines, first: oldest.id, last: last.id, characters: size, events: new Map() });
    position = last.id;
    characters += size;
    while (characters > keptCharacters && batches.length > 1) {
      const dropped = batches.shift();
      characters -= dropped?.characters ?? 0;
      start = dropped?.last ?? start;
    }
  }

  function linesFor({ audience, last, shown }: Place): Step | undefined {
    const batch = batches.find((one) => one.last > last);
    if (!batch) return undefined;
    const step = { last: batch.last, shown, ends: false };
    // One who joins in the middle of a batch is alone with that.
    if (batch.first <= last) {
      return {
        ...step,
        event: linesEvent(audience, { lines: batch.lines.filter(({ id }) => id > last), more: false }),
      };
    }
    const event = batch.events.get(audience) ?? linesEvent(audience, { lines: batch.lines, more: false });
    batch.events.set(audience, event);
    return { ...step, event };
  }

  function stateFor(audience: Audience) {
    const known = states.get(audience) ?? renderedState(audience, source);
    states.set(audience, known);
    return known;
  }

  add(newest);
  return {
    position: () => position,
    add,
    show(newer) {
      source = newer;
      states = new Map();
    },
    next(place) {
      if (place.last < start) return 'behind';
      const lines = linesFor(place);
      if (lines) return lines;
      const { state, event } = stateFor(place.audience);
      if (state.version !== place.shown) return { event, last: place.last, shown: state.version, ends: false };
      return state.finished ? { event: endEvent, last: place.last, shown: place.shown, ends: true } : undefined;
    },
  };
}

function renderedState(audience: Audience, source: StateSource) {
  const state = renderState(audience, source);
  return { state, event: eventOf('state', state) };
}

/** `log` with the lines, whose id is where the browser goes on after it has connected again. */
export function linesEvent(audience: Audience, page: LogPage): Buffer {
  return eventOf('log', linesFragment(audience, page), page.lines.at(-1)?.id);
}

/** Tells the browser that there is nothing more to come. */
export const endEvent = eventOf('end', {});

function eventOf(event: string, data: object, id?: number): Buffer {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
