// Takes a lease, says so, and holds it until it is killed or its parent ends: node lease-holder.ts <url> <name>
import { advisoryLeases } from '../../src/database/lease.ts';

const [url = '', name = ''] = process.argv.slice(2);
await advisoryLeases(url).tryAcquire(name);
process.send?.('held');
process.on('disconnect', () => process.exit());
