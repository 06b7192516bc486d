import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'express';
import { type DeploymentPosition, readPositions } from '../../../../usecases/deployments/deployment-positions.ts';
import { type LogPage, readLogPage, readNewLines } from '../../../../usecases/deployments/deployment-log-pages.ts';
import { whoStillSees } from '../../../../usecases/deployments/who-still-sees.ts';
import type { Deps } from '../../../../usecases/deps.ts';
import { createPool } from '../../../../serial-queue.ts';
import { createFeed } from '../feed.ts';
import { readState, type StateSource } from '../state.ts';
import { type Audience, audienceOf, type Viewing } from '../viewer.ts';
import { createLiveLog, endEvent, linesEvent, type LiveLog } from './live-log.ts';
import { createSeat, type Seat } from './seat.ts';

/** Lines in one event. */
const batch = 1_000;
/** Shortest time between two reads, milliseconds: a chatty build is sent in a few batches a second. */
const pauseMs = 300;
/** Proxies close connections that are silent for a minute. */
const heartbeatMs = 15_000;
/** Reads at once for viewers who are further behind than what is kept. */
const catchUps = 4;
/** Events that one look reads of a log. */
const pagesAtOnce = 5;
/** Viewers served in one turn of the event loop. */
const atOnce = 200;

/** Streams of deployments' pages. */
export interface LiveLogs {
  /** Streams lines after `after`, the head of the page and the end; resolves when the viewer follows. */
  join(viewing: Viewing, response: Response, after: number): Promise<void>;
}

interface Watched {
  id: string;
  /** Of the row that the head was drawn from. */
  version: string;
  audiences: Map<string, Audience>;
  seats: Set<Seat>;
  /** Undefined until its first viewer has come. */
  opened?: Promise<LiveLog>;
  /** Whether a NOTIFY came since the last look. */
  notified: boolean;
  unwatch(): void;
}

/** What a look found. */
interface Change {
  one: Watched;
  log: LiveLog;
  pages: LogPage[];
  source: StateSource | undefined;
  version: string;
}

/**
 * One reader feeds all viewers: each look asks in one statement where the watched deployments stand, reads what has
 * changed, asks in one statement who may still see it, and then sends it. Without a change that is two statements every
 * three seconds, however many watch; so somebody who lost access is cut off within that time, and gets nothing new.
 * @param stopping Ends all streams.
 */
