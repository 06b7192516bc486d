/** Ports of one range: more are a list of sockets that nobody reads. */
const maxRange = 200;

export interface LongPort {
  target: string;
  published?: string;
  host_ip?: string;
  protocol?: string;
}

/**
 * `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:8080:80`, `3000-3005:3000-3005`: one entry per port.
 * @throws {Error} with what is wrong.
 */
export function expandPort(text: string): LongPort[] {
  const match = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([\d-]*):)?(\d[\d-]*)(?:\/(\w+))?$/.exec(text);
  if (!match) throw new Error(`\`${text}\` is not a port such as \`80\`, \`8080:80\` or \`53:53/udp\``);
  const [, address, published = '', target = '', protocol = 'tcp'] = match;
  const targets = range(text, target);
  const ports = published === '' ? [] : range(text, published);
  if (ports.length > 0 && ports.length !== targets.length) {
    throw new Error(`\`${text}\`: both ranges must have the same number of ports`);
  }
  const ip = address?.replace(/^\[|\]$/g, '');
  return targets.map((one, at) => {
    const port = ports[at];
    return {
      target: String(one),
      protocol,
      ...(port !== undefined && { published: String(port) }),
      ...(ip && { host_ip: ip }),
    };
  });
}

function range(text: string, ports: string): number[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports);
  if (!match) throw new Error(`\`${text}\`: \`${ports}\` is not a port or a range of ports`);
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last < first) throw new Error(`\`${text}\`: the range \`${ports}\` ends before it begins`);
  if (last - first >= maxRange) throw new Error(`\`${text}\`: a range has at most ${maxRange} ports`);
  return Array.from({ length: last - first + 1 }, (_one, at) => first + at);
}
