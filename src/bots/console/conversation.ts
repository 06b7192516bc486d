import { UserError } from '../../errors.ts';
import type { CommandRequest } from '../../handlers/command-request.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Followed, Reply } from '../../replies/reply.ts';
import type { OutputEvent } from '../../usecases/output/output-events.ts';
import { allOf } from '../../word-lists.ts';
import { followOnScreen } from './follow-reply.ts';
import type { Screen } from './screen.ts';

/** Whom the person at a screen talks to: the Shipmate of this process, or one that is reached over HTTP. */
export interface Partner extends Pick<Dispatcher, 'read'> {
  /** Always replies: errors become replies. */
  run(request: CommandRequest, secrets?: Record<string, string>): Promise<Reply>;
  /** What is printed, in batches; undefined: nothing is followed. */
  follow?: ((followed: Followed, signal: AbortSignal) => AsyncIterable<OutputEvent[]>) | undefined;
  /** Told of each reply once it is printed. */
  replied?(reply: Reply): void;
}

const leaving = new Set(['exit', 'quit']);

/** Of pasted variables, as fit in a sentence. */
const mostNames = 10;

/** Reads lines and prints replies until the person leaves. */
export async function converse(on: Screen, partner: () => Promise<Partner>): Promise<void> {
  for (let line = await on.read(); line !== undefined; line = await on.read()) {
    if (leaving.has(line.trim())) return;
    if (line.trim() !== '') await answerPasted(on, await partner(), line);
  }
}

/** Lines that were pasted at once come as one. */
async function answerPasted(on: Screen, partner: Partner, text: string): Promise<void> {
  if (!text.includes('\n')) return answer(on, partner, text);
  const { importLine, readPasted } = await import('../../handlers/pasted-lines.ts');
  const pasted = readPasted(partner, text);
  if ('lines' in pasted) {
    for (const line of pasted.lines) await answer(on, partner, line);
    return;
  }
  const names = allOf(pasted.variables.slice(0, mostNames));
  const more = pasted.variables.length - mostNames;
  on.print({
    tone: 'info',
    text:
      `These are variables: ${names}${more > 0 ? ` and ${more} more` : ''}. Which application gets them? ` +
      'Type its name, or nothing to drop them.',
  });
  const application = (await on.read())?.trim() ?? '';
  if (application !== '') await answer(on, partner, importLine(application, pasted.text));
  else on.print({ tone: 'info', text: 'Dropped; nothing was changed.' });
}

async function answer(on: Screen, partner: Partner, line: string): Promise<void> {
  const request = partner.read({ line });
  let reply = await partner.run(request);
  if (reply.asks) {
    const secrets = await askFor(on, reply.asks);
    if (!secrets) return;
    reply = await partner.run(request, secrets);
  }
  on.print(reply);
  partner.replied?.(reply);
  if (reply.follow) await followAfter(on, partner, reply.follow);
}

async function followAfter(on: Screen, partner: Partner, followed: Followed): Promise<void> {
  const { follow, read, run } = partner;
  if (!follow) return;
  const cancel = async (line: string) => {
    const reply = await run(read({ line }));
    if (reply.tone === 'danger') on.print(reply);
  };
  try {
    await followOnScreen(on, followed, (signal) => follow(followed, signal), cancel);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    on.print({ tone: 'danger', text: error.message });
  }
}

async function askFor(screen: Screen, asks: NonNullable<Reply['asks']>): Promise<Record<string, string> | undefined> {
  const secrets: Record<string, string> = {};
  for (const { name, summary } of asks) {
    const value = await screen.readSecret(summary);
    if (value === undefined) return undefined;
    secrets[name] = value;
  }
  return secrets;
}
