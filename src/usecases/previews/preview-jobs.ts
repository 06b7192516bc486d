import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { Deps } from '../deps.ts';

export const settlePreviewJobName = 'settle-preview';

/** Somebody put the approving label on a request at this head. */
export interface Labelled {
  /** As the git host names and identifies them. */
  name: string;
  id: string;
  commit: string;
}

export interface SettlingDetails {
  labelled?: Labelled;
  /** Deploys the head although it has been deployed. */
  again?: true;
}

/** Has a preview brought to what its row says; inside the caller's transaction when there is one. */
export async function enqueueSettling(
  { queue }: Pick<Deps, 'queue'>,
  previewId: string,
  em?: EntityManager,
  more: SettlingDetails = {},
): Promise<void> {
  const key = `${settlePreviewJobName}:${randomUUID()}`;
  const input = { previewId, ...more };
  await queue.enqueueJob({ name: settlePreviewJobName, lane: 'quick', key, input }, em);
}
