/** What a server takes of a post, UTF-16 units, which are never fewer than the characters that it counts. */
export interface Limits {
  /** Of the message. */
  message: number;
  /** Of all attachments as JSON. */
  attachments: number;
}

/**
 * `MaxPostSize` of the server's configuration is 16 383, or 4 000 where the database still has the column of before
 * version 5. Props may be 800 000 characters, 8 000 on servers of then; a post that nobody reads to its end helps nobody.
 * @see https://developers.mattermost.com/integrate/slash-commands, under “Tips and best practices”
 */
export function limitsOf(maxPostSize: number): Limits {
  const message = maxPostSize > 0 ? maxPostSize : oldestPost;
  return { message, attachments: message <= oldestPost ? 7_600 : 30_000 };
}

const oldestPost = 4_000;
export const usualLimits = limitsOf(16_383);
