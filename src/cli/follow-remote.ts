import { setTimeout as delay } from 'node:timers/promises';
import type { Followed } from '../replies/reply.ts';
import { type OutputEvent, outputPath } from '../usecases/output/output-events.ts';
import type { Client, OutputLine } from './client.ts';
import { continuedOutput } from './follow-output.ts';

/** Pause between two looks at a deployment, milliseconds. */
const pollMs = 700;

/** What is printed, in batches, until it ends or `signal` aborts. */
export async function* followRemote(
  client: Client,
  followed: Followed,
  signal: AbortSignal,
): AsyncGenerator<OutputEvent[]> {
  if ('deployment' in followed) return yield* followDeployment(client, followed.deployment, signal);
  const notes: OutputEvent[] = [];
  const note = (text: string) => void notes.push({ kind: 'note', text });
  for await (const line of continuedOutput(client, outputPath(followed), note, signal)) {
    yield [...notes.splice(0), eventOf(line)];
    if (line.kind === 'end') return;
  }
}

async function* followDeployment(client: Client, id: string, signal: AbortSignal): AsyncGenerator<OutputEvent[]> {
  let after = 0;
  while (!signal.aborted) {
    const view = await client.deployment(id, after);
    after = view.log.at(-1)?.id ?? after;
    yield view.log.map(({ message }) => ({ kind: 'line', time: '', text: message }));
    if (view.log.length > 0) continue;
    if (view.finished) return yield [{ kind: 'end', text: 'The deployment has ended.' }];
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function eventOf({ exitCode, kind, service, text, time = '' }: OutputLine): OutputEvent {
  if (kind === 'line') return { kind, time, text, ...(service !== undefined && { service }) };
  return kind === 'note' ? { kind, text } : { kind, text, ...(exitCode !== undefined && { exitCode }) };
}
