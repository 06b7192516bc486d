import type { Opening } from './gateway/opening.ts';

/** Of engines whose clients speak TLS from the first byte on. */
export const opening: Opening = {
  async open(client, dial) {
    await client.secure();
    await dial();
  },
};
