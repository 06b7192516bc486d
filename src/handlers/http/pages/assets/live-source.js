/** Pause after a connection attempt that was answered with an error, milliseconds; doubles up to the longest. */
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/**
 * Keeps a stream of events open and shows in `live` whether it is.
 * @param address Where to go on; asked for at each connection.
 * @param listeners By event: they get its data, its id and what ends the stream.
 */
export function keepOpen(live, address, listeners) {
  let pauseMs = firstPauseMs;

  function say(text, lost) {
    live.hidden = false;
    live.classList.toggle('lost', lost);
    live.querySelector('.live-text').textContent = text;
  }

  function connect() {
    const source = new EventSource(address());
    const end = () => {
      source.close();
      live.hidden = true;
    };
    for (const [name, listen] of Object.entries(listeners)) {
      source.addEventListener(name, ({ data, lastEventId }) => listen({ data, id: lastEventId, end }));
    }
    source.addEventListener('open', () => {
      pauseMs = firstPauseMs;
      say('live', false);
    });
    source.addEventListener('error', () => {
      say('connecting again', true);
      // The browser reconnects after a lost connection, but not after an error response such as a proxy's 502.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    });
  }

  connect();
}
