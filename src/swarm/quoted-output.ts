/** Last lines of a failed step that are quoted. */
export const quotedLines = 30;
/** Of each of them, characters; the message is redacted and cut later. */
export const quotedLength = 4_000;
