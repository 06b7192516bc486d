import { harmless, oneLine } from '../../harmless-text.ts';
import type { Reply, ReplyTable } from '../../replies/reply.ts';

/** Of preformatted lines the last are kept, of all else the first. Characters. */
const longestCode = 12_000;
const longestText = 20_000;
const mostRows = 100;

/** A reply as Markdown, bounded: an assistant pays for each character, and forgets other things for it. */
export function replyText({ code, deploymentId, fields = [], link, steps, table, text, title }: Reply): string {
  const parts = [
    ...(title === undefined ? [] : [`**${oneLine(title)}**`]),
    ...(text === undefined ? [] : [text]),
    ...(steps ? [steps.steps.map(({ detail, state, title: step }) => `- ${step}: ${detail ?? state}`).join('\n')] : []),
    ...(fields.length > 0 ? [fields.map(({ name, value }) => `- ${oneLine(name)}: ${value}`).join('\n')] : []),
    ...(table ? [tableText(table)] : []),
    ...(code === undefined ? [] : [fenced(lastLines(code))]),
    ...(link ? [link.label === link.url ? link.url : `${oneLine(link.label)}: ${link.url}`] : []),
    ...(deploymentId === undefined ? [] : [`Deployment: ${deploymentId}`]),
  ];
  return firstPart(harmless(parts.join('\n\n')));
}

function tableText({ columns, rows }: ReplyTable): string {
  const shown = [columns, columns.map(() => '---'), ...rows.slice(0, mostRows)];
  const left = rows.length - mostRows;
  const lines = shown.map(
    (row) => `| ${row.map((cell) => oneLine(cell).replaceAll('|', String.raw`\|`)).join(' | ')} |`,
  );
  return [...lines, ...(left > 0 ? [`… and ${left} more rows.`] : [])].join('\n');
}

/** In a fence that is longer than any in the text. */
function fenced(code: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

function lastLines(code: string): string {
  const trimmed = code.replace(/\n+$/, '');
  if (trimmed.length <= longestCode) return trimmed;
  const end = trimmed.slice(-longestCode);
  const whole = end.slice(end.indexOf('\n') + 1);
  return `… (the first ${trimmed.length - whole.length} characters are left out)\n${whole}`;
}

function firstPart(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText)}\n… (the last ${text.length - longestText} characters are left out)`;
}
