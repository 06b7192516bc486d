import { keepOpen } from './live-source.js';

/** Most lines the page holds; lines further away are loaded again on scrolling. */
const mostLines = 4_000;
/** Distance to either end of the loaded lines at which more are fetched, pixels. */
const near = 600;
/** Distance to the end within which the log follows new lines, pixels. */
const atEndWithin = 40;

/**
 * Keeps a window of the log in the page: lines are appended as they arrive and fetched on scrolling, and lines at the
 * other end are dropped. `showState` gets the head of the page whenever it changes.
 */
export function followLog(log, showState) {
  const box = log.querySelector('.lines');
  const newer = log.querySelector('.newer');
  const live = log.querySelector('.live');
  const { path, query } = log.dataset;
  const searching = log.dataset.search === 'true';
  let first = Number(log.dataset.first);
  let last = Number(log.dataset.last);
  let hasOlder = log.dataset.older === 'true';
  /** Whether the stream continues right after the last line here. */
  let whole = log.dataset.newer !== 'true';
  let newestSeen = Number(log.dataset.newest);
  let loading = false;
  let following = !searching && whole && !location.hash.startsWith('#L');

  const address = (under, params) =>
    `${path}${under}?${new URLSearchParams([...new URLSearchParams(query), ...params]).toString()}`;
  const lineCount = () =>
    [...box.querySelectorAll('.chunk')].reduce((sum, { childElementCount }) => sum + childElementCount, 0);

  function chunkOf(html) {
    const chunk = document.createElement('div');
    chunk.className = 'chunk';
    chunk.innerHTML = html;
    return chunk;
  }

  function setLast(chunk) {
    last = Number(chunk.lastElementChild?.id.slice(1) ?? last);
  }

  function setFirst(chunk) {
    first = Number(chunk.firstElementChild?.id.slice(1) ?? first);
  }

  /** Drops the oldest lines without moving the visible ones. */
  function trimOldest() {
    let count = lineCount();
    for (
      let chunk = box.querySelector('.chunk');
      count > mostLines && chunk?.nextElementSibling;
      chunk = box.querySelector('.chunk')
    ) {
      const { childElementCount, offsetHeight } = chunk;
      chunk.remove();
      if (!following) box.scrollTop -= offsetHeight;
      count -= childElementCount;
      hasOlder = true;
      setFirst(box.querySelector('.chunk'));
    }
  }

  function trimNewest() {
    let count = lineCount();
    for (
      let chunk = box.lastElementChild;
      count > mostLines && chunk?.previousElementSibling?.className === 'chunk';
      chunk = box.lastElementChild
    ) {
      count -= chunk.childElementCount;
      chunk.remove();
      whole = false;
      setLast(box.lastElementChild);
    }
  }

  function append({ count, html, last: id }) {
    if (count === 0 || id <= last) return;
    box.querySelector('.none')?.remove();
    const chunk = chunkOf(html);
    // The stream and fetched lines may overlap.
    while (chunk.firstElementChild && Number(chunk.firstElementChild.id.slice(1)) <= last)
      chunk.firstElementChild.remove();
    const end = box.querySelector('.chunk:last-child');
    // Otherwise every few lines would become a chunk of their own.
    if (end && end.childElementCount < 200) end.append(...chunk.childNodes);
    else box.append(chunk);
    if (first === 0) setFirst(box.querySelector('.chunk'));
    last = id;
  }

  const atEnd = () => whole && box.scrollHeight - box.scrollTop - box.clientHeight < atEndWithin;

  function toEnd() {
    if (following) box.scrollTop = box.scrollHeight;
    // Who looks at a line near the end sees the newest ones too.
    newer.hidden = following || searching || atEnd();
  }

  /** Lines from the stream. */
  function arrive(part) {
    newestSeen = Math.max(newestSeen, part.last ?? 0);
    if (searching) return;
    // The reader is further up and the page is full: these lines are fetched on scrolling down.
    if (!following && lineCount() + part.count > mostLines) whole = false;
    if (whole) append(part);
    if (following) trimOldest();
    toEnd();
  }

  async function fetchLines(params) {
    const response = await fetch(address('/lines', params));
    if (!response.ok) throw new Error(`the log answered ${response.status}`);
    return response.json();
  }

  async function once(work) {
    if (loading) return;
    loading = true;
    try {
      await work();
    } catch {
      // The next scroll tries again.
    } finally {
      loading = false;
    }
  }

  const loadOlder = () =>
    once(async () => {
      const part = await fetchLines([['before', first]]);
      const { scrollHeight, scrollTop } = box;
      hasOlder = part.more;
      box.querySelector('.older')?.toggleAttribute('hidden', !hasOlder);
      if (part.count === 0) return;
      const chunk = chunkOf(part.html);
      box.insertBefore(chunk, box.querySelector('.chunk'));
      first = part.first;
      box.scrollTop = scrollTop + box.scrollHeight - scrollHeight;
      trimNewest();
    });

  const loadNewer = () =>
    once(async () => {
      const part = await fetchLines([['after', last]]);
      append(part);
      trimOldest();
      // Lines that arrived over the stream in the meantime were not appended.
      whole = !part.more && last >= newestSeen;
    });

  const jumpToNewest = () =>
    once(async () => {
      const part = await fetchLines([]);
      for (const chunk of box.querySelectorAll('.chunk')) chunk.remove();
      box.append(chunkOf(part.html));
      ({ first = 0, last = 0, more: hasOlder } = part);
      following = true;
      whole = last >= newestSeen;
      toEnd();
    });

  function scrolled() {
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    following = atEnd();
    newer.hidden = following;
    if (box.scrollTop < near && hasOlder) void loadOlder();
    else if (below < near && !whole) void loadNewer();
  }

  if (!searching) {
    newer.querySelector('a').addEventListener('click', (event) => {
      event.preventDefault();
      if (whole) {
        following = true;
        toEnd();
      } else void jumpToNewest();
    });
    box.addEventListener('scroll', scrolled, { passive: true });
    const named = box.querySelector('.named');
    if (named) {
      box.scrollTop = named.offsetTop - box.offsetTop - box.clientHeight / 3;
      following = false;
    }
    toEnd();
    new ResizeObserver(toEnd).observe(box);
  }
  if (log.dataset.finished !== 'true')
    keepOpen(live, () => address('/events', [['after', newestSeen]]), {
      state: ({ data }) => showState(JSON.parse(data)),
      log: ({ data }) => arrive(JSON.parse(data)),
      end: ({ end }) => end(),
    });
}