export function createLiveLogs(deps: Deps, stopping: AbortSignal): LiveLogs {
  const feed = createFeed(deps);
  const watched = new Map<string, Watched>();
  const touched = new Set<Watched>();
  const catchUp = createPool(catchUps);
  let looking = false;
  let heartbeat: NodeJS.Timeout | undefined;

  stopping.addEventListener('abort', () => {
    for (const { seats } of watched.values()) for (const seat of seats) seat.end();
  });

  function watch(id: string): Watched {
    const one: Watched = {
      id,
      version: '',
      audiences: new Map(),
      seats: new Set(),
      notified: false,
      unwatch: feed.watch(id, (changed) => touch(one, changed)),
    };
    watched.set(id, one);
    heartbeat ??= setInterval(beat, heartbeatMs);
    return one;
  }

  async function open(one: Watched): Promise<LiveLog> {
    const { id } = one;
    // Before the rest: what changes meanwhile is read again.
    const version = (await readPositions(deps, [id])).get(id)?.version;
    const source = await readState(deps, id);
    if (version === undefined || !source) throw new Error(`the deployment ${id} is gone`);
    const newest = await readLogPage({ em: deps.database.asSystem(), archive: deps.archive }, id, { limit: batch });
    one.version = version;
    return createLiveLog(newest, source);
  }

  function leave(one: Watched, seat: Seat): void {
    one.seats.delete(seat);
    if (one.seats.size > 0 || watched.get(one.id) !== one) return;
    one.unwatch();
    watched.delete(one.id);
    if (watched.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  }

  function beat(): void {
    const now = performance.now();
    for (const { seats } of watched.values()) for (const seat of seats) seat.beat(now);
  }

  function touch(one: Watched, changed: boolean): void {
    touched.add(one);
    one.notified ||= changed;
    if (looking || stopping.aborted) return;
    looking = true;
    void lookOnAndOn().finally(() => (looking = false));
  }

  async function lookOnAndOn(): Promise<void> {
    while (touched.size > 0 && !stopping.aborted) {
      const due = [...touched];
      touched.clear();
      await look(due).catch((error: unknown) => {
        deps.logger.warn({ err: error }, 'pages are not up to date and will be tried again');
      });
      await delay(pauseMs, undefined, { ref: false });
    }
  }

  /** Nothing is added before it is known who may see it. */
  async function look(due: Watched[]): Promise<void> {
    const ids = due.map(({ id }) => id);
    const positions = await readPositions(deps, ids);
    const changes = await Promise.all(due.map((one) => readChanges(one, positions.get(one.id))));
    const seats = due.flatMap((one) => [...one.seats]);
    const tickets = seats.map(({ ticket }) => ticket);
    const allowed = await whoStillSees(deps, tickets);
    for (const seat of seats) if (!allowed.has(seat.ticket)) seat.end(endEvent);
    for (const change of changes) if (change) apply(change);
    await advance(seats);
  }

  async function readChanges(one: Watched, position: DeploymentPosition | undefined): Promise<Change | undefined> {
    const log = await one.opened;
    if (!log) return undefined;
    if (!position) {
      for (const seat of one.seats) seat.end(endEvent);
      return undefined;
    }
    const hasLines = one.notified || position.lastLine !== log.position();
    one.notified = false;
    // Before the lines: no lines are written once a deployment has ended.
    const source = position.version === one.version ? undefined : await readState(deps, one.id);
    const pages: LogPage[] = [];
    for (let more = hasLines, after = log.position(); more && pages.length < pagesAtOnce;) {
      const page = await readNewLines(deps, one.id, { after, limit: batch });
      pages.push(page);
      ({ more } = page);
      after = page.lines.at(-1)?.id ?? after;
    }
    if (pages.at(-1)?.more) touch(one, true);
    return { log, one, pages, source, version: position.version };
  }

  function apply({ log, one, pages, source, version }: Change): void {
    one.version = version;
    for (const page of pages) log.add(page);
    if (source) log.show(source);
  }

  /** Apart from `join`, as what listens to the connection keeps all variables of its function for as long. */
  function sit(viewing: Viewing, response: Response, after: number): { one: Watched; seat: Seat } {
    const { id } = viewing.deployment;
    const one = watched.get(id) ?? watch(id);
    const seat = createSeat(response, { after, audience: audienceIn(one, viewing), ticket: viewing.ticket });
    one.seats.add(seat);
    onceGone(response, one, seat);
    return { one, seat };
  }

  function onceGone(response: Response, one: Watched, seat: Seat): void {
    response.on('close', () => leave(one, seat));
  }

  return {
    async join(viewing, response, after) {
      const { one, seat } = sit(viewing, response, after);
      const log = await (one.opened ??= open(one));
      for (let next = log.next(seat); next === 'behind'; next = log.next(seat)) {
        const page = await catchUp(() => readLogPage(viewing.logs(), one.id, { after: seat.last, limit: batch }));
        if (page.lines.length > 0 && !(await seat.send(linesEvent(seat.audience, page)))) return;
        seat.last = page.lines.at(-1)?.id ?? log.position();
      }
      if (stopping.aborted) seat.end();
      else seat.follow(log);
    },
  };
}

/** The same for all whose page is the same, so that it is rendered once for them. */
function audienceIn({ audiences }: Watched, viewing: Viewing): Audience {
  const audience = audienceOf(viewing);
  const key = JSON.stringify(audience);
  const known = audiences.get(key) ?? audience;
  audiences.set(key, known);
  return known;
}

/** In parts, so that other requests are answered in between. */
async function advance(seats: Seat[]): Promise<void> {
  for (const [at, seat] of seats.entries()) {
    seat.advance();
    if (at % atOnce === atOnce - 1) await nextTurn();
  }
}
