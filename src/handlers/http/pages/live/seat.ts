import type { Response } from 'express';
import type { Ticket } from '../../../../usecases/deployments/who-still-sees.ts';
import type { Audience } from '../viewer.ts';
import type { LiveLog, Place } from './live-log.ts';

/** How long what was sent may wait to be taken before the connection is given up, milliseconds. */
const patienceMs = 30_000;

/** One viewer's connection. It holds nothing but where the viewer is: what is sent belongs to all. */
export interface Seat extends Place {
  ticket: Ticket;
  /** Whether the connection is over. */
  closed(): boolean;
  /** Resolves to whether more can be sent, once the viewer has taken what was sent. */
  send(event: Buffer): Promise<boolean>;
  /** Takes its events from the log from now on. */
  follow(log: LiveLog): void;
  /** Sends what the log has for it, as far as the viewer takes it; the rest goes on once that has been taken. */
  advance(): void;
  /** Closes the stream. The browser connects again unless the last event tells it not to. */
  end(event?: Buffer): void;
  /** Keeps proxies from closing a silent connection; gives up one that takes nothing any more. */
  beat(now: number): void;
}

export function createSeat(
  response: Response,
  { after, audience, ticket }: { after: number; audience: Audience; ticket: Ticket },
): Seat {
  let followed: LiveLog | undefined;
  let fullSince: number | undefined;
  let wake: (() => void) | undefined;

  function goOn(): void {
    fullSince = undefined;
    wake?.();
    wake = undefined;
    advance();
  }

  function write(event: Buffer): boolean {
    const taken = response.write(event);
    if (!taken) fullSince ??= performance.now();
    return taken;
  }

  /** An event at a time while they are taken, so that a slow viewer holds one event and not a log. */
  function advance(): void {
    while (followed && fullSince === undefined && !isClosed()) {
      const step = followed.next(seat);
      if (step === undefined) return;
      // The browser connects again and catches up from the line that it has.
      if (step === 'behind') return seat.end();
      seat.last = step.last;
      seat.shown = step.shown;
      write(step.event);
      if (step.ends) return seat.end();
    }
  }

  function isClosed(): boolean {
    return response.closed || response.writableEnded || response.destroyed;
  }

  response.on('drain', goOn);
  response.on('close', goOn);
  const seat: Seat = {
    ticket,
    audience,
    last: after,
    shown: '',
    closed: isClosed,
    async send(event) {
      if (!isClosed() && !write(event)) await new Promise<void>((resolve) => (wake = resolve));
      return !isClosed();
    },
    follow(log) {
      followed = log;
      advance();
    },
    advance,
    end(event) {
      followed = undefined;
      response.end(event);
    },
    beat(now) {
      if (fullSince === undefined) response.write(': still here\n\n');
      else if (now - fullSince > patienceMs) response.destroy();
    },
  };
  return seat;
}
