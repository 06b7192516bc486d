import { keepOpen } from './live-source.js';

/** Most lines the page holds; older ones are dropped. */
const mostLines = 5_000;
/** Distance to the end within which the page follows new lines, pixels. */
const atEndWithin = 40;

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
  let following = true;

  function add(events) {
    const lines = events.filter(({ kind }) => kind !== 'end');
    if (lines.length > 0) box.querySelector('.none')?.remove();
    box.append(...lines.map(lineOf));
    while (box.childElementCount > mostLines) box.firstElementChild.remove();
    if (following) box.scrollTop = box.scrollHeight;
  }

  function address() {
    const [path, query = ''] = output.dataset.events.split('?');
    const params = new URLSearchParams([...new URLSearchParams(query), ['after', after]]);
    return `${path}?${params.toString()}`;
  }

  function arrive({ data, end, id }) {
    const events = JSON.parse(data);
    after = id || after;
    add(events);
    const last = events.at(-1);
    if (last?.kind !== 'end') return;
    end();
    document.getElementById('end').textContent = last.text;
    cancel?.remove();
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
  keepOpen(live, address, { output: arrive });
}
