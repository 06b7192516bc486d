import type { FailedDelivery } from '../api.ts';
import { failedOf } from '../delivery-attempts.ts';

/** Pages of 100 deliveries that one look takes; GitHub keeps those of three days. */
const mostPages = 3;

/** The entries of the first pages of a list. */
export async function firstPages<T>(pages: AsyncIterable<{ data: T[] }>, most: number): Promise<T[]> {
  const all: T[] = [];
  let taken = 0;
  for await (const { data } of pages) {
    all.push(...data);
    taken += 1;
    if (taken === most) break;
  }
  return all;
}

/** What a webhook's list of attempts says did not arrive, the oldest first. */
export async function failedAmong(
  pages: AsyncIterable<{ data: { id: number; guid: string; status_code: number }[] }>,
): Promise<FailedDelivery[]> {
  const attempts = await firstPages(pages, mostPages);
  return failedOf(
    attempts.map(({ guid, id, status_code: status }) => ({
      id: String(id),
      delivery: guid,
      arrived: status >= 200 && status < 300,
    })),
  );
}
