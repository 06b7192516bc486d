import type { Reply } from '../../handlers/reply.ts';

/** Where a conversation is seen and typed. */
export interface Screen {
  /** Prints a reply once. */
  print(reply: Reply): void;
  /** Shows a message, or what it has become. */
  show(message: string, reply: Reply): void;
  /** Asks for a value that is not seen; undefined when the person gives up. */
  askSecret(summary: string): Promise<string | undefined>;
  onLine(handle: (line: string) => void): void;
  /** Called when the person leaves. */
  onEnd(handle: () => void): void;
  close(): Promise<void>;
}

/** A message whose deployment has not ended: it will be drawn again. */
export function isLive(reply: Reply): boolean {
  return reply.deploymentId !== undefined && reply.tone === 'info';
}
