import type { Platform } from '../entities/chat-message.ts';
import type { User } from '../entities/user.ts';

/** Where a request came from and who made it, in the platform's terms. */
export interface Origin {
  platform: Platform;
  workspace: string;
  channel: string;
  /** Whether other people can read the channel. */
  shared: boolean;
  /** The platform's account id. */
  account: string;
  /** The person's display name there. */
  accountName: string;
  /** The person's time zone, as far as the platform tells. */
  zone?(): Promise<string | undefined>;
  ipAddress?: string;
  userAgent?: string;
}

/** The person's name in deployments and audit rows, e.g. `ada (console)`. */
export function requesterOf(origin: Origin): string {
  return `${origin.accountName} (${origin.platform})`;
}

/** The actor and source fields of an audit entry. */
export function actor(user: Pick<User, 'id'>, { ipAddress, userAgent }: Origin) {
  return { userId: user.id, ipAddress, userAgent };
}
