import type { Opening } from '../gateway/opening.ts';

/** Numbers in place of a protocol version. @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
const requests = { tls: 80877103, gss: 80877104, cancel: 80877102 };
/** First byte of a TLS handshake; of everything else it is 0, as lengths are short. */
const handshake = 0x16;
const protocol = 'postgresql';

/** `invalid_authorization_specification`, as a server says that takes encrypted sessions only. */
const refusal = 'this address takes encrypted sessions only: connect with sslmode=verify-full';

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
      await dial();
      return;
    }
    let request = await client.read(8);
    if (request.readInt32BE(4) === requests.gss) {
      client.write(Buffer.from('N'));
      request = await client.read(8);
    }
    if (request.readInt32BE(4) === requests.cancel && request.readInt32BE(0) === 16) {
      const keys = await client.read(8);
      (await dial()).write(Buffer.concat([request, keys]));
      return;
    }
    if (request.readInt32BE(4) !== requests.tls) {
      client.write(errorResponse(refusal));
      throw new Error('it asked for a session without TLS');
    }
    client.write(Buffer.from('S'));
    await client.secure();
    await dial();
  },
};

async function peek(client: { read(bytes: number): Promise<Buffer>; unread(bytes: Buffer): void }, bytes: number) {
  const read = await client.read(bytes);
  client.unread(read);
  return read;
}

function errorResponse(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C28000\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
