import { usualLimits } from '../../src/bots/mattermost/limits.ts';
import { type Attachment, renderReply } from '../../src/bots/mattermost/render.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { escape, inline, linesHtml } from './markdown-html.ts';

/** Buttons lead nowhere in a picture. */
const seal = () => ({ url: '', context: {} });

/** The attachments that the bot sends, as Mattermost draws them. */
export function mattermostHtml(reply: Reply): string {
  const { message, props } = renderReply(reply, { limits: usualLimits, seal });
  return (message && `<p>${inline(message)}</p>`) + props.attachments.map(attachmentHtml).join('');
}

function attachmentHtml({ actions = [], color, fields = [], footer, text = '', title, title_link: url }: Attachment) {
  const head = url === undefined ? inline(title ?? '') : `<a href="${escape(url)}">${inline(title ?? '')}</a>`;
  const parts = [
    title === undefined ? '' : `<div class="title">${head}</div>`,
    linesHtml(text),
    ...fields.map((field) => `<p><b>${inline(field.title)}</b><br>${inline(field.value)}</p>`),
    ...actions.map(({ name, style = '' }) => `<span class="button ${style}">${escape(name)}</span>`),
    footer === undefined ? '' : `<p class="time">${inline(footer)}</p>`,
  ];
  return `<div class="reply" style="--tone: ${color}">${parts.join('')}</div>`;
}
