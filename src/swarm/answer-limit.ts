import type Docker from 'dockerode';

/** How long the Engine may take to answer, milliseconds. */
export interface AnswerLimits {
  /** A look: a busy Engine takes seconds. */
  lookMs: number;
  /** A change, such as the removal of a large image or volume. */
  changeMs: number;
}

/**
 * Bounds how long the Engine may take to answer. docker-modem waits for ever for an answer that does not come, and for
 * one that is cut in the middle. Streams are bounded until they begin, unless they come with a signal of their own.
 */
export function limitAnswers({ modem }: Docker, { changeMs, lookMs }: AnswerLimits): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (options, answered) => {
    const { abortSignal, isStream, method } = options as Request;
    if (isStream && abortSignal) return dial(options, answered);
    const late = new AbortController();
    let waiting = true;
    const settle: typeof answered = (error, result) => {
      clearTimeout(timer);
      if (waiting) answered?.(error, result);
      waiting = false;
    };
    const limitMs = method === 'GET' || isStream ? lookMs : changeMs;
    const timer = setTimeout(() => {
      settle(Object.assign(new Error(`no answer within ${limitMs} ms`), { code: 'ETIMEDOUT' }), null);
      late.abort();
    }, limitMs);
    dial({ ...options, abortSignal: abortSignal ? AbortSignal.any([abortSignal, late.signal]) : late.signal }, settle);
  };
}

/** What docker-modem's types leave out. */
interface Request {
  abortSignal?: AbortSignal;
  isStream?: boolean;
  method?: string;
}
