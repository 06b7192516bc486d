import { type FailedDelivery, GitHostError, type RepositoryAdministration } from './api.ts';

/** After so many attempts a delivery is given up: what refuses it will refuse it again. */
const mostAttempts = 5;

/** One attempt to hand over a delivery. */
export interface DeliveryAttempt {
  /** The host's id of the attempt. */
  id: string;
  /** The same for every attempt. */
  delivery: string;
  arrived: boolean;
}

/** The deliveries of which no attempt arrived, the oldest first. @param attempts The newest first. */
export function failedOf(attempts: readonly DeliveryAttempt[]): FailedDelivery[] {
  const byDelivery = Map.groupBy(attempts, ({ delivery }) => delivery);
  const failed = [...byDelivery.values()].filter(
    (all) => all.length < mostAttempts && !all.some(({ arrived }) => arrived),
  );
  return failed.flatMap(([newest]) => (newest ? [{ id: newest.id }] : [])).toReversed();
}

/** Of a host without a list, or with one that its API does not tell. */
export const keepsNoDeliveries: Pick<RepositoryAdministration, 'failedDeliveries' | 'redeliver'> = {
  failedDeliveries: async () => undefined,
  redeliver: async () => Promise.reject(new GitHostError('it sends nothing again', { refused: true })),
};
