/** Emoji of steps as letters, since the browser that draws has none. */
const signs: Record<string, string> = {
  '✅': '<b style="color: #2a9d5c">✔</b>',
  '❌': '<b style="color: #cf3b3b">✖</b>',
  '▶️': '<b style="color: #00a8fc">▶</b>',
  '🔵': '<b style="color: #1d74d4">●</b>',
  '⬜': '<b>□</b>',
  '➖': '<b>–</b>',
};

/** Lines of what a platform calls Markdown: titles, fences, steps, code, bold and links. */
export function linesHtml(text: string): string {
  return text
    .split('```')
    .map((part, at) => (at % 2 === 1 ? `<pre>${escape(part.trim())}</pre>` : part.split('\n').map(lineHtml).join('')))
    .join('');
}

function lineHtml(line: string): string {
  if (line.trim() === '') return '';
  if (line.startsWith('### ')) return `<div class="title">${inline(line.slice(4))}</div>`;
  const [sign = ''] = line.split(' ');
  const drawn = signs[sign];
  return drawn ? `<p>${drawn} ${inline(line.slice(sign.length + 1))}</p>` : `<p>${inline(line)}</p>`;
}

/** Code, bold, links in angles, and letters after a backslash. */
export function inline(line: string): string {
  return escape(line)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replaceAll(/\[([^\]]+)\]\(&lt;([^>]+)>\)/g, '<a href="$2">$1</a>')
    .replaceAll(/\\([\\*_~|#>.[\]()`-])/g, '$1');
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
