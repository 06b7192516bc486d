import type { Platform } from '../entities/chat-message.ts';
import type { User } from '../entities/user.ts';

/** Where a request came from and who made it, as the platform knows them. */
export interface Origin {
  platform: Platform;
  workspace: string;
  channel: string;
  /** Others read along there. */
  shared: boolean;
  /** The platform's id of the account. */
  account: string;
  /** How the person is called there. */
  accountName: string;
  ipAddress?: string;
  userAgent?: string;
}

/** How the person is named in deployments and audit rows, e.g. `ada (console)`. */
export function requesterOf(origin: Origin): string {
  return `${origin.accountName} (${origin.platform})`;
}

/** The part of an audit entry that says who acted and from where. */
export function actor(user: Pick<User, 'id'>, { ipAddress, userAgent }: Origin) {
  return { userId: user.id, ipAddress, userAgent };
}
