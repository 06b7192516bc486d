import type { Platform } from '../entities/chat-message.ts';
import type { User } from '../entities/user.ts';

/** Where a request came from and who made it, in the platform's terms. */
export interface Origin {
  platform: Platform;
  workspace: string;
  channel: string;
  /** Whether other people can read the channel. */
  shared: boolean;
  /** What was typed came by a form, which nobody else reads. */
  form?: true;
  /** The platform's account id. */
  account: string;
  /** The person's display name there. */
  accountName: string;
  /** The person's time zone, as far as the platform tells. */
  zone?(): Promise<string | undefined>;
  ipAddress?: string;
  userAgent?: string;
  /** W3C trace context of the request. */
  traceparent?: string;
  /** For requests over the machine's own socket: whose account of the operating system made them. */
  local?: LocalAccount;
  /** For what an assistant asks for in the person's name: how it names itself. */
  assistant?: string;
}

/** An account of the machine's operating system. */
export interface LocalAccount {
  account: string;
  uid: number;
  /** Whether it runs Shipmate or is root: it may do everything, linked or not. */
  isOperator: boolean;
}

/** A chat account, as it is linked to a user. */
export type AccountKey = Pick<Origin, 'platform' | 'workspace' | 'account'>;

/** An account of this machine is the same one at the console and over the socket. */
export function localAccountKey(account: string): AccountKey {
  return { platform: 'console', workspace: 'local', account };
}

/** The account to look up and to link. */
export function accountKeyOf({ local, platform, workspace, account }: Origin): AccountKey {
  return local ? localAccountKey(local.account) : { platform, workspace, account };
}

/** Whether the origin has no account to link, so that a person needs a token. */
export function needsToken({ local, platform }: Origin): boolean {
  return platform === 'http' && !local;
}

/** The person's name in deployments and audit rows, e.g. `ada (console)`, or `ada (assistant)`. */
export function requesterOf({ accountName, assistant, local, platform }: Origin): string {
  return `${accountName} (${assistant === undefined ? (local ? 'local' : platform) : 'assistant'})`;
}

/** The actor and source fields of an audit entry. */
export function actor(user: Pick<User, 'id'>, { ipAddress, userAgent }: Origin) {
  return { userId: user.id, ipAddress, userAgent };
}
