// Many ask the connections for leases and listening at the same moment: node --throw-deprecation crowd.ts <url>
import { advisoryLeases } from '../../src/database/lease.ts';
import { createListeners } from '../../src/database/listener.ts';

const [url = ''] = process.argv.slice(2);
const leases = advisoryLeases(url);
const listeners = createListeners(url);

async function ask(name: string): Promise<boolean> {
  const [lease, , stop] = await Promise.all([
    leases.tryAcquire(name),
    leases.isHeld(name),
    listeners.listen(name, () => undefined),
  ]);
  const [held] = await Promise.all([leases.isHeld(name), stop()]);
  await lease?.release();
  return held;
}

const held = await Promise.all(Array.from({ length: 100 }, (_, at) => ask(`crowd-${at}`)));
await Promise.all([leases.close(), listeners.close()]);
console.log(held.filter(Boolean).length);
