import type { ClientEnd, Dial, Opening, ServerEnd } from '../gateway/opening.ts';
import { type Packet, readPacket, writePacket } from './packets.ts';

/** A capability: TLS after the greeting. */
const tls = 0x0800;
const greetingVersion = 10;
/** Bytes of a request for TLS; an answer that signs in begins with the same. */
const requestLength = 32;
/** What a server's packet of a sign-in begins with. */
const ok = 0x00;
const failed = 0xff;
/** What follows decides; with a 3 the sign-in was quick, and the server speaks again. */
const more = 0x01;
const quick = 0x03;

/** `ER_SECURE_TRANSPORT_REQUIRED`, as a server says that takes encrypted sessions only. */
const refusal = { code: 3159, message: '#HY000This address takes encrypted sessions only: use TLS.' };
/**
 * `ER_SERVER_SHUTDOWN`, in place of a greeting, so without a state. Clients take codes of their own for malformed, such as
 * 2003 for a server that is not reached.
 */
const away = { code: 1053, message: 'The database does not answer: it is stopped, or still starting.' };

export const opening: Opening = {
  /**
   * The server greets first and the client asks for TLS in its answer. A server that has TLS of its own is asked for it
   * too, so that both count packets alike and the server knows that passwords are not in the open; for one without, the
   * numbers are mended until the client is signed in.
   */
  async open(client, dial) {
    const server = await dialOrTell(client, dial);
    const greeting = await readPacket(server);
    if (greeting.payload[0] !== greetingVersion) {
      // An error, e.g. of too many connections.
      writePacket(client, greeting);
      throw new Error('the database refuses sessions');
    }
    const at = capabilitiesAt(greeting.payload);
    const secured = (greeting.payload.readUInt16LE(at) & tls) !== 0;
    greeting.payload.writeUInt16LE(greeting.payload.readUInt16LE(at) | tls, at);
    writePacket(client, greeting);
    const answer = await readPacket(client);
    if (answer.payload.length !== requestLength || (answer.payload.readUInt16LE(0) & tls) === 0) {
      writePacket(client, errorPacket(answer.sequence + 1, refusal));
      throw new Error('it asked for a session without TLS');
    }
    if (secured) {
      writePacket(server, answer);
      await Promise.all([client.secure(), server.secure()]);
      return;
    }
    await client.secure();
    await signIn(client, server);
  },
};

/** After the version as text, the connection's number, eight bytes and one that is 0. */
function capabilitiesAt(greeting: Buffer): number {
  return greeting.indexOf(0, 1) + 1 + 4 + 8 + 1;
}

/** The client counts the packet that asked for TLS, the server never got it. */
async function signIn(client: ClientEnd, server: ServerEnd): Promise<void> {
  const first = await readPacket(client);
  if (first.payload.length < requestLength) throw new Error('it did not sign in');
  first.payload.writeUInt16LE(first.payload.readUInt16LE(0) & ~tls, 0);
  writePacket(server, { ...first, sequence: first.sequence - 1 });
  for (;;) {
    const said = await readPacket(server);
    writePacket(client, { ...said, sequence: said.sequence + 1 });
    const [kind, what] = said.payload;
    if (kind === ok || kind === failed) return;
    if (kind === more && what === quick) continue;
    const answer = await readPacket(client);
    writePacket(server, { ...answer, sequence: answer.sequence - 1 });
  }
}

async function dialOrTell(client: ClientEnd, dial: Dial): Promise<ServerEnd> {
  try {
    return await dial();
  } catch (error) {
    writePacket(client, errorPacket(0, away));
    throw error;
  }
}

function errorPacket(sequence: number, { code, message }: typeof refusal): Packet {
  const payload = Buffer.from(`\xff\0\0${message}`, 'latin1');
  payload.writeUInt16LE(code, 1);
  return { sequence, payload };
}
