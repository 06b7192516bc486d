import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Resolver } from 'node:dns/promises';
import { openResolver } from '../../src/host/resolver.ts';

type RecordType = 'A' | 'AAAA' | 'CNAME' | 'NS';
/** Records by name, e.g. `{ 'shop.test': { A: ['127.0.0.1'] } }`. */
export type Zone = Record<string, Partial<Record<RecordType, string[]>>>;

const types: Record<RecordType, number> = { A: 1, NS: 2, CNAME: 5, AAAA: 28 };
const nameError = 3;

/** A name server on a free port of the loopback interface that knows these names and says that there are no others. */
export async function openNameServer(zone: Zone) {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => socket.send(answer(query, zone), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = `127.0.0.1:${socket.address().port}`;
  return {
    address,
    resolver: (): Resolver => openResolver(address),
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** @see RFC 1035, 4.1 */
function answer(query: Buffer, zone: Zone): Buffer {
  const { name, end } = readName(query);
  const asked = query.readUInt16BE(end);
  const known = zone[name.toLowerCase()];
  const type = (Object.keys(types) as RecordType[]).find((one) => types[one] === asked);
  const wanted = (type && known?.[type]) ?? [];
  const records = wanted.map((value) => record(type ?? 'A', value));
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | (known ? 0 : nameError), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.subarray(12, end + 4), ...records]);
}

function record(type: RecordType, value: string): Buffer {
  const data =
    isIP(value) === 4 ? Buffer.from(value.split('.').map(Number)) : isIP(value) === 6 ? ipv6(value) : nameOf(value);
  const head = Buffer.alloc(12);
  // The name is the one of the question, at 12.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(types[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function nameOf(name: string): Buffer {
  const labels = name.split('.').map((one) => Buffer.concat([Buffer.from([one.length]), Buffer.from(one)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** Of an address that is written with at most one `::`. */
function ipv6(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}
