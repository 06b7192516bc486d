import type { Reply } from '../../replies/reply.ts';
import { cutText } from '../truncate.ts';
import type { SlackFile } from './api.ts';
import type { Looks } from './looks.ts';
import { isCut } from './render.ts';

/** Of a file's title, which is also the text for those who do not see it. */
const mostTitle = 200;

/** What goes up beside a message: a log that is too long for it, and pictures. */
export function filesOf(reply: Reply, looks: Looks): SlackFile[] {
  const { code = '', title = 'log' } = reply;
  const log = { filename: 'log.txt', content: Buffer.from(code), title: cutText(title, mostTitle) };
  return [...(isCut(reply) ? [log] : []), ...picturesOf(reply, looks)];
}

/** None where the message itself has drawn the charts; asked once it is sent. */
export function picturesOf(reply: Reply, looks: Looks): SlackFile[] {
  const { picture } = reply;
  if (!picture || looks.drawsCharts(reply)) return [];
  return [{ filename: 'picture.png', content: Buffer.from(picture.png), title: cutText(picture.alt, mostTitle) }];
}
