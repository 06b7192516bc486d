// Sends load from a process of its own: node bench/support/load-process.ts <port> <host> <requests per second> [fresh]
// until its standard input ends; then it prints what became of it as JSON.
import { once } from 'node:events';
import { startLoad } from '../../scripts/support/load.ts';

const [port, host = '', perSecond, connections] = process.argv.slice(2);
const target = { port: Number(port), host, fresh: connections === 'fresh' };
const load = startLoad(target, Number(perSecond), 100_000);
process.stdin.resume();
await once(process.stdin, 'end');
const { bodies, errors, ...figures } = await load.stop();
process.stdout.write(JSON.stringify({ ...figures, errors: [...errors], bodies: [...bodies] }));
