import type { Reply, Step } from '../../src/replies/reply.ts';
import type { Message } from './conversation.ts';
import { discordHtml } from './discord-html.ts';
import { escape } from './markdown-html.ts';
import { mattermostHtml } from './mattermost-html.ts';

export type Skin = 'slack' | 'discord' | 'mattermost';

const tones: Record<Reply['tone'], string> = {
  info: '#1d74d4',
  success: '#2a9d5c',
  warning: '#d9952b',
  danger: '#cf3b3b',
};

const looks: Record<Skin, string> = {
  slack: `body { background: #fff; color: #1d1c1d; font: 15px/1.47 Lato, "DejaVu Sans", sans-serif; }
    .time { color: #616061; }
    pre, code { background: #f6f6f6; border: 1px solid #ddd; color: #1d1c1d; } a { color: #1264a3; }
    .button { border: 1px solid #bbb; } .button.danger { border-color: #e01e5a; color: #e01e5a; }`,
  discord: `body { background: #313338; color: #dbdee1; font: 15px/1.4 "gg sans", "DejaVu Sans", sans-serif; }
    .time { color: #949ba4; } .dot { display: none !important; } .reply { background: #2b2d31; border-left: 4px solid var(--tone); border-radius: 4px; padding: 10px 14px; }
    pre, code { background: #1e1f22; border: 1px solid #1e1f22; color: #dbdee1; } a { color: #00a8fc; }
    .button { background: #4e5058; color: #fff; } .button.danger { background: #da373c; }
    .section { display: flex; justify-content: space-between; align-items: flex-start; gap: 12px; } .section .button { margin: 0; white-space: nowrap; }
    hr { border: 0; border-top: 1px solid #3f4147; margin: 10px 0; }`,
  mattermost: `body { background: #fff; color: #3f4350; font: 14px/1.43 "Open Sans", "DejaVu Sans", sans-serif; }
    .face { border-radius: 50%; } .time { color: #6c6f7a; } .reply { border: 1px solid #e0e1e4; border-left: 4px solid var(--tone); border-radius: 4px; padding: 8px 12px; }
    pre, code { background: #f5f6f7; border: 1px solid #e0e1e4; color: #3f4350; } a { color: #386fe5; }
    .button { background: #e7edf9; color: #1c58d9; } .button.danger { background: #fbe9ea; color: #d24b4e; } .button.primary { background: #1c58d9; color: #fff; }`,
};

const common = `* { box-sizing: border-box; } body { margin: 0; padding: 18px 22px; width: 680px; }
  .message { display: flex; gap: 12px; margin: 12px 0; } .face { flex: none; width: 38px; height: 38px; border-radius: 8px;
  background: #4a6fa5; color: #fff; display: grid; place-items: center; font-weight: 700; } .face.bot { background: #12355b; }
  .body { flex: 1; min-width: 0; } .who { font-weight: 700; } .time { font-size: 12px; margin-left: 8px; }
  .reply { margin-top: 4px; } .dot { display: inline-block; width: 12px; height: 12px; margin-right: 7px; border-radius: 50%; background: var(--tone); } .title { font-weight: 700; } .title a { text-decoration: none; } p { margin: 2px 0; }
  pre { margin: 8px 0; padding: 8px; border-radius: 4px; font: 12px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
  code { padding: 1px 4px; border-radius: 3px; font: 13px "DejaVu Sans Mono", monospace; }
  .plan { margin-top: 8px; padding: 8px 12px; border: 1px solid #ddd; border-radius: 8px; } .plan ul { list-style: none; margin: 4px 0 0; padding: 0; }
  .plan b { display: inline-block; width: 18px; } .plan .done b { color: #2a9d5c; } .plan .failed b { color: #cf3b3b; } .plan .current b { color: #1d74d4; }
  .button { display: inline-block; margin: 8px 8px 0 0; padding: 4px 12px; border-radius: 4px; font-size: 13px; font-weight: 600; }`;

/** A conversation as a page in the style of a platform. */
export function conversationHtml(messages: Message[], skin: Skin): string {
  const body = messages.map((message) => messageHtml(message, skin)).join('\n');
  return `<!doctype html><meta charset="utf-8"><style>${common}${looks[skin]}</style><body>${body}</body>`;
}

const draws: Record<Skin, (reply: Reply) => string> = {
  slack: replyHtml,
  discord: discordHtml,
  mattermost: mattermostHtml,
};

function messageHtml({ who, at, said }: Message, skin: Skin): string {
  const bot = typeof said !== 'string';
  const draw = draws[skin];
  const content = bot ? draw(said) : `<p>${escape(said)}</p>`;
  return `<div class="message"><div class="face${bot ? ' bot' : ''}">${bot ? '⚓' : escape(who.slice(0, 1))}</div>
    <div class="body"><span class="who">${escape(who)}</span><span class="time">${at}</span>${content}</div></div>`;
}

function replyHtml({ tone, title, page, text = '', code, link, steps, actions = [] }: Reply): string {
  const head = page && title ? `<a href="${escape(page)}">${escape(title)}</a>` : escape(title ?? '');
  const parts = [
    title ? `<div class="title"><span class="dot"></span>${head}</div>` : '',
    ...text
      .split('\n')
      .slice(steps ? 1 : 0)
      .map((line) => `<p>${inline(line)}</p>`),
    steps ? planHtml(steps.title, steps.steps) : code ? `<pre>${escape(code)}</pre>` : '',
    link ? `<p><a href="${escape(link.url)}">${escape(link.label)}</a></p>` : '',
    ...actions.map(({ label, style = '' }) => `<span class="button ${style}">${escape(label)}</span>`),
  ];
  return `<div class="reply" style="--tone: ${tones[tone]}">${parts.join('')}</div>`;
}

const marks: Record<Step['state'], string> = { waiting: '○', current: '◐', done: '✓', skipped: '✓', failed: '✕' };

/** Slack's plan of tasks, in which the one that failed has the lines that matter. */
function planHtml(title: string, steps: Step[]): string {
  const tasks = steps.map(
    ({ detail, output, state, title: name }) =>
      `<li class="${state}"><b>${marks[state]}</b> ${escape(name)}${detail ? ` <span class="time">${inline(detail)}</span>` : ''}` +
      `${output ? `<pre>${escape(output)}</pre>` : ''}</li>`,
  );
  return `<div class="plan"><p>${inline(title)}</p><ul>${tasks.join('')}</ul></div>`;
}

function inline(line: string): string {
  return escape(line).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
