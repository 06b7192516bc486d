import type { Reply } from '../../replies/reply.ts';

/** Where a conversation is seen and typed. */
export interface Screen {
  /** Prints a reply once. */
  print(reply: Reply): void;
  /** Prints lines as they are, which have to be harmless. */
  write(lines: string[]): void;
  /**
   * Calls `handle` for each Ctrl-C, in place of what it does otherwise; returns what ends that. Undefined where there is
   * no terminal.
   */
  onInterrupt?(handle: () => void): () => void;
  /** Shows a message, or what it has become. */
  show(message: string, reply: Reply): void;
  /** The next line, waiting for it; undefined once the person has left. */
  read(): Promise<string | undefined>;
  /** Asks for a value that is not shown; undefined when the person gives up. */
  readSecret(summary: string): Promise<string | undefined>;
  close(): void;
}

/** A message whose deployment has not ended: it will be drawn again. */
export function isLive(reply: Reply): boolean {
  return reply.deploymentId !== undefined && reply.tone === 'info';
}

/**
 * Gathers one secret: a line, or the several lines of a key in PEM form, which people paste.
 * Undefined when `next` has no more lines.
 */
export async function gatherSecret(next: () => Promise<string | undefined>): Promise<string | undefined> {
  const lines: string[] = [];
  for (;;) {
    const line = await next();
    if (line === undefined) return undefined;
    lines.push(line);
    const open = lines[0]?.startsWith('-----BEGIN ') && !line.startsWith('-----END ');
    if (!open) return lines.join('\n');
  }
}
