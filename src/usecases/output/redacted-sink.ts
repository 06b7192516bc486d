import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Application } from '../../entities/application.ts';
import { createLineRedactor, type LineRedactor } from '../../secrets/redact-lines.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import type { OutputEvent } from './output-events.ts';
import type { OutputSink } from './output-reader.ts';

/** Shortest time between two batches, milliseconds. */
const pauseMs = 150;
/** Held until the next batch; then the reader waits. */
const mostHeld = 2_000;
/** Redacted at once, so that others have their turn. */
const atOnce = 50;
/** Kept of a line, characters. */
const maxLine = 4_000;

interface About {
  time: string;
  service: string | undefined;
}
type Held = { text: string; about: About } | { note: string };

/**
 * Gives lines on in batches, without the application's secrets. Those are read again before each batch, so that lines of a
 * task with a new secret are never given on without it; earlier ones stay hidden, as tasks with them still run.
 */
export interface RedactedSink extends OutputSink {
  /** Gives on all that is held; resolves when that is done. */
  end(): Promise<void>;
}

export function createRedactedSink(
  deps: Pick<Deps, 'cipher' | 'database' | 'logger'>,
  application: Application,
  give: (events: OutputEvent[]) => void,
  signal: AbortSignal,
): RedactedSink {
  const secrets = new Set<string>();
  let redactors = new Map<string | undefined, LineRedactor<About>>();
  let held: Held[] = [];
  let flushing: Promise<void> | undefined;
  let known = -1;

  async function refreshSecrets(): Promise<OutputEvent[]> {
    const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
    for (const value of secretValues) secrets.add(value);
    if (secrets.size === known) return [];
    known = secrets.size;
    const rest = [...redactors.values()].flatMap((one) => one.end().map(toEvent));
    redactors = new Map();
    return rest;
  }

  function redactorOf(service: string | undefined): LineRedactor<About> {
    const one = redactors.get(service) ?? createLineRedactor<About>(createRedactor([...secrets]), maxLine);
    redactors.set(service, one);
    return one;
  }

  async function giveBatch(): Promise<void> {
    const events = await refreshSecrets();
    const batch = held;
    held = [];
    for (const [at, one] of batch.entries()) {
      if ('note' in one) events.push({ kind: 'note', text: one.note });
      else events.push(...redactorOf(one.about.service).add(one.text, one.about).map(toEvent));
      if (at % atOnce === atOnce - 1) await nextTurn();
    }
    if (held.length === 0) for (const one of redactors.values()) events.push(...one.pause().map(toEvent));
    if (events.length > 0) give(events);
  }

  async function flush(): Promise<void> {
    while (held.length > 0 && !signal.aborted) {
      try {
        await giveBatch();
      } catch (error) {
        // Without the secrets nothing is shown.
        deps.logger.warn({ err: error }, 'a followed log waits for its secrets');
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    flushing = undefined;
  }

  return {
    async line({ text, time }, service) {
      held.push({ text, about: { time, service } });
      flushing ??= flush();
      if (held.length >= mostHeld) await flushing;
    },
    note(text) {
      held.push({ note: text });
      flushing ??= flush();
    },
    async end() {
      await flushing;
      const rest = [...redactors.values()].flatMap((one) => one.end().map(toEvent));
      if (rest.length > 0) give(rest);
    },
  };
}

function toEvent({ about: { service, time }, text }: { text: string; about: About }): OutputEvent {
  return { kind: 'line', time, text, ...(service !== undefined && { service }) };
}
