import { setInterval as every } from 'node:timers/promises';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { whoStillSees, type Ticket } from '../deployments/who-still-sees.ts';
import type { Deps } from '../deps.ts';
import { findOutput, stillMayRun } from './find-output.ts';
import { outputPath, type OutputTarget, type Placed } from './output-events.ts';
import type { OutputReader } from './output-reader.ts';
import { createRedactedSink } from './redacted-sink.ts';
import { createRing, isPlace, type Position, type Ring } from './ring.ts';

/** Of one process: logs that are read, followers of all of them, and followers of one person. */
const most = { readers: 50, followers: 200, ofOnePerson: 10 };
/** Events given at once. */
const batch = 500;
/** How often it is asked who may still see what they follow, milliseconds. */
const accessMs = 3_000;

/** Who follows, and with what they were let in. */
export interface Follower {
  user: User;
  /** By it is found out that a session or a token has ended. */
  ticket: Pick<Ticket, 'until' | 'person'>;
}

/** Logs and one-off tasks that people follow: one reader of each feeds all its followers. */
export interface Outputs {
  /**
   * Follows until the end, or until `signal` aborts; without a last event it can be continued.
   * @param at The place of the last event that the follower has (default: it begins).
   * @throws {NotFoundError} {ForbiddenError} {ConflictError} when too many follow already.
   */
  open(
    target: OutputTarget,
    follower: Follower,
    at: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<Placed[]>>;
}

interface Seat {
  follower: Follower;
  one: Followed;
  ticket: Ticket;
  /** Whether the follower may see it no more. */
  over: boolean;
  wake(): void;
}

interface Followed {
  ring: Ring;
  reader: OutputReader;
  /** Whether only those may see it who may run commands. */
  isRun: boolean;
  seats: Set<Seat>;
  stop: AbortController;
  /** Nothing more is added. */
  closed: boolean;
}

/** @param stopping Ends all following. */
export function createOutputs(deps: Deps, stopping: AbortSignal): Outputs {
  const followed = new Map<string, Followed>();
  const seats = new Set<Seat>();
  let checking = false;

  stopping.addEventListener('abort', () => {
    for (const one of followed.values()) close(one);
  });

  function close(one: Followed): void {
    one.closed = true;
    one.stop.abort();
    for (const seat of one.seats) seat.wake();
  }

  function begin(key: string, reader: OutputReader, isRun: boolean, resumes: boolean): Followed {
    const ring = createRing();
    const one: Followed = { ring, reader, isRun, seats: new Set(), stop: new AbortController(), closed: false };
    followed.set(key, one);
    void read(one, resumes).finally(() => {
      if (followed.get(key) === one) followed.delete(key);
      close(one);
    });
    return one;
  }

  async function read({ reader, ring, seats: its, stop }: Followed, resumes: boolean): Promise<void> {
    const { signal } = stop;
    const give = (events: Parameters<Ring['add']>[0]) => {
      ring.add(events);
      for (const seat of its) seat.wake();
    };
    const sink = createRedactedSink(deps, reader.application, give, signal);
    try {
      const end = await reader.read(sink, resumes, signal);
      await sink.end();
      if (!signal.aborted) give([{ kind: 'end', ...end }]);
    } catch (error) {
      // Followers continue with a new reader.
      if (!signal.aborted) deps.logger.warn({ err: error }, 'a log could not be followed any more');
    }
  }

  function join(one: Followed, follower: Follower): Seat {
    const ticket = { ...follower.ticket, applicationId: one.reader.application.id };
    const seat: Seat = { follower, one, ticket, over: false, wake: () => undefined };
    one.seats.add(seat);
    seats.add(seat);
    if (!checking) void checkAccess().finally(() => (checking = false));
    return seat;
  }

  function leave(key: string, seat: Seat): void {
    const { one } = seat;
    one.seats.delete(seat);
    seats.delete(seat);
    if (one.seats.size > 0) return;
    if (followed.get(key) === one) followed.delete(key);
    close(one);
  }

  async function checkAccess(): Promise<void> {
    checking = true;
    for await (const _ of every(accessMs, undefined, { ref: false })) {
      if (seats.size === 0) return;
      try {
        const present = [...seats];
        const allowed = await whoStillSees(
          deps,
          present.map(({ ticket }) => ticket),
        );
        for (const seat of present) {
          const { follower, one } = seat;
          if (allowed.has(seat.ticket) && (!one.isRun || (await stillMayRun(deps, follower.user, one.reader))))
            continue;
          seat.over = true;
          seat.wake();
        }
      } catch (error) {
        deps.logger.warn({ err: error }, 'who may follow a log is not known, and is asked again');
      }
    }
  }

  async function* follow(
    key: string,
    one: Followed,
    follower: Follower,
    at: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Placed[]> {
    const seat = join(one, follower);
    const wake = () => seat.wake();
    signal.addEventListener('abort', wake);
    try {
      for (let position = one.ring.find(at, one.reader.newest); !signal.aborted;) {
        if (seat.over) {
          yield [refused];
          return;
        }
        const step: { events: Placed[]; position: Position } = one.ring.read(position, batch);
        const isSame = step.position.number === position.number;
        ({ position } = step);
        if (step.events.length > 0) yield step.events;
        if (step.events.at(-1)?.event.kind === 'end' || (isSame && one.closed)) return;
        if (isSame) await new Promise<void>((resolve) => (seat.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      leave(key, seat);
    }
  }

  function requireRoom(key: string, { user }: Follower): void {
    const own = [...seats].filter(({ follower }) => follower.user.id === user.id).length;
    if (own >= most.ofOnePerson) throw tooMany(`You follow ${own} logs already`);
    if (seats.size >= most.followers) throw tooMany(`${seats.size} people follow logs already`);
    if (!followed.has(key) && followed.size >= most.readers)
      throw tooMany(`${followed.size} logs are followed already`);
  }

  return {
    async open(target, follower, at, signal) {
      const key = outputPath(target);
      const found = await findOutput(deps, follower.user, target);
      requireRoom(key, follower);
      const one = followed.get(key) ?? begin(key, found, 'run' in target, isPlace(at));
      return follow(key, one, follower, at, signal);
    },
  };
}

const refused: Placed = { at: '', event: { kind: 'end', text: 'You may not see this any more.' } };

function tooMany(what: string): ConflictError {
  return new ConflictError(`${what}, which is the limit. Stop following one, then try again.`);
}
