import type { ClientEnd, Dial, Opening } from '../gateway/opening.ts';

/** Numbers in place of a protocol version. @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
const requests = { tls: 80877103, gss: 80877104, cancel: 80877102 };
/** First byte of a TLS handshake; of everything else it is 0, as lengths are short. */
const handshake = 0x16;
const protocol = 'postgresql';

/** Length of a request to cancel; the key at its end has 4 bytes, or up to 256 since protocol 3.2 (PostgreSQL 18). */
const cancelLength = { least: 16, most: 268 };

/** `invalid_authorization_specification`, as a server says that takes encrypted sessions only. */
const refusal = {
  code: '28000',
  message: 'this address takes encrypted sessions only: connect with sslmode=verify-full',
};
/** `cannot_connect_now`, as a server says that is starting: clients with several hosts go on to the next. */
const away = { code: '57P03', message: 'the database does not answer: it is stopped, or still starting' };

export const opening: Opening = {
  protocols: [protocol],
  /**
   * A client asks for TLS and waits for `S`, or begins at once (`sslnegotiation=direct`, libpq 17 and later). One that
   * would like GSSAPI first is told no. A request to cancel a statement is never encrypted by clients before 17.
   */
  async open(client, dial) {
    const [first = 0] = await peek(client, 1);
    if (first === handshake) {
      // Other services' clients may be led here: those that begin with TLS have to name what they speak.
      if ((await client.secure()) !== protocol) throw new Error('it began TLS without naming PostgreSQL');
      await dialOrTell(client, dial);
      return;
    }
    let request = await client.read(8);
    if (request.readInt32BE(4) === requests.gss) {
      client.write(Buffer.from('N'));
      request = await client.read(8);
    }
    if (isCancel(request)) {
      const keys = await client.read(request.readInt32BE(0) - request.length);
      // Not every client waits for it to be done.
      (await dial({ alone: true })).write(Buffer.concat([request, keys]));
      return;
    }
    if (request.readInt32BE(4) !== requests.tls) {
      client.write(errorResponse(refusal));
      throw new Error('it asked for a session without TLS');
    }
    client.write(Buffer.from('S'));
    await client.secure();
    await dialOrTell(client, dial);
  },
};

function isCancel(request: Buffer): boolean {
  const length = request.readInt32BE(0);
  return request.readInt32BE(4) === requests.cancel && length >= cancelLength.least && length <= cancelLength.most;
}

async function dialOrTell(client: ClientEnd, dial: Dial): Promise<void> {
  try {
    await dial();
  } catch (error) {
    client.write(errorResponse(away));
    throw error;
  }
}

async function peek(client: { read(bytes: number): Promise<Buffer>; unread(bytes: Buffer): void }, bytes: number) {
  const read = await client.read(bytes);
  client.unread(read);
  return read;
}

function errorResponse({ code, message }: typeof refusal): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
