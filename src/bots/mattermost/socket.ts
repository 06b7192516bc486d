import { z } from 'zod';

const messageSchema = z.object({
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
  seq: z.number().optional(),
  seq_reply: z.number().optional(),
  status: z.string().optional(),
  error: z.object({ message: z.string().optional(), id: z.string().optional() }).nullish(),
});

export interface MattermostEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Where a connection goes on: the server keeps the last 128 events of one that broke. */
export interface Resume {
  connectionId: string;
  /** Of the next event. */
  sequence: number;
}

export interface SocketEvents {
  /** Events arrive from now on. `missed`: those between the connection before and this one are lost. */
  opened(missed: boolean): void;
  event(event: MattermostEvent): void;
  /** Once, and nothing comes after it. `refused`: the server does not take the token. */
  closed(reason: string, refused: boolean): void;
}

export interface Socket {
  /** What a next connection resumes with. */
  resume(): Resume | undefined;
  close(): void;
}

export interface SocketOptions {
  url: string;
  token: string;
  resume: Resume | undefined;
  /** How often the server is asked whether it is there, milliseconds. */
  pingMs: number;
}

/** Milliseconds. */
const openMs = 15_000;
const challengeSeq = 1;

/**
 * One WebSocket of Mattermost. The token goes into the handshake as well as into the challenge that servers ask for: only a
 * connection whose person is known at the handshake is resumed.
 */
export function openSocket({ pingMs, resume, token, url }: SocketOptions, events: SocketEvents): Socket {
  const address = new URL(`${url}/api/v4/websocket`);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  if (resume) {
    address.searchParams.set('connection_id', resume.connectionId);
    address.searchParams.set('sequence_number', String(resume.sequence));
  }
  const web = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
  let connectionId = resume?.connectionId;
  let expected = resume?.sequence ?? 0;
  let sent = 0;
  let answered = 0;
  let isOpen = false;
  let missed = false;
  let isClosed = false;
  const silent = setTimeout(() => end('it does not answer'), openMs);
  let pings: NodeJS.Timeout | undefined;

  function send(action: string, data: object): void {
    sent += 1;
    if (web.readyState === WebSocket.OPEN) web.send(JSON.stringify({ seq: sent, action, data }));
  }

  function end(reason: string, refused = false): void {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(silent);
    clearInterval(pings);
    web.close();
    events.closed(reason, refused);
  }

  function ping(): void {
    if (answered < sent) return end('it no longer answers');
    send('ping', {});
  }

  /** Any answer but a refusal says that the person is known; the challenge alone has none after the handshake. */
  function replied(seq: number, problem: string | undefined): void {
    if (problem !== undefined) return end(problem, true);
    answered = Math.max(answered, seq);
    if (isOpen || seq === challengeSeq) return;
    isOpen = true;
    clearTimeout(silent);
    pings = setInterval(ping, pingMs);
    events.opened(missed);
  }

  function take({ data, event, seq }: { data: Record<string, unknown>; event: string; seq: number }): void {
    if (event === 'hello') {
      const id = String(data['connection_id']);
      if (connectionId !== undefined && connectionId !== id) missed = true;
      if (connectionId !== id) expected = seq;
      connectionId = id;
    }
    // What is missing is still with the server: the next connection asks for it.
    if (seq !== expected) return end(`event ${expected} did not arrive`);
    expected = seq + 1;
    events.event({ event, data });
  }

  web.addEventListener('open', () => {
    send('authentication_challenge', { token });
    send('ping', {});
  });
  web.addEventListener('message', ({ data: text }) => {
    if (isClosed) return;
    const message = messageSchema.safeParse(jsonOf(String(text))).data;
    if (!message) return end('it sent what is no event');
    const { data, error, event, seq, seq_reply: reply, status } = message;
    if (reply !== undefined)
      return replied(reply, error || status === 'FAIL' ? (error?.message ?? 'refused') : undefined);
    if (event !== undefined && seq !== undefined) take({ event, seq, data: data ?? {} });
  });
  web.addEventListener('error', () => end('the connection broke'));
  web.addEventListener('close', ({ code }) =>
    end(`the connection was closed (${code})`, !isOpen && code === 1006 && sent > 0),
  );
  return {
    resume: () => (connectionId === undefined ? undefined : { connectionId, sequence: expected }),
    close: () => end('Shipmate stops'),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
