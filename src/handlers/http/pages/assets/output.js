/** Most lines the page holds; older ones are dropped. */
const mostLines = 5_000;
/** Distance to the end within which the page follows new lines, pixels. */
const atEndWithin = 40;
/** Pause after a connection attempt that was answered with an error, milliseconds; doubles up to the longest. */
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

function lineOf({ kind, service, text, time }) {
  const line = document.createElement('div');
  line.className = kind === 'line' ? 'line' : 'line warn';
  const at = Object.assign(document.createElement('span'), { className: 'at' });
  at.textContent = time === undefined ? '' : time.slice(11, 19);
  const what = Object.assign(document.createElement('span'), { className: 'text' });
  what.textContent = service === undefined ? text : `${service} | ${text}`;
  line.append(at, what);
  return line;
}

/** Appends what is printed, until the end; a lost connection is continued after the last line. */
export function followOutput(output) {
  const box = output.querySelector('.lines');
  const live = output.querySelector('.live');
  const cancel = document.getElementById('cancel');
  let after = '';
  let pauseMs = firstPauseMs;
  let following = true;

  function say(text, lost) {
    live.hidden = false;
    live.classList.toggle('lost', lost);
    live.querySelector('.live-text').textContent = text;
  }

  function add(events) {
    const lines = events.filter(({ kind }) => kind !== 'end');
    if (lines.length > 0) box.querySelector('.none')?.remove();
    box.append(...lines.map(lineOf));
    while (box.childElementCount > mostLines) box.firstElementChild.remove();
    if (following) box.scrollTop = box.scrollHeight;
  }

  function end(source, text) {
    source.close();
    live.hidden = true;
    document.getElementById('end').textContent = text;
    cancel?.remove();
  }

  function connect() {
    const [path, query = ''] = output.dataset.events.split('?');
    const params = new URLSearchParams([...new URLSearchParams(query), ['after', after]]);
    const source = new EventSource(`${path}?${params.toString()}`);
    source.addEventListener('output', ({ data, lastEventId }) => {
      const events = JSON.parse(data);
      after = lastEventId || after;
      add(events);
      const last = events.at(-1);
      if (last?.kind === 'end') end(source, last.text);
    });
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

  box.addEventListener(
    'scroll',
    () => (following = box.scrollHeight - box.scrollTop - box.clientHeight < atEndWithin),
    { passive: true },
  );
  // The page stays, with what was printed.
  cancel?.addEventListener('submit', (event) => {
    event.preventDefault();
    cancel.querySelector('button').disabled = true;
    void fetch(cancel.action, { method: 'POST', redirect: 'manual' });
  });
  connect();
}
