import { Writable } from 'node:stream';

interface EchoOptions {
  /** Whether the line being typed ends exactly where the terminal does. */
  atEdge(): boolean;
  /** Called when Enter is about to move the cursor below the line. */
  onEnter(): void;
}

/** Between readline and the terminal: what is typed is shown, unless it is a secret. */
export function createEcho(output: Writable & { columns?: number }, { atEdge, onEnter }: EchoOptions) {
  let muted = false;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const text = String(chunk);
      if (text === '\r\n') onEnter();
      // At its edge a terminal waits with the next row until there is something to write on it; readline counts it.
      const waits = !/[\u0000-\u001f]/.test(text) && atEdge();
      if (!muted) output.write(waits ? `${text} \r` : text);
      done();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => output.columns ?? 80 });
  output.on('resize', () => stream.emit('resize'));
  return {
    stream,
    mute: () => void (muted = true),
    unmute: () => void (muted = false),
  };
}
