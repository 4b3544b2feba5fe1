import { settings } from "./settings.ts";

/**
 * Gives every style element that a script creates the nonce that the content security policy asks for. Monaco and the
 * dialogs' scroll lock create theirs without one, and offer no setting for it. Text that turns into HTML, the way an
 * injected style would arrive, does not pass here and stays blocked.
 */
const createElement = document.createElement;
document.createElement = function withNonce(this: Document, tagName: string, options?: ElementCreationOptions) {
  const element = createElement.call(this, tagName, options);
  if (element instanceof HTMLStyleElement) element.nonce = settings.styleNonce;
  return element;
};
