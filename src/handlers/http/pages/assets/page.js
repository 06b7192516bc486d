// Enhancements beyond plain HTML: without this script, reading, searching and buttons still work.
import { formatAge, formatDuration } from './durations.js';
import { followLog } from './log.js';
import { followOutput } from './output.js';

const element = (id) => document.getElementById(id);

function secondsSince(then) {
  return Math.max(0, Math.floor((Date.now() - then) / 1_000));
}

function tick() {
  for (const time of document.querySelectorAll('[data-ago]')) {
    time.textContent = `${formatAge(secondsSince(Date.parse(time.dateTime)))} ago`;
  }
  for (const time of document.querySelectorAll('[data-elapsed]')) {
    time.textContent = formatDuration(secondsSince(Date.parse(time.dateTime)));
  }
}

/** Replaces the head with the server's new one and keeps the focus on the same link or button. */
function showState({ announcement, html, title, version }) {
  const state = element('state');
  const said = element('announcement');
  if (said.textContent !== announcement) said.textContent = announcement;
  if (state.dataset.version === version) return;
  state.dataset.version = version;
  const on = state.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  state.innerHTML = html;
  if (on !== undefined) [...state.querySelectorAll('a, button')].find((one) => keyOf(one) === on)?.focus();
  document.title = `${title} – Shipmate`;
  tick();
}

function keyOf(pressable) {
  return pressable.dataset.key ?? pressable.getAttribute('href');
}

/** Forms with `data-confirm` ask before they are sent. */
function askFirst(dialog) {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const { confirm: question, label, style } = form.dataset;
    if (question === undefined || form.elements.confirmed) return;
    event.preventDefault();
    element('question').textContent = question.replaceAll('`', '');
    const yes = dialog.querySelector('[value=yes]');
    yes.textContent = label;
    yes.className = style;
    dialog.returnValue = 'no';
    dialog.showModal();
    dialog.onclose = () => {
      if (dialog.returnValue !== 'yes') return;
      // The page may have been redrawn without this form in the meantime: it is sent anyway.
      const sent = form.cloneNode(true);
      sent.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'confirmed', value: 'yes' }));
      sent.hidden = true;
      document.body.append(sent);
      sent.submit();
    };
  });
}

tick();
setInterval(tick, 1_000);
const dialog = element('confirm');
if (dialog) askFirst(dialog);
const log = element('log');
if (log) followLog(log, showState);
const output = element('output');
if (output) followOutput(output);
