import type { ComposeStack } from './compose-stack.ts';
import { type ComposeSource, parseCompose } from './parse.ts';
import { ComposeError } from './problems.ts';

/** The stack, or the message of a `ComposeError`, whose class would not survive the way between threads. */
type Answer = { stack: ComposeStack } | { refused: string };

/** What `parseComposeAside` runs in a thread. */
export function parse(source: ComposeSource): Answer {
  try {
    return { stack: parseCompose(source) };
  } catch (error) {
    if (error instanceof ComposeError) return { refused: error.message };
    throw error;
  }
}
