import { setTimeout as delay } from 'node:timers/promises';
import type { Application } from '../../entities/application.ts';
import { UnavailableError } from '../../errors.ts';
import { nameInStack, servicesOf } from '../applications/application-services.ts';
import type { Deps } from '../deps.ts';
import { createNodeNotes } from './node-notes.ts';
import type { OutputReader, OutputSink } from './output-reader.ts';

/** Read of each task for one who begins to follow, and for one who continues; lines. */
const tail = { begin: 200, resume: 5_000 };
/** How often services and nodes are looked at, milliseconds. */
const lookMs = 5_000;

/** The running log of an application, of all services of its stack or of one. */
export function applicationReader(
  deps: Pick<Deps, 'swarm'>,
  application: Application,
  service: string | undefined,
): OutputReader {
  const isOneOfMany = application.type === 'compose' && service === undefined;

  async function wanted(): Promise<{ name: string; label: string | undefined }[]> {
    const services = await servicesOf(deps, application);
    return services
      .filter((one) => service === undefined || nameInStack(one) === service)
      .map((one) => ({ name: one.name, label: isOneOfMany ? (nameInStack(one) ?? one.name) : undefined }));
  }

  async function follow(name: string, label: string | undefined, lines: number, sink: OutputSink, signal: AbortSignal) {
    const options = { lines };
    for await (const line of deps.swarm.followLogs(name, options, new AbortController().signal, signal)) {
      await sink.line(line, label);
    }
  }

  return {
    application,
    newest: tail.begin,
    async read(sink, resumes, signal) {
      const followed = new Map<string, AbortController>();
      const nodes = createNodeNotes(deps);
      const failed = Promise.withResolvers<never>();
      const lines = resumes ? tail.resume : tail.begin;
      let away = false;

      function begin(name: string, label: string | undefined): void {
        const one = new AbortController();
        const until = AbortSignal.any([one.signal, signal]);
        followed.set(name, one);
        follow(name, label, lines, sink, until).catch((error: unknown) => until.aborted || failed.reject(error));
      }

      async function look(): Promise<void> {
        const services = await wanted();
        for (const { name, label } of services) if (!followed.has(name)) begin(name, label);
        for (const [name, one] of followed) {
          if (services.some((each) => each.name === name)) continue;
          one.abort();
          followed.delete(name);
          sink.note('A service was removed, so no more of its lines come.');
        }
        for (const text of await nodes.look([...followed.keys()])) sink.note(text);
        if (away) sink.note('Docker answers again.');
        away = false;
      }

      while (!signal.aborted) {
        try {
          await look();
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
          if (!away) sink.note('Docker does not answer. The log continues once it does.');
          away = true;
        }
        await Promise.race([delay(lookMs, undefined, { signal }).catch(() => undefined), failed.promise]);
      }
      return { text: 'Stopped.' };
    },
  };
}
